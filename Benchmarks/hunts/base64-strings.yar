rule encoded {
  strings:
    $a = "This program cannot be run" base64 base64wide
    $b = "IEX (New-Object" base64 base64wide
    $c = "/bin/bash -i >& /dev/tcp/" base64
  condition: any of them
}
