// Jobs: retrohunt jobs from their creation to their end, over restarts.
//
//   JobQueue   what the API calls: create, read, list, abort, delete, matches; checks limits
//   JobStore   the rows, in SQLite; every change is one transaction; only this target writes them
//   JobStateMachine   status x event -> status + actions; pure, the store performs the actions
//   LocalRunner       a Service: takes units of work of the jobs that have a slot, runs them on
//                     threads of its own and merges each result with the unit's completion
//   Hunter, OpenHunt  what a runner asks of the hunting part
//
// Laws: a job acknowledged is durable; a unit run twice changes nothing; results merge by set
// union; progress only grows; the row is the truth, memory a cache that a kill may take.
