import PGMeasuring
import PGVerdicts
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("What a test program says in a comparison")
struct WorkerConversationTests {
  /// What is said of a block of three operations whose answer came after 1,000 ns.
  private func violation(
    _ timing: BlockTiming, operations: Int = 3, clients: Int = 1, rate: ArrivalRate? = nil, after: Int = 1000
  ) throws -> String? {
    var conversation = WorkerConversation()
    conversation.ask(
      .run(variant: 0, first: 0, operations: operations, rate: rate), clients: clients, at: 0)
    let line = Array(try WorkerProtocol.line(of: WorkerMessage.timed(timing)).dropLast())
    do {
      _ = try conversation.take(line, at: after)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("of a block is believed where it fits the coordinator's clock and itself")
  func honest() throws {
    #expect(try violation(BlockTiming(elapsed: 600, latencies: [100, 200, 300])) == nil)
    #expect(
      try violation(BlockTiming(elapsed: 1000, latencies: [900, 99, 1], usage: [.allocations: 0])) == nil)
    #expect(
      try violation(
        BlockTiming(elapsed: 600, latencies: [500, 400, 600], disturbance: "checkpoint"), clients: 3) == nil)
  }

  @Test(
    "of a block's times is refused where it can't be",
    arguments: [
      ([0, 0, 0], 0, "0 ns"), ([0, 300, 300], 600, "taken 0 ns"), ([-100, 400, 300], 600, "taken -100 ns"),
      ([.max, 1, 1], 600, "in a block of 600 ns"), ([.max, .max, .max], .max, "1000 ns apart"),
      ([.min, 1, 1], .min, "1000 ns apart"), ([100, 200, 300], 1001, "1000 ns apart"),
      ([300, 300], 600, "2 latencies"),
      ([200, 200, 200, 200], 800, "4 latencies"), ([1, 1, 1], 900, "add up to 3 ns"),
      ([500, 500, 500], 500, "add up to 1500 ns"),
      ([], 600, "0 latencies"),
    ] as [([Int], Int, String)])
  func times(latencies: [Int], elapsed: Int, words: String) throws {
    let said = try violation(BlockTiming(elapsed: elapsed, latencies: latencies))
    #expect(said?.contains(words) == true, "\(said ?? "nothing")")
  }

  @Test("of several clients' times is refused where they add up to more than all of theirs")
  func clients() throws {
    let timing = BlockTiming(elapsed: 500, latencies: [500, 500, 500])
    #expect(try violation(timing, clients: 3) == nil)
    #expect(try violation(timing, clients: 2)?.contains("add up to 1500 ns, with 2 clients") == true)
    let greatest = BlockTiming(elapsed: .max, latencies: [.max, .max, .max])
    #expect(try violation(greatest, clients: 3, after: .max)?.contains("more than any number") == true)
  }

  @Test("of a block at a rate is believed where its latencies overlap, and it was to take what the rate says")
  func paced() throws {
    // A distance of 1 ms.
    let rate = ArrivalRate(perSecond: 1000)
    func said(_ intended: Int?, _ rate: ArrivalRate?) throws -> String? {
      try violation(BlockTiming(elapsed: 500, latencies: [400, 300, 200], intended: intended), rate: rate)
    }
    #expect(try said(3_000_000, rate) == nil)
    #expect(try said(9_000_000, ArrivalRate(perSecond: 1000, arrivals: .poisson)) == nil)
    for intended in [0, -1, 5_000_000, .max] {
      #expect(try said(intended, rate)?.contains("have been meant to take \(intended) ns") == true)
    }
    #expect(try said(nil, rate)?.contains("no time") == true)
    #expect(try said(3_000_000, nil)?.contains("without a rate") == true)
  }

  @Test("of metrics is refused where no counter could say it")
  func metrics() throws {
    func said(_ metric: Metric, _ value: Double) throws -> String? {
      try violation(BlockTiming(elapsed: 600, latencies: [100, 200, 300], usage: [metric: value]))
    }
    #expect(try said(.allocations, -1)?.contains("-1.0") == true)
    #expect(try said(.clientCPU, 1e300)?.contains("1e+300") == true)
    #expect(try said(Metric("temperature", unit: .count), -1) == nil)
    // A process gives memory back as well.
    #expect(try said(.residentGrowth, -16_384) == nil)
    #expect(try said(Metric(String(repeating: "x", count: 3000), unit: .count), 1) != nil)
  }

  @Test("of counted operations is believed where it is plausible")
  func counted() throws {
    func said(_ metrics: [MetricSummary]) throws -> String? {
      var conversation = WorkerConversation()
      conversation.ask(.count(variant: 0, first: 0, operations: 3), at: 0)
      let line = Array(try WorkerProtocol.line(of: WorkerMessage.counted(metrics)).dropLast())
      do { _ = try conversation.take(line, at: 1000) } catch { return "\(error)" }
      return nil
    }
    #expect(
      try said([
        MetricSummary(.peakMemory, .value(1e6)), MetricSummary(.serverCPU, .notAvailable(reason: "none")),
      ]) == nil)
    for summary in [
      MetricSummary(.peakMemory, .value(-1)), MetricSummary(.peakMemory, .value(.infinity)),
      MetricSummary(.peakMemory, .notAvailable(reason: String(repeating: "x", count: 10_001))),
      MetricSummary(Metric(String(repeating: "x", count: 2001), unit: .count), .value(1)),
    ] {
      #expect(try said([summary])?.contains("metrics that can't be") == true)
    }
    #expect(try said(Array(repeating: MetricSummary(.peakMemory, .value(1)), count: 201)) != nil)
  }

  @Test("of a case's gates is refused where none could be held")
  func gates() throws {
    func violation(_ gate: Gate) -> ProtocolViolation? {
      do { try WorkerCase.example("a", gates: [gate]).validate() } catch { return error }
      return nil
    }
    #expect(violation(Gate(nil, .metric(Metric("own", unit: .bytes)), .limit(1))) == nil)
    for gate in [
      Gate(nil, .time, .limit(.infinity)), Gate(.sync, .time, .reference(.sync, nil)),
      Gate(.sync, .time, .reference(.async, .percent(-200))), Gate("other", .time, .limit(1)),
      Gate(.sync, .time, .baselineRatio(to: "other", nil)), Gate(.sync, .time, .baseline(.percent(2e6))),
      Gate(nil, .metric(Metric(String(repeating: "x", count: 2001), unit: .count)), .limit(1)),
    ] {
      #expect(violation(gate)?.description.contains("a gate") == true, "\(gate)")
    }
  }

  @Test("without having been asked, or as another answer, is refused")
  func unasked() throws {
    func said(_ message: WorkerMessage, after request: WorkerRequest?) throws -> String? {
      var conversation = WorkerConversation()
      if let request { conversation.ask(request, at: 0) }
      let line = Array(try WorkerProtocol.line(of: message).dropLast())
      do { _ = try conversation.take(line, at: 1000) } catch { return "\(error)" }
      do { _ = try conversation.take(line, at: 1000) } catch { return "then \(error)" }
      return nil
    }
    let timing = BlockTiming(elapsed: 1, latencies: [1])
    let hello = WorkerHello(token: "1", side: .head, environment: ExampleReport.environment)
    #expect(try said(.done, after: nil)?.contains("without having been asked") == true)
    #expect(try said(.timed(timing), after: .open(variant: 0))?.contains("another request") == true)
    #expect(
      try said(.done, after: .run(variant: 0, first: 0, operations: 1))?.contains("without its times") == true
    )
    #expect(try said(.failed("x"), after: .finish) == "then it answered without having been asked")
    #expect(try said(.hello(hello), after: nil) == "it said hello twice")
  }

  @Test("is refused where it is none of the protocol's, or longer than what was asked for")
  func lines() throws {
    func said(_ line: String) -> String? {
      var conversation = WorkerConversation()
      do { _ = try conversation.take(Array(line.utf8), at: 0) } catch { return "\(error)" }
      return nil
    }
    #expect(said("{\"timed\"")?.contains("none of the protocol's: {\\\"timed\\\"") == true)
    #expect(said("\u{1B}[2J")?.contains("\u{1B}") == false)
    #expect(said("")?.isEmpty == false)
    #expect(said("{\"timed\":{\"_0\":[" + String(repeating: "1,", count: 50_000))?.contains("bytes") == true)
    #expect(said(String(repeating: "[", count: 60_000)) != nil)
  }

  @Test("of tests is refused when it is more than any program has")
  func flood() throws {
    var conversation = WorkerConversation()
    let place = CasePlace(suites: ["S"], test: "t", function: nil, arguments: [])
    let line = Array(try WorkerProtocol.line(of: WorkerMessage.began(place)).dropLast())
    var taken = 0
    let error = #expect(throws: ProtocolViolation.self) {
      while true {
        _ = try conversation.take(line, at: 0)
        taken += 1
      }
    }
    #expect(taken == WorkerConversation.mostUnasked.messages, "\(String(describing: error))")
  }

  @Test("of a case is refused where it makes no sense, and what it is is said")
  func cases() throws {
    func said(_ one: WorkerCase) throws -> String? {
      var conversation = WorkerConversation()
      let line = Array(try WorkerProtocol.line(of: WorkerMessage.arrived(one)).dropLast())
      do { _ = try conversation.take(line, at: 0) } catch { return "\(error)" }
      return nil
    }
    #expect(try said(.example("a")) == nil)
    #expect(try said(.example("a", operations: 0))?.contains("a count of 0") == true)
    #expect(try said(.example("a", operations: .max))?.contains("a count of") == true)
    #expect(try said(.example("a", variants: []))?.contains("0 variants") == true)
    #expect(try said(.example("a", variants: ["x", "x"]))?.contains("two variants of one name") == true)
    #expect(try said(.example("a", budget: .time(.seconds(Int64.max))))?.contains("budget") == true)
    #expect(try said(.example("a", budget: .time(.zero)))?.contains("budget") == true)
    #expect(try said(.example("a", budget: .rounds(.max)))?.contains("rounds") == true)
    #expect(try said(.example("a", tolerance: .percent(-200)))?.contains("tolerance") == true)
    #expect(try said(.example(String(repeating: "x", count: 5000)))?.contains("name") == true)
  }

  @Test("in another version is understood so far that it can be refused with its number")
  func otherVersion() throws {
    let line = Array(
      #"{"hello":{"_0":{"version":1,"side":"head","environment":{"cpu":"x","of":["another","shape"]}}}}"#.utf8
    )
    guard case .hello(let hello) = try WorkerProtocol.message(WorkerMessage.self, from: line) else {
      Issue.record("no hello")
      return
    }
    #expect(hello.version == 1 && hello.side == .head && hello.token == nil)
  }
}

@Suite("A request to a test program")
struct WorkerRequestTests {
  @Test("is carried out where it can be, and refused where something would overflow")
  func requests() {
    func said(_ request: WorkerRequest) -> String? {
      do { try request.validate(variants: 2, clients: 4) } catch { return "\(error)" }
      return nil
    }
    #expect(said(.open(variant: 1)) == nil && said(.run(variant: 0, first: 8, operations: 400)) == nil)
    #expect(said(.open(variant: 2))?.contains("no variant 2") == true)
    #expect(said(.close(variant: -1)) != nil && said(.finish) != nil)
    for (first, operations) in [(0, 0), (0, 3), (-1, 4), (.max, 4), (0, .max), (0, .min)] {
      #expect(said(.run(variant: 0, first: first, operations: operations)) != nil)
    }
  }
}
