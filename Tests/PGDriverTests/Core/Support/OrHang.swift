import PGDriver
import Testing

/// What a body comes to, which is cancelled and counts as a failure when it takes longer than a limit.
func orHang<Answer: Sendable>(
  _ limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
  _ body: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
  let work = Task { try await body() }
  let hasHung = Recorder<Void>()
  let alarm = Task {
    try await Task.sleep(for: limit)
    hasHung.note(())
    work.cancel()
  }
  let result = await withTaskCancellationHandler {
    await work.result
  } onCancel: {
    work.cancel()
  }
  alarm.cancel()
  #expect(hasHung.elements.isEmpty, "It didn't end by itself.", sourceLocation: sourceLocation)
  return try result.get()
}
