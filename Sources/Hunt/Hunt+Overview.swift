// Hunt: a checked rule set asked of every sample of a corpus; no server, no queue.
//
//   RuleSet + Store -> HuntRequest -> HuntPlan (work units) -> UnitResult -> HuntSummary
//
// Request  what is asked, of which files, under which limits
// Plan     from rules to what each asks of an index: patterns to literals, conditions to queries
// Run      plan, one unit, all units over the cores
// Report   matches as values and as JSON lines, shared with scans of plain files
//
// Laws: no match is lost; files = pruned by index + pruned by facts + scanned + skipped, and each
// skipped one is named; running a unit twice gives the same result.
