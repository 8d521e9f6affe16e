import Jobs
import Testing
import VirusTotalModel

@Suite struct JobStateMachineTests {
  /// Status, event, new status; every pair that is not here changes nothing.
  static let table: [(JobStatus, JobEvent, JobStatus)] = [
    (.queued, .slotGranted, .starting),
    (.queued, .abortRequested, .aborted),
    (.queued, .failed(reason: "x"), .aborted),
    (.starting, .planned, .running),
    (.starting, .abortRequested, .aborted),
    (.starting, .failed(reason: "x"), .aborted),
    (.running, .allUnitsDone, .finished),
    (.running, .abortRequested, .aborting),
    (.running, .failed(reason: "x"), .aborted),
    (.aborting, .workStopped, .aborted),
    (.aborting, .allUnitsDone, .aborted),
    (.aborting, .failed(reason: "x"), .aborted),
  ]
  static let events: [JobEvent] = [
    .slotGranted, .planned, .abortRequested, .allUnitsDone, .workStopped, .failed(reason: "x"),
  ]

  @Test(arguments: JobStatus.allCases, events) func follows(_ status: JobStatus, _ event: JobEvent)
  {
    let expected = Self.table.first { $0.0 == status && $0.1 == event }?.2 ?? status
    let transition = JobStateMachine.transition(from: status, on: event)
    #expect(transition.status == expected)
    if expected == status { #expect(transition.actions.isEmpty) }
  }

  @Test(arguments: JobStatus.allCases, events) func everyEndIsDatedAndTold(
    _ status: JobStatus, _ event: JobEvent
  ) {
    let transition = JobStateMachine.transition(from: status, on: event)
    let ends = transition.status.isOver && !status.isOver
    #expect(transition.actions.contains(.recordFinish) == ends)
    #expect(transition.actions.contains(.notify) == ends)
    let heldSlot = [.starting, .running, .aborting].contains(status)
    #expect(transition.actions.contains(.freeSlot) == (ends && heldSlot))
    #expect(transition.actions.contains(.completeProgress) == (ends && transition.status == .finished))
    if status.isOver { #expect(transition.status == status) }
  }
}
