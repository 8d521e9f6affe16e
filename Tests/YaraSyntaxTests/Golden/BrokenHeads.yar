import pe
import
stray words
rule { condition: true }
rule all { condition: true }
rule 1a { condition: true }
rule no_brace condition: true }
rule tags : a, b true { condition: true }
rule no_tags : { condition: true }
private private rule twice { condition: true }
rule unclosed {
  condition: true
rule next_one { condition: true }
}
global { condition: true }
rule good { condition: true };
