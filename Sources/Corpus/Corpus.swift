// Corpus: bytes at rest.
//
// Store            one data directory: opening, reading, catalogue look-ups
// Ingestor         the way in: files, folders, zip archives, streams
// SegmentReader    the way out for a hunt: the documents of one segment, open or sealed
// Pack/            the files: layout, masking, reading, writing
// Storage/         system calls behind one seam, the writer's lock, batches, sealing, recovery, care
// Catalogue/       the SQL
//
// A sample's way: Ingestor hashes and compresses it (SamplePreparer) -> a group of samples is
// appended to the corpus' inbox log, synced and listed in one transaction (Store+Batches): now it
// is acknowledged -> a full batch becomes a pack of the same number (Store+Sealing).
