/// Reads the instruments of one session: before a block and after it, never in between.
package final class UsageMeter: Sendable {
  fileprivate let instruments: [any Instrument]
  /// The places of each instrument's figures in a reading.
  fileprivate let places: [Range<Int>]
  /// What the figures are, place by place.
  fileprivate let figures: [(metric: Metric, isReported: Bool)]

  package convenience init(_ session: MeteredSession) { self.init(session.instruments) }

  /// - Parameter instruments: In the order in which they are read before a block.
  package init(_ instruments: [any Instrument]) {
    self.instruments = instruments
    var places: [Range<Int>] = []
    var figures: [(metric: Metric, isReported: Bool)] = []
    for instrument in instruments {
      let first = figures.count
      figures += instrument.metrics.map { ($0, true) } + instrument.unreported.map { ($0, false) }
      places.append(first..<figures.count)
    }
    self.places = places
    self.figures = figures
  }

  /// Begins a block; it is over with `BlockUsage.end`.
  package func start() -> BlockUsage { BlockUsage(self) }

  /// Why metrics that the readings don't have can't be had.
  package func missing() -> [MetricSummary] { start().missing }
}

/// What a session's threads and backends used in a block.
package struct BlockUsage: Sendable {
  private let meter: UsageMeter
  private var before: UsageReading
  private var after: UsageReading

  /// Makes room for both readings, and takes the one before the block.
  fileprivate init(_ meter: UsageMeter) {
    self.meter = meter
    before = UsageReading(figures: meter.figures.count)
    after = UsageReading(figures: meter.figures.count)
    var index = 0
    while index < meter.instruments.count {
      before.take(meter.instruments[index], in: meter.places[index])
      index += 1
    }
  }

  /// Takes the reading after the block, in the opposite order.
  package mutating func end() {
    var index = meter.instruments.count
    while index > 0 {
      index -= 1
      after.take(meter.instruments[index], in: meter.places[index])
    }
  }

  /// How far a counter moved, one that isn't reported included; nil where that isn't known.
  ///
  /// Of several instruments for a metric, the one that is read nearest to the block counts: the kit's own.
  package subscript(metric: Metric) -> Double? {
    for places in meter.places.reversed() {
      for place in places where meter.figures[place].metric == metric { return difference(place) }
    }
    return nil
  }

  /// What was used, by metric, without what isn't known.
  ///
  /// A metric of the user's counts where the kit's own of that name isn't known.
  package var reported: [Metric: Double] {
    var usage: [Metric: Double] = [:]
    for places in meter.places.reversed() {
      for place in places where meter.figures[place].isReported {
        let metric = meter.figures[place].metric
        if usage[metric] == nil { usage[metric] = difference(place) }
      }
    }
    return usage
  }

  /// The metrics that were not known before the block, each with the reason, in the order of tables.
  fileprivate var missing: [MetricSummary] {
    var missing: [MetricSummary] = []
    for (instrument, places) in zip(meter.instruments, meter.places) {
      for (place, metric) in zip(places, instrument.metrics) where before[place] == nil {
        missing.append(MetricSummary(metric, .notAvailable(reason: instrument.whyMissing(metric))))
      }
    }
    return missing.sorted { Metric.comesFirst($0.metric, $1.metric) }
  }

  private func difference(_ place: Int) -> Double? {
    guard let before = before[place], let after = after[place] else { return nil }
    return after - before
  }
}

/// What spoils a block, so that its round is better taken again.
package enum Disturbance: String, Sendable {
  /// The server's checkpointer was at work.
  case checkpoint
  /// Others had the CPU that client and backend are bound to.
  case otherProcesses = "other processes on the CPU"
  /// This process did something else, such as other tests, on the CPU that the client is bound to or beside
  /// it.
  case otherWork = "other work in this process"

  /// Judges a block by what was used in it.
  ///
  /// A checkpointer wakes up now and then, for microseconds. Client and backend hand the CPU to and fro, and
  /// so wait for it shortly; that they were kept from it is only what wall time is left when both CPU times
  /// are taken away.
  ///
  /// - Parameter elapsed: Wall time of the block in nanoseconds.
  /// - Parameter used: How far a counter moved, as `BlockUsage` has it; nil where that isn't known.
  /// - Parameter isOneCPU: Whether one client and its backend have a CPU to themselves.
  /// - Parameter isAlone: Whether nothing else of the kit works in this process, as its proxy does.
  package static func of(
    elapsed: Int, used: (Metric) -> Double?, isOneCPU: Bool, isAlone: Bool = true
  ) -> Disturbance? {
    if let worked = used(.checkpointerCPU), worked > 200_000 { return .checkpoint }
    let tolerable = Double(max(elapsed / 10, 100_000))
    let client = used(.clientCPU)
    if isAlone, let all = used(.processCPU), let client, all - client > max(tolerable, 500_000) {
      return .otherWork
    }
    guard isOneCPU, let client, let server = used(.serverCPU) else { return nil }
    let delays = (used(.clientRunDelay) ?? 0) + (used(.serverRunDelay) ?? 0)
    return min(Double(elapsed) - client - server, delays) > tolerable ? .otherProcesses : nil
  }
}

/// A metric of the user's own: a counter that is read before and after each block.
package struct CustomMetric: Sendable {
  package let metric: Metric
  /// The counter's present value; it should never fall.
  package let read: @Sendable () -> Double

  package init(metric: Metric, read: @escaping @Sendable () -> Double) {
    self.metric = metric
    self.read = read
  }
}

/// Reads the user's own counters.
struct CustomMetrics: Instrument {
  private let custom: [CustomMetric]

  init(_ custom: [CustomMetric]) { self.custom = custom }

  var metrics: [Metric] { custom.map(\.metric) }

  func read(into reading: inout UsageReading) {
    for custom in custom { reading.note(custom.read()) }
  }

  func whyMissing(_ metric: Metric) -> String { "its counter gave no figure" }
}
