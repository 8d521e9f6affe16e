import "pe"
rule names_and_calls {
  condition:
    pe.sections[pe.number_of_sections - 1].name == "x" and
    pe.imports("kernel32.dll", /Virtual.*/i) and pe . is_dll ( ) and
    pe.version_info["CompanyName"] contains "Inc" and
    math.in_range(math.entropy(0, filesize), 7.0, 8.0) and
    uint32(uint32(0x3C) + 4) == 0x4550 and with and include.x
}
