// One mistake is reported once, whatever is built upon it.
rule cascades {
  strings:
    $a = "abc"
  condition:
    (((unknown + 1) * 2 == 3) and not unknown2.field[3].other(unknown3)) or
    for any i in missing : (i.name == "x" and i.size > 3) or
    with x = nothing.at_all : (x == 1 and x contains "a") or
    unknown4 of ($a)
}
rule after { condition: cascades and not cascades }
