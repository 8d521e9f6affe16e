rule bytes { condition: filesize < 3000 and for all i in (0..filesize - 1) : (uint8(i) < 0x80) }
