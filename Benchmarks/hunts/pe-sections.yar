import "pe"
rule upx_sections { condition: for any s in pe.sections : (s.name == "UPX0" or s.name == "UPX1") }
rule odd_entry { condition: pe.entry_point > 0 and pe.number_of_sections > 2 and pe.sections[pe.number_of_sections - 1].characteristics & pe.SECTION_MEM_EXECUTE != 0 and pe.sections[pe.number_of_sections - 1].name == ".aspack" }
rule big_overlay { condition: pe.overlay.size > 5MB and pe.is_dll() }
