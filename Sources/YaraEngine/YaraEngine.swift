// YaraEngine: checked rules, compiled and matched.
//
//   RuleTree --Compile--> RuleSet (checked conditions + PatternSet) --Scan--> ScanResult
//
// Interface   ids, the match table, what the parts ask of each other
// Patterns    text, hex and regex patterns: one IR, atoms, verification at atom hits
// Compile     names, types, warnings; conditions as a flat checked IR
// Evaluate    three-valued conditions: true, false, not known yet; undefined as YARA has it
// Modules     YARA's modules as tables of fields and functions
// Scan        one file against a rule set: guards and facts first, then a pass for the rules' keys,
//             then what is left where a key was found
//
// This target has no clock but a given deadline, no network, no database, no log, no globals.
