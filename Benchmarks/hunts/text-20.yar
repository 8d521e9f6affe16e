rule credentials { strings: $a = "lsadump" nocase $b = "sekurlsa" nocase wide ascii $c = "wdigest.dll" wide $d = "SeDebugPrivilege" wide ascii condition: 2 of them }
rule injection { strings: $a = "VirtualAllocEx" $b = "WriteProcessMemory" $c = "CreateRemoteThread" $d = "NtUnmapViewOfSection" condition: 3 of them }
rule downloader { strings: $a = "URLDownloadToFile" $b = "WinHttpOpenRequest" $c = "InternetOpenUrl" $d = "powershell -enc" nocase condition: 2 of them }
rule ransom_note { strings: $a = "your files have been encrypted" nocase wide ascii $b = "bitcoin" nocase $c = ".onion" condition: 2 of them }
rule miner { strings: $a = "stratum+tcp://" $b = "cryptonight" nocase $c = "xmrig" nocase $d = "--donate-level" condition: 2 of them }
