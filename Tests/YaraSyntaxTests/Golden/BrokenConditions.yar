rule c01 { condition: true and }
rule c02 { condition: true && false }
rule c03 { condition: true || false }
rule c04 { condition: filesize = 3 }
rule c05 { condition: true == true }
rule c06 { condition: 1 == (2 == 3) }
rule c07 { condition: (true and (false or true }
rule c08 { condition: any of }
rule c09 { condition: any of $a }
rule c10 { condition: for any i in 1..3 : (true) }
rule c11 { condition: for any i in (1..3) (true) }
rule c12 { condition: for any of them ($) }
rule c13 { condition: 25 + 25% of them }
rule c14 { condition: 10 / 2 == 5 }
rule c15 { condition: 10kb > 1 or 1e5 > 2 or 0X1F == 3 }
rule c16 { condition: 18446744073709551616 > 1 }
rule c17 { condition: $a* }
rule c18 { condition: $a in (1,2) }
rule c19 { condition: pe.all == 1 and pe. == 2 }
rule c20 { condition: f(1, ) or f(1 2) }
rule c21 { condition: @a[1 == 2] > 3 and @a[] }
rule c22 { condition: .5 > 1 }
rule c23 { condition: any of (r1, r2) at 0 }
rule c24 { condition: any of ($a*, true) }
rule c25 { condition: "a" matches /b/m }
rule c26 { condition: -true == 1 }
rule c27 { condition: with a = : (true) }
rule c28 { condition: ) }
rule c29 { condition: () }
