// GramIndex: which documents of a segment may match, told from an immutable file beside it.
//
// IndexQuery         what is asked: literals, facts, columns, joined by and, or, at least
// IndexBuilder       documents and facts in, a file out                              Build/
// IndexFile          a file in place: questions in, sets of documents out            Read/
// IndexMerger        files of several segments in, one file out                      Merge/
// DocumentSet        a set of document numbers
// SignatureScheme    how bytes become signatures; IndexLayout: where all lies        Layout/
//
// The law: an answer holds every document for which the question is true. Signatures only ever say
// "not here"; what is not known, not read, or damaged is a candidate.
//
// It knows documents by number only: no rules, no paths, no hashes. The file is described field by
// field in Documentation/Formats/index.md, the choices in Documentation/Decisions/0008.
