public import VirusTotalModel

/// What can happen to a job.
public enum JobEvent: Sendable, Hashable {
  /// A slot became free for a waiting job.
  case slotGranted
  /// Rules compiled, work laid out.
  case planned
  case abortRequested
  /// Every unit of work is done and merged.
  case allUnitsDone
  /// Nobody works on the job any more.
  case workStopped
  /// The job can never finish.
  case failed(reason: String)
}

/// What a change of status asks the store and the runner to do.
public enum JobAction: Sendable, Hashable {
  /// Set the start date.
  case recordStart
  /// Set progress to 100.
  case completeProgress
  case keepReason(String)
  /// Set the finish date.
  case recordFinish
  /// Tell the workers to stop.
  case stopWork
  /// A waiting job may start.
  case freeSlot
  /// Tell the owner that the job is over.
  case notify
}

/// The life of a job as a pure function: status x event -> new status and actions. An event that
/// has no meaning in a status changes nothing, so events may come late or twice.
///
///     queued -> starting -> running -> finished
///        |         |           +-> aborting -> aborted
///        +---------+--------------------------> aborted
public struct JobStateMachine: Sendable {
  public struct Transition: Sendable, Hashable {
    public let status: JobStatus
    public let actions: [JobAction]
  }

  public static func transition(from status: JobStatus, on event: JobEvent) -> Transition {
    switch (status, event) {
    case (.queued, .slotGranted):
      Transition(status: .starting, actions: [])
    case (.queued, .abortRequested):
      Transition(status: .aborted, actions: [.recordFinish, .notify])
    case (.queued, .failed(let reason)):
      Transition(status: .aborted, actions: [.keepReason(reason), .recordFinish, .notify])

    case (.starting, .planned):
      Transition(status: .running, actions: [.recordStart])
    case (.starting, .abortRequested):
      Transition(status: .aborted, actions: [.recordFinish, .stopWork, .freeSlot, .notify])

    case (.running, .allUnitsDone):
      Transition(
        status: .finished, actions: [.completeProgress, .recordFinish, .freeSlot, .notify])
    case (.running, .abortRequested):
      Transition(status: .aborting, actions: [.stopWork])

    case (.starting, .failed(let reason)), (.running, .failed(let reason)):
      Transition(
        status: .aborted,
        actions: [.keepReason(reason), .recordFinish, .stopWork, .freeSlot, .notify])

    case (.aborting, .workStopped), (.aborting, .failed), (.aborting, .allUnitsDone):
      Transition(status: .aborted, actions: [.recordFinish, .freeSlot, .notify])

    default:
      Transition(status: status, actions: [])
    }
  }
}

extension JobStatus {
  /// Whether a job in this status counts against the number of running jobs.
  var holdsSlot: Bool {
    switch self {
    case .starting, .running, .aborting: true
    case .queued, .aborted, .finished: false
    }
  }
}
