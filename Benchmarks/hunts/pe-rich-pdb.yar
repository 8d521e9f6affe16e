import "pe"
rule pdb_path { condition: pe.pdb_path matches /\\Users\\[a-z]+\\Desktop\\.*\.pdb$/i }
rule rich { condition: pe.rich_signature.toolid(0x93, 30729) and pe.rich_signature.version(21022) and pe.number_of_resources == 1 }
