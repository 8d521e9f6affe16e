import "hash"
rule known_bad { condition: filesize == 53248 and hash.md5(0, filesize) == "d41d8cd98f00b204e9800998ecf8427e" }
rule known_bad2 { condition: filesize < 200KB and hash.sha256(0, filesize) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
