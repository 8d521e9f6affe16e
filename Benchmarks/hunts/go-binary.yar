rule go_backdoor {
  strings:
    $go = "Go build ID:" 
    $a = "main.reverseShell" $b = "main.persist" $c = "github.com/kbinani/screenshot" $d = "main.exfil"
    $e = "net.(*Dialer).DialContext"
  condition: $go and $e and any of ($a, $b, $c, $d)
}
