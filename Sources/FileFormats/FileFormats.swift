// FileFormats: what files are and what their formats say, as plain values; digests.
//
// A parser takes a ByteView and gives a value or nil: any bytes, never a trap, never unbounded
// time or memory. `Identification` says what a file is; `PE` (with `Authenticode`) holds what the
// `pe` modules report; `ASN1` reads the encoding that signatures use; `Digest` hashes. Both the
// rule modules and ingest stand on this target, so it knows neither rules nor stores.
