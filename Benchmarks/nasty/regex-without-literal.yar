rule digits { strings: $a = /[0-9]{3}-[0-9]{2}-[0-9]{4}/ condition: #a > 1000 }
rule b64 { strings: $a = /[A-Za-z0-9+\/]{200,}={0,2}/ condition: #a > 1000 }
