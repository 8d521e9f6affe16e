// FileFormats: what the bytes of a file tell, as plain values.
//
// Digest          SHA-256, SHA-1, MD5 and CRC-32, at once or piece by piece
// Identification  the type of a file from its bytes, never from its name
//
// Nothing here traps or throws on content: a parser reports what it managed to read. Digests come
// from libcrypto, which no other target sees.
