import PGDriver

/// What an operation took of time and memory.
///
/// Memory is in bytes, above what was taken before.
struct LinearFigures: Sendable {
  var seconds = Double.infinity
  /// What this process took of the CPUs meanwhile, in seconds.
  var cpuSeconds = Double.infinity
  /// At most, while it ran.
  var peak = 0
  /// After it and another small statement.
  var kept = 0
  /// What of that was free, but kept by the C library's allocator.
  var keptByAllocator = 0
  /// What of that went with the connection: libpq's buffers, which never shrink, and what the driver keeps.
  var keptByConnection = 0

  /// What of it is left after all.
  var left: Int { kept - keptByAllocator - keptByConnection }
}

#if os(Linux)
  extension LinearFigures {
    /// Measures an operation in this process, which does nothing else.
    ///
    /// Small amounts are repeated on connections of their own, and the least time counts: one is over before the CPU has
    /// woken up.
    init<Run: LinearRun>(
      of operation: LinearOperation, megabytes: Int, on type: Run.Type,
      to configuration: PostgresConfiguration
    ) async throws {
      for turn in 0..<(megabytes <= 16 ? 3 : 1) {
        let run = try await Run(operation, megabytes: megabytes, to: configuration)
        try await run.roundTrip()
        try await run.prepare()
        // What the input's making left behind is no part of the start.
        ProcessUsage.trim()
        try ProcessUsage.resetPeak()
        let before = try ProcessUsage.now()
        let cpuStart = ProcessUsage.cpuSeconds()
        let start = ContinuousClock.now
        try await run.run()
        seconds = min(seconds, (ContinuousClock.now - start) / .seconds(1))
        cpuSeconds = min(cpuSeconds, ProcessUsage.cpuSeconds() - cpuStart)
        // Of memory the first says all: later ones find what it has left.
        if turn == 0 { peak = try ProcessUsage.peak() - before }
        try await run.roundTrip()
        let after = try ProcessUsage.now()
        ProcessUsage.trim()
        let trimmed = try ProcessUsage.now()
        try await run.cleanUp()
        await run.close()
        ProcessUsage.trim()
        let closed = try ProcessUsage.now()
        if turn == 0 {
          (kept, keptByAllocator, keptByConnection) = (after - before, after - trimmed, trimmed - closed)
        }
      }
    }
  }
#endif

extension LinearFigures {
  private static let mark = "linear cost:"

  /// As a line, by which a child process hands the figures over.
  var line: String {
    "\(Self.mark) \(seconds) \(cpuSeconds) \(peak) \(kept) \(keptByAllocator) \(keptByConnection)"
  }

  /// Finds the line in the output of a process.
  init?(output: [UInt8]) {
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    guard let line = lines.last(where: { $0.hasPrefix(Self.mark) }) else { return nil }
    let fields = line.dropFirst(Self.mark.count).split(separator: " ")
    let times = fields.prefix(2).compactMap { Double($0) }
    let bytes = fields.dropFirst(2).compactMap { Int($0) }
    guard times.count == 2, bytes.count == 4 else { return nil }
    (seconds, cpuSeconds) = (times[0], times[1])
    (peak, kept, keptByAllocator, keptByConnection) = (bytes[0], bytes[1], bytes[2], bytes[3])
  }
}
