rule closed { condition: true }
/* no end
rule lost { condition: true }
