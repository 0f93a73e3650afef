/// Counters that are read around a block: what they measure, how they are read, and why one may be missing.
///
/// A file holds all of it for a metric, and a line of `MeteredSession.instruments` has it read.
package protocol Instrument: Sendable {
  /// What it measures, in the order of its figures.
  var metrics: [Metric] { get }

  /// What it reads besides, with figures after those of the metrics: only to judge a block by.
  var unreported: [Metric] { get }

  /// Notes the present value of each counter, whether or not it is known.
  ///
  /// It is called on a client's thread right before a block and right after it, so it should take no longer
  /// than its system calls do, and allocate nothing: what it needs is opened and reserved when it is made.
  func read(into reading: inout UsageReading)

  /// Why a metric has no figure here, as the end of a sentence.
  func whyMissing(_ metric: Metric) -> String
}

extension Instrument {
  package var unreported: [Metric] { [] }
}

/// What instruments are made for: the threads and processes of a variant while one set of connections lives.
package struct MeteredSession: Sendable {
  /// The kernel's identifiers of the client's threads.
  ///
  /// Where there are none, the client's figures are those of the whole process.
  package let threads: [Int32]
  /// The processes behind the connections; empty if they are not on this machine.
  package let backends: [Int32]
  /// The server's checkpointer; 0 if it is not on this machine.
  package let checkpointer: Int32
  /// The user's own metrics.
  package let custom: [CustomMetric]

  /// - Parameter threads: Those that the driver names; 0 stands for one that isn't known.
  /// - Parameter backends: Those on this machine; 0 stands for one that isn't known.
  package init(
    threads: [Int32] = [], backends: [Int32] = [], checkpointer: Int32 = 0, custom: [CustomMetric] = []
  ) {
    self.threads = threads.filter { $0 > 0 }
    self.backends = backends.filter { $0 > 0 }
    self.checkpointer = checkpointer
    self.custom = custom
  }

  /// All instruments, a line for each, in the order in which they are read before a block.
  ///
  /// After it they are read backwards, so each also measures what the reading of those below it takes, and
  /// nothing of those above it.
  /// What moves more stands higher: code of the user's may do anything; a file takes microseconds of CPU time
  /// and a buffer; the allocations are read from memory; the others are a system call for each thread or
  /// process, with the client's CPU time nearest to the block, for all of these calls are in it.
  package var instruments: [any Instrument] {
    [
      CustomMetrics(custom),
      ResidentGrowth(),
      RunDelay(self),
      ContextSwitches(self),
      Allocations(self),
      ServerCPU(self),
      Instructions(self),
      ClientCPU(self),
    ]
  }
}

/// What the counters said at one moment.
///
/// It has its room from the start, so that to fill it allocates nothing.
package struct UsageReading: Sendable {
  private var figures: [Double?]
  private var next = 0
  private var end = 0

  init(figures count: Int) {
    figures = Array(repeating: nil, count: count)
  }

  /// Notes an instrument's next figure; nil where it isn't known.
  package mutating func note(_ figure: Double?) {
    guard next < end else { return }
    figures[next] = figure
    next += 1
  }

  /// Notes an instrument's next figure as the kernel gives it: below 0 where it isn't known.
  package mutating func note(count: Int64) {
    note(count < 0 ? nil : Double(count))
  }

  /// Has an instrument note its figures in its places; those that it leaves out stay unknown.
  mutating func take(_ instrument: any Instrument, in places: Range<Int>) {
    (next, end) = (places.lowerBound, places.upperBound)
    instrument.read(into: &self)
  }

  subscript(place: Int) -> Double? { figures[place] }
}

extension Array {
  /// The sum over all; -1 if there are none, or one of them isn't known.
  func sum(_ value: (Element) -> Int64) -> Int64 {
    sums { (value($0), 0) }.0
  }

  /// The sums of two figures that are read together.
  func sums(_ values: (Element) -> (Int64, Int64)) -> (Int64, Int64) {
    guard !isEmpty else { return (-1, -1) }
    var sums: (Int64, Int64) = (0, 0)
    for element in self {
      let values = values(element)
      guard values.0 >= 0, values.1 >= 0 else { return (-1, -1) }
      sums.0 += values.0
      sums.1 += values.1
    }
    return sums
  }
}

/// Reasons that several instruments have.
enum WhyMissing {
  static let notTold = "this system doesn't tell"
  static let namelessThreads = "the driver doesn't name its threads"
  static let noBackends = "the server's processes aren't on this machine, or this system doesn't tell"
}

/// Measures operations that are run once more in a session of their own, for to take its metrics would cost
/// measured blocks time, or needs that nothing else runs.
///
/// A file holds all of it, as of an instrument, and a line of `AttributionPass.instruments` has it used.
package protocol PassInstrument: Sendable {
  /// Runs the operations, and returns for each metric the figure, or why there is none.
  func measure(operations: Int, _ run: () async throws -> Void) async throws -> [MetricSummary]
}
