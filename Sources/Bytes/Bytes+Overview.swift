// Bytes: bounded reads of hostile bytes and the few kernels that need raw memory.
//
// ByteView (windows), Deadline and Cancellation (how work is told to stop), FileContents (files for
// a scanner), MappedFile (files of the store), ByteBuffer, checksums, compression (zstd, LZ4) and the literal search kernel (vectorscan).
// Unsafe code lives here and in files ending `Kernel.swift`, nowhere else.
