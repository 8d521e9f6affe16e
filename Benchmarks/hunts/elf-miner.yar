rule linux_miner {
  strings:
    $s1 = "stratum+tcp://" ascii
    $s2 = "randomx" ascii nocase
    $s3 = "donate.v2.xmrig.com" ascii
    $s4 = "cryptonight-" ascii
    $s5 = "pool_address" ascii
  condition: uint32(0) == 0x464C457F and 3 of ($s*)
}
