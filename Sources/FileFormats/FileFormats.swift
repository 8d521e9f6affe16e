// FileFormats: bytes of one file in, plain values out.
//
//   Identification   what kind of file it is, in VirusTotal's vocabulary
//   Digest           MD5, SHA-1, SHA-2, CRC-32; SHA256Digest names samples
//   PE, ASN1         portable executables with Authenticode
//   DotNet           CLI metadata in portable executables
//   ELF, MachO       executables of other systems
//   DEX, LNK         Dalvik executables, Windows shell links
//
// The law of this target: it never traps and never runs on. Any bytes give a value or nothing, in
// bounded time and memory. Where YARA and YARA-X read a file differently, a file object is one
// engine's reading.
