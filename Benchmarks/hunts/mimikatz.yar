rule credential_tool {
  strings:
    $s1 = "sekurlsa::" wide ascii nocase
    $s2 = "lsadump::" wide ascii nocase
    $s3 = "gentilkiwi" wide ascii
    $s4 = "kerberos::golden" wide ascii nocase
    $s5 = { 33 FF 41 89 37 4C 8B F3 45 85 C0 74 }
    $s6 = { 4C 8B DF 49 C1 E3 04 48 8B CB 4C 03 D8 }
    $s7 = "SamIFree_SAMPR_USER_INFO_BUFFER"
  condition: 2 of them
}
