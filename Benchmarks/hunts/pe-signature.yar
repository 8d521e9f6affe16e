import "pe"
rule signed_by_stolen {
  condition: uint16(0) == 0x5A4D and for any s in pe.signatures : (s.issuer contains "Thawte" and s.serial == "09:a2:9c:ee:11")
}
