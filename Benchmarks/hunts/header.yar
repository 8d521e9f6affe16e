rule small_pe { strings: $a = "ReflectiveLoader" condition: uint16(0) == 0x5a4d and filesize < 300KB and $a }
rule elf_backdoor { strings: $a = "/dev/shm/" $b = "LD_PRELOAD" condition: uint32(0) == 0x464c457f and filesize < 2MB and all of them }
rule class_file { strings: $a = "java/lang/Runtime" condition: uint32be(0) == 0xcafebabe and $a }
rule pdf_js { strings: $a = "/JavaScript" $b = "/OpenAction" condition: uint32be(0) == 0x25504446 and all of them }
rule macho_key { strings: $a = "SecKeychain" condition: (uint32(0) == 0xfeedfacf or uint32(0) == 0xfeedface) and $a }
