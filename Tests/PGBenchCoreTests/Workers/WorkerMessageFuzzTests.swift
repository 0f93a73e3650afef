import PGStatistics
import PGSystem
import PGTestSupport
import Testing

@testable import PGMeasuring
@testable import PGVerdicts

/// PGBENCH_FUZZ is the number of inputs, PGBENCH_FUZZ_SEED the seed of a run that is to be repeated.
@Suite("Damaged messages of a comparison, FuzzTests", .paced)
struct WorkerMessageFuzzTests {
  private static func line(_ message: some Encodable) throws -> [UInt8] {
    Array(try WorkerProtocol.line(of: message).dropLast())
  }

  private static let place = CasePlace(
    suites: ["Shop", "Requests"], test: "By \"status\"", function: "byStatus(_:)",
    arguments: [.init(name: "status", value: ".paid")])

  private static func messages() throws -> [[UInt8]] {
    try [
      WorkerMessage.hello(WorkerHello(token: "12-34", side: .head, environment: ExampleReport.environment)),
      .began(place), .ended(CaseEnding(place: place, problem: "no\nrows", benchmarks: 0)), .done,
      .failed("why"),
      .arrived(
        .example(
          "a", budget: .untilHalfWidth(.percent(1), atMost: .seconds(9)), tolerance: .percent(5).atLeast(2.5))
      ),
      .arrived(.example("b", budget: .rounds(8))),
      .timed(
        BlockTiming(
          elapsed: 900, latencies: [200, 300, 400], usage: [.allocations: 12], disturbance: "checkpoint")),
      .arrived(
        .example(
          "c",
          gates: [
            Gate(nil, .latency(.p99), .limit(3e6)), Gate(.async, .time, .reference(.sync, .percent(5))),
            Gate(.sync, .metric(.statements), .baseline(nil)),
          ])),
      .counted([
        MetricSummary(.peakMemory, .value(4096)), MetricSummary(.serverCPU, .notAvailable(reason: "none")),
      ]),
      .timed(BlockTiming(elapsed: 700, latencies: Array(repeating: 7, count: 100))),
      .timed(BlockTiming(elapsed: 900, latencies: [800, 500, 100], intended: 3_000_000)),
      .arrived(.example("d", rate: ArrivalRate(perSecond: 1000, arrivals: .poisson))),
      .arrived(.example("e", goal: RateGoal(.p99, atMost: .milliseconds(5)))),
    ].map(line)
  }

  @Test(
    "of a test program are refused, or are what a program may say: nothing that follows from them overflows")
  func messages() throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    let valid = try Self.messages()
    for number in 0..<Fuzzing.inputs {
      let line = random.below(10) == 0 ? random.bytes(atMost: 200) : random.damaged(random.pick(valid))
      var conversation = WorkerConversation()
      let operations = random.pick([3, 100])
      let isPaced = random.pick([false, false, true])
      let request = random.pick([
        WorkerRequest.run(
          variant: 0, first: 0, operations: operations, rate: isPaced ? ArrivalRate(perSecond: 1000) : nil),
        .open(variant: 0), .finish,
        .count(variant: 0, first: 0, operations: operations),
      ])
      let clients = random.pick([1, 1, 4])
      conversation.ask(request, clients: clients, at: 1000)
      guard let event = try? conversation.take(line, at: 2000) else { continue }
      guard let fault = try Self.fault(in: event, request, isPaced ? operations : clients) else { continue }
      Issue.record("Input \(number) of seed \(seed), \(String(decoding: line, as: UTF8.self)): \(fault)")
      return
    }
  }

  /// What is wrong with an event that was believed; does what a comparison does with it.
  ///
  /// - Parameter clients: How many operations may take their time at once.
  private static func fault(
    in event: WorkerConversation.Event, _ request: WorkerRequest, _ clients: Int
  ) throws -> String? {
    switch event {
    case .began, .ended: return nil
    case .arrived(let one):
      guard let entry = try CaseMatching(base: [one], head: [one]).entries.first else { return "no entry" }
      let plan = entry.plan(budget: .seconds(3), seed: Seed(1))
      var budget = FalseAlarmBudget(rate: 0.01)
      let gates = CommitGates.plan(
        for: entry, tolerance: .percent(2), looks: plan.looks, budget: &budget,
        gated: entry.gatedVariants.count)
      let sizes = [1, 20, 1e9].map { plan.leadIn(ofBlock: plan.blockLength(nanosecondsPerOperation: $0)) }
      let isOver = plan.isOver(session: plan.sessions, rounds: 1, operations: .max, nanoseconds: .max)
      return (sizes + [gates.gates.count]).allSatisfy { $0 >= 0 } && isOver ? nil : "\(plan)"
    case .answer(.timed(let timing)):
      guard case .run(_, _, let operations, _) = request else { return "times of no block" }
      let sum = timing.latencies.reduce(0, +)
      let rest = timing.droppingFirst(2)
      let isTrue =
        timing.latencies.count == operations && timing.latencies.allSatisfy { $0 > 0 }
        && (1...1000).contains(timing.elapsed) && sum <= timing.elapsed * clients
        && (clients > 1 || rest.elapsed > 0)
        && timing.usage.values.allSatisfy(\.isFinite) && timing.compared > 0
        && (timing.pace?.intended ?? 1) > 0
      return isTrue ? nil : "\(timing)"
    case .answer(.counted(let metrics)):
      let isTrue = metrics.compactMap(\.value).allSatisfy { $0.isFinite && $0 >= 0 }
      return isTrue ? nil : "\(metrics)"
    case .answer: return nil
    }
  }

  @Test("to a test program are refused, or can be carried out")
  func requests() throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    let assignment = WorkerAssignment(
      identity: Self.place.identity(operations: 10, call: 1), databases: [["dbname": "a"], ["dbname": "b"]],
      isServerHere: true, checkpointer: 12, checksOutputs: true)
    let valid = try [
      WorkerRequest.skip(Self.place.identity(operations: 10, call: 1)), .begin(assignment), .open(variant: 1),
      .run(variant: 0, first: 80, operations: 400),
      .run(variant: 0, first: 80, operations: 400, rate: ArrivalRate(perSecond: 5)), .close(variant: 1),
      .finish,
      .beginCounting(variant: 0, first: 80, operations: 40), .count(variant: 1, first: 80, operations: 400),
    ].map(Self.line)
    for number in 0..<Fuzzing.inputs {
      let line = random.below(10) == 0 ? random.bytes(atMost: 200) : random.damaged(random.pick(valid))
      guard let request: WorkerRequest = try? WorkerProtocol.message(from: line),
        (try? request.validate(variants: 2, clients: 3)) != nil
      else { continue }
      switch request {
      case .open(let variant), .close(let variant): if (0...1).contains(variant) { continue }
      case .run(let variant, let first, let operations, let rate):
        let isPossible =
          (0...1).contains(variant) && first >= 0 && (3...WorkerProtocol.longestBlock).contains(operations)
          && rate?.problem(clients: 3) == nil
        if isPossible, !first.addingReportingOverflow(operations).overflow { continue }
      case .beginCounting(let variant, let first, let operations),
        .count(let variant, let first, let operations):
        let isPossible =
          (0...1).contains(variant) && first >= 0 && (3...WorkerProtocol.longestBlock).contains(operations)
        if isPossible, !first.addingReportingOverflow(operations).overflow { continue }
      case .skip, .begin, .finish: break
      }
      Issue.record("Input \(number) of seed \(seed): \(String(decoding: line, as: UTF8.self))")
      return
    }
  }
}
