import "dotnet"
rule net_stealer {
  strings:
    $a = "get_Passwords" $b = "\\Google\\Chrome\\User Data" wide $c = "SELECT * FROM logins" wide
    $d = "moz_cookies" wide $e = "_CorExeMain" $f = "wallet.dat" wide $g = "api.telegram.org/bot" wide
  condition: uint16(0) == 0x5A4D and $e and 3 of ($a, $b, $c, $d, $f, $g)
}
