import PGMeasuring

/// The run's schedule as a Chrome trace, which Perfetto and chrome://tracing open.
///
/// Format: "Trace Event Format" (Google), complete events (`X`), times in microseconds. A case is a process
/// and a variant a thread. The report holds how long each block took, and not when it began. So the blocks
/// are laid end to end: cases in the report's order, sessions and rounds in theirs, and the variants of a
/// round in the benchmark's order, which is not the one that they took turns in. The trace says so in its
/// metadata.
package enum ChromeTraceExport: ReportExport {
  package static let name = "chrome-trace"
  package static let fileExtension = "json"

  package static func text(_ report: BenchmarkReport) throws -> String {
    var timeline = Timeline()
    let variants = ExportNames.variants(of: report)
    var place = 0
    for (index, one) in report.cases.enumerated() {
      let caseName = place < variants.count ? variants[place].caseName : one.identity.description
      place += one.variants.count
      timeline.add(one, named: caseName, process: index + 1)
    }
    return JSONValue.object([
      "traceEvents": .list(timeline.events), "displayTimeUnit": "ms",
      "otherData": [
        "times": .text(note), "started": .text(report.environment.startedAt),
        "profile": .text(report.environment.profile),
      ],
    ]).file
  }

  static let note = """
    The report has the duration of each block but not its start: blocks are laid end to end, in the order \
    of cases, sessions and rounds. Within a round the variants are in the benchmark's order, not in the one \
    that they took turns in, and pauses are missing.
    """

  /// The events so far, and where the next one begins.
  private struct Timeline {
    private(set) var events: [JSONValue] = []
    /// Nanoseconds from the run's start.
    private var now = 0.0

    /// What one variant did once.
    private struct Step {
      let session: Int
      let round: Int
      /// Connecting comes before first operations, they before rounds.
      let rank: Int
      let thread: Int
      let name: String
      let category: String
      let operations: Int?
      let elapsed: Int
    }

    mutating func add(_ report: CaseReport, named name: String, process: Int) {
      events.append(metadata("process_name", process, nil, name))
      var threads: [Variant: Int] = [:]
      for (index, variant) in report.variants.map(\.variant).enumerated() {
        threads[variant] = threads[variant] ?? index + 1
        events.append(metadata("thread_name", process, index + 1, Printable.line(variant.name)))
      }
      let steps = steps(of: report, threads).enumerated().sorted { one, other in
        let (a, b) = (one.element, other.element)
        return (a.session, a.round, a.rank, a.thread, one.offset)
          < (b.session, b.round, b.rank, b.thread, other.offset)
      }
      for step in steps.map(\.element) where step.elapsed > 0 {
        let duration = Double(step.elapsed)
        let arguments: JSONValue = [
          "session": .integer(step.session), "round": step.rank == 0 ? nil : .integer(step.round),
          "operations": step.operations.map { .integer($0) },
        ]
        events.append([
          "name": .text(step.name), "cat": .text(step.category), "ph": "X", "ts": .number(now / 1000),
          "dur": .number(duration / 1000), "pid": .integer(process), "tid": .integer(step.thread),
          "args": arguments,
        ])
        now += duration
      }
    }

    private func steps(of report: CaseReport, _ threads: [Variant: Int]) -> [Step] {
      var steps: [Step] = []
      for connects in report.connects ?? [] {
        guard let thread = threads[connects.variant] else { continue }
        for (session, elapsed) in connects.nanoseconds.enumerated() {
          steps.append(
            Step(
              session: session, round: Int.min, rank: 0, thread: thread, name: "connect",
              category: "connect", operations: nil, elapsed: elapsed))
        }
      }
      let kinds = [(report.uncompared ?? [], 1, "not compared"), (report.rounds, 2, "round")]
      for (series, rank, category) in kinds {
        for one in series {
          guard let thread = threads[one.variant] else { continue }
          for block in one.blocks {
            steps.append(
              Step(
                session: block.session, round: block.round, rank: rank, thread: thread,
                name: "\(category) \(block.round)", category: category, operations: block.operations,
                elapsed: block.elapsed))
          }
        }
      }
      return steps
    }

    private func metadata(_ kind: String, _ process: Int, _ thread: Int?, _ name: String) -> JSONValue {
      [
        "name": .text(kind), "ph": "M", "pid": .integer(process), "tid": .integer(thread ?? 0),
        "args": ["name": .text(name)],
      ]
    }
  }
}
