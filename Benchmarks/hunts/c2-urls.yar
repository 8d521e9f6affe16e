rule c2 {
  strings:
    $d1 = "update-microsoft-cdn.com" wide ascii nocase
    $d2 = "secure-dropbox-login.net" wide ascii nocase
    $d3 = "185.220.101." wide ascii
    $p1 = "/gate.php?id=" wide ascii
    $p2 = "/panel/upload.php" wide ascii
    $ua = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.0)" wide ascii
  condition: any of ($d*) or ($ua and any of ($p*))
}
