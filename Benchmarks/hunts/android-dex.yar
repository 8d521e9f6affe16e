rule apk_spy { strings: $d = "dex\n035" $a = "Landroid/telephony/SmsManager;" $b = "getDeviceId" $c = "Ldalvik/system/DexClassLoader;" condition: $d at 0 and all of ($a, $b, $c) }
rule java_dropper { strings: $a = "java/net/URLClassLoader" $b = "setSecurityManager" $c = "java/lang/Runtime" condition: uint32be(0) == 0xCAFEBABE and all of them }
