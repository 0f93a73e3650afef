import Foundation
import PGBenchHost
import PGMeasuring
import PGReporting
import PGServer
import PGSystem
import PGVerdicts

/// What a run of `pgbench-kit gate` leaves: on standard output, in files, and for GitHub.
struct GateReport {
  let result: CommitComparison
  private let report: BenchmarkReport
  private let document: ReportDocument
  private let title: String
  private let root: String
  private let details: [Detail]

  /// What the report's files are called: not as those of a test run, which it would overwrite.
  static let fileName = "gate_report"

  /// An outcome that the user should look at.
  private struct Detail {
    let entry: CaseMatching.Entry
    let outcome: GateOutcome
    let source: TestSource?
    let text: String

    /// What the report says of it.
    var remark: ReportDocument.Remark { GateRemark.remark(outcome, of: entry.identity, at: source) }
  }

  init(
    _ outcome: Coordinator.Outcome, base: CommitLabel, head: CommitLabel, git: Git,
    products: [CommitSide: CommitBuild.Product]
  ) {
    let root = products[.head]?.slot.sources ?? git.root
    self.root = root
    result = outcome.result
    var environment = outcome.environment
    environment.commit = head.hash
    var warnings = outcome.warnings
    var reports: [CaseReport] = []
    var details: [Detail] = []
    for (one, state) in zip(result.cases, outcome.cases) {
      let entry = one.entry
      do {
        let analysis = try CommitGates.analysis(of: one.samples, entry)
        let alone = entry.described.filter.map {
          "swift run pgbench-kit gate --base \(base.short) --head \(head.short) "
            + "--filter \(TestFilter.word(just: $0))"
        }
        let source = entry.described.source.map {
          TestSource(file: Self.path(of: $0, in: root), line: $0.line, command: alone)
        }
        var outcomes = one.outcomes
        let told = CommitGates.told(outcomes.map(\.verdict))
        for (index, gated) in state.measurement.gates.gates(on: one.samples).enumerated()
        where told.contains(index) {
          let others = GateExplanation.text(gated.gate, in: analysis)
          if !others.isEmpty { outcomes[index] = outcomes[index].explained(others) }
          details.append(
            Detail(
              entry: entry, outcome: outcomes[index], source: source,
              text: "\(outcomes[index])\(alone.map { " Alone: \($0)" } ?? "")"))
        }
        reports.append(
          CaseReport(
            entry.identity, samples: one.samples, analysis: analysis, gates: outcomes,
            clients: entry.described.clients, placement: entry.described.placement,
            operationsCounted: entry.described.operationsPerIteration, questions: entry.described.questions,
            source: source))
      } catch {
        warnings.append("\(entry.identity) was not measured: \(error)")
      }
    }
    self.details = details
    report = BenchmarkReport(
      environment: environment, cases: reports, warnings: warnings,
      falseAlarms: BenchmarkReport.FalseAlarms(outcome.falseAlarms))
    title = "\(head) against \(base)"
    document = ReportDocument(
      result, title: title, warnings: outcome.warnings, remarks: details.map(\.remark),
      report: report)
  }

  /// Prints the table, writes the files, and tells GitHub where it runs there.
  ///
  /// - Returns: What could not be delivered, each in a sentence.
  func write(to folder: String) -> [String] {
    var delivery = ReportDelivery(
      folder: folder, name: Self.fileName, charts: "gate_charts", option: "--report-dir")
    delivery.show("\n\(text)")
    delivery.write(report, document, title: title)
    if let gitHub = GitHubActions(environment: ProcessInfo.processInfo.environment) {
      annotate(gitHub)
      delivery.summarise(document, for: gitHub)
    }
    return delivery.failures
  }

  private var text: String {
    let style = TerminalStyle.standardOutput
    let renderer = TerminalRenderer(width: style.columns ?? TerminalRenderer.usualWidth) { line, tone in
      switch tone {
      case .good, .none: line
      case .undecided: style.paint(line, .yellow)
      case .bad: style.paint(line, .red)
      }
    }
    return renderer.text(document)
  }

  /// The test's file lies in the head's folder; people and GitHub know it by its place in the repository.
  private static func path(of source: WorkerCase.Source, in root: String) -> String {
    source.path.hasPrefix(root + "/") ? String(source.path.dropFirst(root.count + 1)) : source.path
  }

  private func annotate(_ gitHub: GitHubActions) {
    for detail in details {
      guard let source = detail.entry.described.source else { continue }
      let line = gitHub.annotation(
        isError: [.regressed, .suspect].contains(detail.outcome.verdict),
        path: Self.path(of: source, in: root), line: source.line,
        title: "\(detail.entry.identity)", message: detail.text)
      Console.standardOutput("\(line)\n")
    }
  }
}

/// A commit as a person knows it: by its branch or tag, or else by its message.
struct CommitLabel: Sendable, CustomStringConvertible {
  let hash: String
  let name: String

  /// As many digits of the hash as tell it apart.
  var short: String { String(hash.prefix(10)) }

  /// Such as `feature/search (1d0ea6aae4)`.
  var description: String { "\(name) (\(short))" }

  init(hash: String, name: String) {
    self.hash = hash
    self.name = name
  }

  /// Finds how the head is called: on GitHub, which checks out a merge of the pull request, by its branch
  /// there.
  static func ofHead(
    _ hash: String, given name: String, in git: Git,
    environment: [String: String] = CallersEnvironment.current()
  ) async throws -> CommitLabel {
    let onGitHub = name == "HEAD" ? environment["GITHUB_HEAD_REF"].flatMap { $0.isEmpty ? nil : $0 } : nil
    if let known = await git.reference(name) ?? onGitHub { return CommitLabel(hash: hash, name: known) }
    return CommitLabel(hash: hash, name: try await quoted(hash, in: git))
  }

  /// Finds how the base is called: by the branch that was named, if it is where that is, or where the head
  /// has left it.
  static func ofBase(_ hash: String, given name: String, in git: Git) async throws -> CommitLabel {
    guard let known = await git.reference(name) else {
      return CommitLabel(hash: hash, name: try await quoted(hash, in: git))
    }
    let isTip = try await git.commit(name) == hash
    return CommitLabel(hash: hash, name: isTip ? known : "where it left \(known)")
  }

  private static func quoted(_ hash: String, in git: Git) async throws -> String {
    let subject = try await git.subject(of: hash)
    return "“\(subject.count > 60 ? subject.prefix(59) + "…" : subject)”"
  }
}
