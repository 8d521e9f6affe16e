import "pe"
rule fake_microsoft {
  strings: $a = "Microsoft Corporation" wide
  condition: uint16(0) == 0x5A4D and $a and pe.version_info["CompanyName"] contains "Microsoft" and pe.version_info["OriginalFilename"] == "svch0st.exe"
}
