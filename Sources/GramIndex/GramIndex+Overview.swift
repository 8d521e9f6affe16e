// GramIndex: which documents of a segment may match, told from an immutable file beside it.
//
// IndexQuery       what is asked: literals, facts, columns, joined by and, or, at least
//
// It knows documents by number only: no rules, no paths, no hashes.
