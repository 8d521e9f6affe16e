rule jsp_cmd { strings: $a = "Runtime.getRuntime().exec(" $b = "request.getParameter(" $c = "<%@" condition: filesize < 200KB and all of them }
rule aspx_cmd { strings: $a = "Process.Start(" $b = "Request.Form[" $c = "cmd.exe" nocase $d = "<%@ Page" nocase condition: filesize < 200KB and 3 of them }
