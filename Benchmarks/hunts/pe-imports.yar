import "pe"
rule injects { condition: pe.imports("kernel32.dll", "VirtualAllocEx") and pe.imports("kernel32.dll", "WriteProcessMemory") and pe.imports("kernel32.dll", "CreateRemoteThread") }
rule keylogger { condition: pe.imports("user32.dll", "GetAsyncKeyState") and pe.imports("user32.dll", "SetWindowsHookExA") and filesize < 500KB }
rule svc { condition: pe.exports("ServiceMain") and pe.is_dll() and pe.imports(/wininet/i, /InternetOpen/i) > 0 }
