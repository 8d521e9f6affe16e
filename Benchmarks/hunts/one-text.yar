rule one_text { strings: $a = "SeDebugPrivilege" condition: $a }
