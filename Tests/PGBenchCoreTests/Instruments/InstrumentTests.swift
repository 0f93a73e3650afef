import PGSystem
import Testing

@testable import PGMeasuring

@Suite("Instruments")
struct InstrumentTests {
  /// A counter that moves by one with each reading, and writes down when it was read.
  private struct Noting: Instrument {
    let name: String
    let log: Lock<[String]>
    var isUnreported = false
    var figures = 1

    var metric: Metric { Metric(name, unit: .count) }
    var metrics: [Metric] { isUnreported ? [] : [metric] }
    var unreported: [Metric] { isUnreported ? [metric] : [] }

    func read(into reading: inout UsageReading) {
      let count = log.withLock { log in
        log.append(name)
        return log.count { $0 == name }
      }
      for _ in 0..<figures { reading.note(Double(count)) }
    }

    func whyMissing(_ metric: Metric) -> String { "\(name) says nothing" }
  }

  @Test("are read forwards before a block, and backwards after it")
  func order() {
    let log = Lock<[String]>([])
    var block = UsageMeter(["a", "b", "c"].map { Noting(name: $0, log: log) }).start()
    #expect(log.withLock(\.self) == ["a", "b", "c"])
    block.end()
    #expect(log.withLock(\.self) == ["a", "b", "c", "c", "b", "a"])
    #expect(block.reported.values.allSatisfy { $0 == 1 } && block.reported.count == 3)
  }

  @Test("that note too few figures lack the others, and those that note too many disturb no other")
  func figures() {
    let log = Lock<[String]>([])
    let instruments = [0, 3, 1].enumerated().map { Noting(name: "\($0)", log: log, figures: $1) }
    let meter = UsageMeter(instruments)
    var block = meter.start()
    block.end()
    #expect(block.reported == [instruments[1].metric: 1, instruments[2].metric: 1])
    let reason = MetricSummary.Outcome.notAvailable(reason: "0 says nothing")
    #expect(meter.missing() == [MetricSummary(instruments[0].metric, reason)])
  }

  @Test("may read what is in no report, which neither is missing there nor hides a metric of that name")
  func unreported() {
    let log = Lock<[String]>([])
    let custom = CustomMetric(metric: Metric("hidden", unit: .count)) { 0 }
    let hidden = Noting(name: "hidden", log: log, isUnreported: true)
    var block = UsageMeter([CustomMetrics([custom]), hidden]).start()
    block.end()
    #expect(block[hidden.metric] == 1)
    #expect(block.reported == [hidden.metric: 0])
    #expect(UsageMeter([Noting(name: "n", log: log, isUnreported: true, figures: 0)]).missing().isEmpty)
  }

  @Test(
    "show none of their own allocations between their readings",
    .enabled(
      if: !_isDebugAssertConfiguration(), "unoptimised, generic code allocates room for what it passes on"))
  func allocations() async throws {
    #if os(Linux)
      let (usage, missing) = try await withCheckedThrowingContinuation { continuation in
        do {
          try OSThread.start("metered") {
            let meter = UsageMeter(MeteredSession(threads: [OSThread.currentID], backends: [getpid()]))
            var block = meter.start()
            block.end()
            continuation.resume(returning: (block.reported, meter.missing().map(\.metric)))
          }
        } catch {
          continuation.resume(throwing: error)
        }
      }
      #expect(usage[.allocations] == 0 || missing.contains(.allocations))
      #expect(usage[.allocatedBytes] == 0 || missing.contains(.allocatedBytes))
      #expect(usage[.clientCPU] != nil && usage[.serverCPU] != nil)
    #endif
  }

  @Test("of the kit measure each of its metrics, but for those of a pass of their own, and of an open loop")
  func complete() {
    let measured = MeteredSession().instruments.flatMap(\.metrics)
    let apart: Set<Metric> = [
      .statements, .serverExecution, .serverPlanning, .peakMemory, .startLag, .missedStarts, .scheduleError,
      .impreciseStarts,
    ]
    #expect(Set(measured).isDisjoint(with: apart))
    #expect(Set(measured).union(apart) == Set(Metric.standard))
    #expect(Set(Metric.standard).count == Metric.standard.count)
  }

  @Test("don't change the order in which tables show their metrics, and new ones come last")
  func tables() {
    let first = [
      "client CPU", "server CPU", "client run delay", "server run delay", "allocations", "allocated bytes",
      "voluntary context switches", "involuntary context switches", "instructions", "statements",
      "server execution", "server planning", "peak memory",
    ]
    #expect(Metric.standard.prefix(first.count).map(\.name) == first)
    let missing = UsageMeter(MeteredSession()).missing().map(\.metric)
    #expect(missing == missing.sorted(by: Metric.comesFirst))
  }

  @Test("of the peak of memory see what an operation had, though it is free again")
  func peakMemory() async throws {
    #if os(Linux)
      let size = 1 << 26
      let metrics = try await PeakMemory().measure(operations: 1) {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        defer { memory.deallocate() }
        memset(memory, 1, size)
      }
      #expect(metrics.map(\.metric) == [.peakMemory])
      if let bytes = metrics[0].value { #expect(bytes >= Double(size)) }
    #endif
  }
}
