import "math"
import "math"
import "hsah"
import "androguard"
rule first : good bad good { condition: filesize > 0 }
rule first { condition: true }
rule names {
  strings:
    $alpha = "alpha"
    $beta = "beta"
    $_spare = "spare"
    $alpha = "again"
  condition:
    $alpah or frist or pe.number_of_sections > 1 or math.entropi(0, 1) > 1.0
}
rule loops {
  strings:
    $ = "one"
    $a = "two"
  condition:
    $ or # > 1 or for any k, k in (1..2) : (k == 1) or any of ($b*, $c) or for all of them : (# > 1)
}
rule none { condition: any of them or math or math.entropy or uint8 }
rule itself { condition: not itself }
rule late_1 { condition: any of (late_*) }
rule group_1 { condition: true }
rule user { condition: all of (group_*) and any of (nothing_*) }
rule group_2 { condition: filesize < 10 }
