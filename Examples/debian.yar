// Rules that teach and that hit on an ordinary Debian system. None of what they find is bad:
// they show how to ask. `make demo` hunts them over files of /usr/bin and /usr/lib.

import "math"
import "hash"

// A rule that others stand on. Private: it is never reported by itself.
private rule is_elf
{
    condition:
        uint32(0) == 0x464c457f
}

// Text, and a condition on where it stands.
rule shell_script_that_evaluates : script
{
    meta:
        description = "A shell script that runs text it has put together"
        shows = "a pattern at a place, and a regular expression with word boundaries"
    strings:
        $sh   = "#!/bin/sh"
        $bash = "#!/bin/bash"
        $eval = /\beval\s+["'$]/
    condition:
        any of ($sh, $bash) at 0 and #eval > 2
}

// All of a set, and a reference to another rule.
rule network_listener : network elf
{
    meta:
        description = "An ELF program that can wait for connections"
        shows = "all of them, fullword, and building on a private rule"
    strings:
        $socket = "socket" fullword
        $bind   = "bind" fullword
        $listen = "listen" fullword
        $accept = /accept4?\x00/
    condition:
        is_elf and all of them
}

// Bytes with wildcards: constants give an algorithm away.
rule crypto_constants : crypto
{
    meta:
        description = "Tables of well-known ciphers and hashes"
        shows = "hex patterns with wildcards, jumps and alternatives"
    strings:
        // The first words of SHA-256's round constants, little or big endian.
        $sha256_le = { 98 2F 8A 42 91 44 37 71 CF FB C0 B5 }
        $sha256_be = { 42 8A 2F 98 71 37 44 91 B5 C0 FB CF }
        // The start of the AES S-box; of the inverse one.
        $aes       = { 63 7C 77 7B F2 6B 6F C5 30 01 67 2B }
        $aes_inv   = { 52 09 6A D5 30 36 A5 38 BF 40 A3 9E }
        // MD5's and SHA-1's starting state, as loaded by code or laid out as data.
        $md5_init  = { 01 23 45 67 [0-8] 89 AB CD EF [0-8] FE DC BA 98 }
    condition:
        any of them
}

// Counting, and arithmetic with the size of the file.
rule many_urls
{
    meta:
        description = "A small file with many web addresses"
        shows = "counting matches, and file size"
    strings:
        $url = /https?:\/\/[a-z0-9.-]{4,60}\.(org|com|net)\b/ nocase
    condition:
        #url > 20 and filesize < 200KB
}

// A module: entropy tells compressed or encrypted content, and big tables.
rule dense_content : entropy
{
    meta:
        description = "Content that looks compressed, encrypted or like one big table"
        shows = "the math module; the size is asked first, since it costs nothing"
    condition:
        filesize > 4KB and math.entropy(0, filesize) > 7.3
}

// What the hunter meets in droppers: programs inside files, also scrambled with a one-byte key.
rule embedded_windows_program : dropper
{
    meta:
        description = "A Windows program inside a file that is none itself, plain or xored"
        shows = "xor with a range of keys, and not ... at"
    strings:
        $mz   = "MZ"
        $stub = "This program cannot be run in DOS mode" xor(0x00-0xff)
    condition:
        $stub and not $mz at 0
}

// Keys that should not lie about.
rule private_key_text : secret
{
    meta:
        description = "The armour of a private key; here mostly in programs that handle keys"
        shows = "alternatives in a regular expression, base64, and a loop over matches"
    strings:
        $plain  = /-----BEGIN (RSA|EC|OPENSSH|PGP) PRIVATE KEY( BLOCK)?-----/
        $hidden = "-----BEGIN RSA PRIVATE KEY-----" base64
    condition:
        $hidden or for any i in (1..#plain) : ( @plain[i] < filesize - 64 and !plain[i] > 30 )
}

// One known file, by its digest.
rule known_file : hash
{
    meta:
        description = "A file known by its SHA-256: here gunzip of gzip 1.12, a shell script"
        shows = "the hash module; the size is asked first, since it costs nothing"
    condition:
        filesize == 2346 and
        hash.sha256(0, filesize) == "55c2f67ca4c3cca0ebac659f0075461dd671ec4937ecd6c71123bb49ed322ebd"
}
