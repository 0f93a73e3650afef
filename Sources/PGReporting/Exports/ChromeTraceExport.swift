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
    var timeline = Timeline(about: [
      "times": .text(note), "started": .text(report.environment.startedAt),
      "profile": .text(report.environment.profile),
    ])
    let variants = ExportNames.variants(of: report)
    var place = 0
    for (index, one) in report.cases.enumerated() {
      let caseName = place < variants.count ? variants[place].caseName : one.identity.description
      place += one.variants.count
      timeline.add(one, named: caseName, process: index + 1)
    }
    return timeline.file
  }

  static let note = """
    The report has the duration of each block but not its start: blocks are laid end to end, in the order \
    of cases, sessions and rounds. Within a round the variants are in the benchmark's order, not in the one \
    that they took turns in, and pauses are missing.
    """

  /// The file so far, and where the next event begins.
  ///
  /// It is written event by event, each in a line and without spaces: a long run has a million.
  private struct Timeline {
    private var written: [UInt8]
    /// Nanoseconds from the run's start.
    private var now = 0

    init(about run: JSONValue) {
      written = Array(#"{"displayTimeUnit":"ms","otherData":"#.utf8) + run.line
      written += #","traceEvents":["#.utf8
    }

    /// The whole file.
    var file: String { String(decoding: written, as: UTF8.self) + "\n]}\n" }

    /// What one variant did once.
    private struct Step {
      let session: Int
      let round: Int
      /// Connecting comes before first operations, they before rounds.
      let rank: Int
      let thread: Int
      let category: String
      let operations: Int?
      let elapsed: Int
    }

    mutating func add(_ report: CaseReport, named name: String, process: Int) {
      addName("process_name", process, 0, name)
      var threads: [Variant: Int] = [:]
      for (index, variant) in report.variants.map(\.variant).enumerated() {
        threads[variant] = threads[variant] ?? index + 1
        addName("thread_name", process, index + 1, Printable.line(variant.name))
      }
      // The sort is stable: steps of the same round and rank stay in their order.
      let steps = steps(of: report, threads).sorted {
        ($0.session, $0.round, $0.rank, $0.thread) < ($1.session, $1.round, $1.rank, $1.thread)
      }
      for step in steps where step.elapsed > 0 { add(step, process: process) }
    }

    private mutating func add(_ step: Step, process: Int) {
      beginLine()
      add(#"{"name":""#)
      add(step.category)
      if step.rank > 0 { add(" ", step.round) }
      add(#"","cat":""#)
      add(step.category)
      add(#"","ph":"X","pid":"#, process)
      add(#","tid":"#, step.thread)
      add(#","dur":"#)
      written.append(microseconds: step.elapsed)
      add(#","ts":"#)
      written.append(microseconds: now)
      add(#","args":{"session":"#, step.session)
      if let operations = step.operations { add(#","operations":"#, operations) }
      add("}}")
      // A file may hold any numbers: what lies beyond 292 years begins there.
      let (end, isBeyond) = now.addingReportingOverflow(step.elapsed)
      now = isBeyond ? .max : end
    }

    private mutating func addName(_ kind: String, _ process: Int, _ thread: Int, _ name: String) {
      beginLine()
      written +=
        JSONValue.object([
          "name": .text(kind), "ph": "M", "pid": .integer(process), "tid": .integer(thread),
          "args": ["name": .text(name)],
        ]).line
    }

    private mutating func beginLine() { add(written.last == UInt8(ascii: "[") ? "\n" : ",\n") }

    private mutating func add(_ text: String) { written += text.utf8 }

    private mutating func add(_ before: String, _ number: Int) {
      add(before)
      written.append(decimal: number)
    }

    private func steps(of report: CaseReport, _ threads: [Variant: Int]) -> [Step] {
      var steps: [Step] = []
      for connects in report.connects ?? [] {
        guard let thread = threads[connects.variant] else { continue }
        for (session, elapsed) in connects.nanoseconds.enumerated() {
          steps.append(
            Step(
              session: session, round: Int.min, rank: 0, thread: thread, category: "connect",
              operations: nil, elapsed: elapsed))
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
                category: category, operations: block.operations,
                elapsed: report.wall(of: block)))
          }
        }
      }
      return steps
    }
  }
}

extension CaseReport {
  /// About how long a block took, in nanoseconds: at a rate as long as its operations were to come.
  fileprivate func wall(of block: Block) -> Int {
    guard let rate else { return block.elapsed }
    return Int(exactly: (Double(block.operations) * rate.distance).rounded()) ?? 0
  }
}
