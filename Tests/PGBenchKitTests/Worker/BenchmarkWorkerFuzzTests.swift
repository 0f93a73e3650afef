import PGBenchHost
import PGDriver
import PGMeasuring
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchKit

@Suite("What comes to a program of a comparison, FuzzTests", .paced)
struct BenchmarkWorkerFuzzTests {
  private static func arrival(_ test: String, fixtureScript: String = "") -> WorkerCase {
    WorkerCase(
      identity: CaseIdentity(suite: "S", test: test, operations: 10), variants: [.sync], clients: 1,
      operationsPerIteration: 1, budget: nil, warmUp: .automatic, tolerance: nil, fixture: "empty",
      fixtureScript: fixtureScript,
      placement: "", source: nil, filter: nil)
  }

  @Test("Damaged requests wake no case that they don't name, and a whole one wakes it once")
  func requests() async throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    let participant = BenchmarkWorker()
    let waiting = (0..<20).map { number in
      Task { try await participant.arrive(Self.arrival("\(number)")) == nil }
    }
    let valid = try [
      WorkerRequest.skip(CaseIdentity(suite: "S", test: "none", operations: 10)), .open(variant: 0),
      .run(variant: 0, first: 8, operations: 10), .close(variant: 0), .finish,
    ].map { Array(try WorkerProtocol.line(of: $0).dropLast()) }
    for _ in 0..<Fuzzing.inputs {
      participant.take(random.below(10) == 0 ? random.bytes(atMost: 200) : random.damaged(random.pick(valid)))
    }
    let passing = Task {
      // Again and again: a request for a case that has not come yet is for none.
      while !Task.isCancelled {
        for number in 0..<20 {
          participant.take(
            Array(
              try WorkerProtocol.line(of: WorkerRequest.skip(Self.arrival("\(number)").identity)).dropLast()))
        }
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    for task in waiting { #expect(try await task.value, "seed \(seed)") }
    passing.cancel()
  }

  @Test("A case whose fixture is too long to be told of fails, and the message says what to do")
  func fixture() async throws {
    let participant = BenchmarkWorker()
    let script = String(repeating: "x", count: WorkerProtocol.longestLine)
    let error = await #expect(throws: BenchmarkError.self) {
      try await participant.arrive(Self.arrival("a", fixtureScript: script))
    }
    #expect(error?.description.contains("generate_series()") == true)
  }

  @Test("Arbitrary bytes on a channel are its lines, however they come, up to one that is too long")
  func channel() async throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    for _ in 0..<min(200, Fuzzing.inputs / 50) {
      var ends: [CInt] = [-1, -1]
      try #require(UnixSocket.makePipe(&ends) == 0)
      let longest = 1 + random.below(300)
      let (near, far) = (
        LineChannel(socket: ends[0], longestLine: longest), LineChannel(socket: ends[1], longestLine: 1)
      )
      let (lines, isTooLong, isOver) = (Lock<[[UInt8]]>([]), Lock(false), Lock(false))
      try near.start(
        onLine: { line in lines.withLock { $0.append(line) } },
        onTooLong: { isTooLong.withLock { $0 = true } },
        onEnd: { isOver.withLock { $0 = true } })
      var sent: [UInt8] = []
      for _ in 0..<random.below(30) {
        let part = (0..<random.below(100)).map { _ in
          random.below(20) == 0 ? UInt8(10) : UInt8(random.below(256))
        }
        sent += part
        far.send(part)
      }
      far.close()
      let deadline = ContinuousClock.now + Slowness.limit
      while !isOver.withLock({ $0 }), ContinuousClock.now < deadline { await Task.yield() }
      let parts = sent.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      let whole = parts.dropLast().prefix { $0.count <= longest }
      let isCut = parts.contains { $0.count > longest }
      #expect(lines.withLock { $0 } == Array(whole) && isTooLong.withLock { $0 } == isCut, "seed \(seed)")
      near.close()
    }
  }
}
