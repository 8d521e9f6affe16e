rule text_patterns {
  strings:
    $plain = "plain"
    $all = "abc" ascii wide nocase fullword private
    $xor = "abc" xor
    $xor_one = "abc" xor(7)
    $xor_range = "abc" xor ( 0x01 - 0xFF ) fullword
    $base64 = "abc" base64 base64wide
    $alphabet = "abc" base64("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    $escapes = "tab\t line\n return\r quote\" slash\\ zero\0 hex\x00\xff"
    $utf8 = "grüße"
    $many_lines = """first
  second\tline"""
    $ = "anonymous"
    $="also anonymous"wide$next="no gaps"
  condition:
    all of them
}
