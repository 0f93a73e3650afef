import Foundation
import PGMeasuring
import PGVerdicts
import Testing

@Suite("WorkerProtocol")
struct WorkerProtocolTests {
  @Test("A message is one line, and comes back as it was sent")
  func message() throws {
    let timing = BlockTiming(
      elapsed: 5, latencies: [2, 3], usage: [.allocations: 12, .clientCPU: 3.5], disturbance: "checkpoint")
    let line = try WorkerProtocol.line(of: WorkerMessage.timed(timing))
    #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
    guard case .timed(let read) = try WorkerProtocol.message(WorkerMessage.self, from: line) else {
      Issue.record("another message came back")
      return
    }
    #expect(read == timing)
  }

  @Test("A counter's figure that is no number crosses the socket, and doesn't keep the block from it")
  func noNumber() throws {
    let metrics = ["a", "b", "c"].map { Metric($0, unit: .count) }
    let usage = Dictionary(uniqueKeysWithValues: zip(metrics, [Double.nan, .infinity, -.infinity]))
    let line = try WorkerProtocol.line(
      of: WorkerMessage.timed(BlockTiming(elapsed: 5, latencies: [5], usage: usage)))
    guard case .timed(let read) = try WorkerProtocol.message(WorkerMessage.self, from: line) else {
      Issue.record("another message came back")
      return
    }
    #expect(read.usage[metrics[0]]?.isNaN == true)
    #expect(read.usage[metrics[1]] == .infinity && read.usage[metrics[2]] == -.infinity)
  }

  @Test("Line breaks in a text don't break the line")
  func text() throws {
    let line = try WorkerProtocol.line(of: WorkerMessage.failed("one\ntwo"))
    #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
    guard case .failed(let read) = try WorkerProtocol.message(WorkerMessage.self, from: line) else {
      Issue.record("another message came back")
      return
    }
    #expect(read == "one\ntwo")
  }

  @Test("A case comes back with its budget, its tolerance and its place")
  func announced() throws {
    let one = WorkerCase.example(
      "a", budget: .untilHalfWidth(.percent(1), atMost: .seconds(9)), tolerance: .percent(5))
    let line = try WorkerProtocol.line(of: WorkerMessage.arrived(one))
    guard case .arrived(let read) = try WorkerProtocol.message(WorkerMessage.self, from: line) else {
      Issue.record("another message came back")
      return
    }
    #expect(read == one)
  }

  @Test("An assignment's description holds no parameter of a database")
  func secrets() {
    let assignment = WorkerAssignment(
      identity: CaseIdentity(suite: "S", test: "t", operations: 1), databases: [["password": "hunter2"]],
      isServerHere: true, checkpointer: 0, checksOutputs: false)
    #expect(!"\(WorkerRequest.begin(assignment))".contains("hunter2"))
  }

  @Test("The documentation shows each message and each request as it is on the socket")
  func documentation() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../docs/worker-protocol.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains("This is version \(WorkerProtocol.version)."))
    for name in WorkerProtocol.environment(socket: "", side: .base, token: "").keys
    where name.hasPrefix("PGBENCH_WORKER") {
      #expect(text.contains("`\(name)`"))
    }
    var shown: Set<String> = []
    for line in text.split(separator: "\n") where line.hasPrefix("{") {
      let bytes = Array(line.utf8)
      let kind = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]).keys
        .first
      let again: [UInt8]
      if let message: WorkerMessage = try? WorkerProtocol.message(from: bytes) {
        again = try WorkerProtocol.line(of: message)
      } else {
        let request: WorkerRequest = try WorkerProtocol.message(from: bytes)
        again = try WorkerProtocol.line(of: request)
      }
      // Written again it has the same keys and values, in whatever order.
      let sorted = try [bytes, again].map {
        try JSONSerialization.data(
          withJSONObject: JSONSerialization.jsonObject(with: Data($0)), options: [.sortedKeys])
      }
      #expect(sorted[0] == sorted[1], "\(line)")
      shown.insert(try #require(kind))
    }
    #expect(
      shown == [
        "hello", "began", "arrived", "ended", "done", "timed", "failed", "skip", "begin", "open", "run",
        "close", "beginCounting", "count", "counted",
        "finish",
      ])
  }
}
