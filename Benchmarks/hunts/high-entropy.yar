import "math"
import "pe"
rule packed_resource { condition: uint16(0) == 0x5A4D and filesize < 2MB and for any s in pe.sections : (s.raw_data_size > 4096 and math.entropy(s.raw_data_offset, s.raw_data_size) > 7.6) }
