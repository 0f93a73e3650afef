import PGMeasuring

/// What of a machine and its server helps measuring, and what spoils it.
///
/// Of the same kind as `pyperf system show` (https://pyperf.readthedocs.io/en/latest/system.html) and the
/// warnings of Google Benchmark (https://google.github.io/benchmark/reducing_variance.html), for databases.
package struct Diagnosis: Sendable, Hashable {
  /// The findings, by subject: the CPUs, the clock, the kit, the server.
  package let findings: [Finding]

  /// Judges facts.
  package init(of machine: MachineFacts, server: ServerFacts) {
    findings =
      CPUFindings.of(machine) + FrequencyFindings.of(machine) + KitFindings.of(machine)
      + ServerFindings.of(server, on: machine)
  }

  init(findings: [Finding]) {
    self.findings = findings
  }

  /// What it comes to, in a sentence.
  package var summary: String {
    let bad = count(.spoils)
    let notes = count(.note)
    let spoiled =
      bad == 0
      ? "Nothing spoils measuring"
      : "\(Format.amount(bad, "thing")) \(bad == 1 ? "spoils" : "spoil") measuring"
    guard notes > 0 else { return spoiled + "." }
    let noun = bad > 0 ? "" : notes == 1 ? " thing" : " things"
    return "\(spoiled), \(notes)\(noun) \(notes == 1 ? "is" : "are") worth knowing."
  }

  private func count(_ level: Finding.Level) -> Int { findings.count { $0.level == level } }
}

/// One thing that a look at the machine found, and what to do about it.
package struct Finding: Sendable, Hashable {
  /// What a finding means for measuring.
  package enum Level: String, Sendable, Hashable, CaseIterable {
    /// As it should be.
    case good
    /// Worth knowing: it colours the figures, or leaves some out, and comparisons bear it.
    case note
    /// It makes the figures noisy, or wrong, or leaves none.
    case spoils
    /// The system doesn't tell.
    case unknown
  }

  /// What it means for measuring.
  package let level: Level
  /// What it is about, in a word or two.
  package let subject: String
  /// What was found, and why that matters, in sentences.
  package let what: String
  /// What to do, with commands between backticks; nil where there is nothing.
  package let remedy: String?

  /// Records that something is as it should be.
  static func good(_ subject: String, _ what: String) -> Finding {
    Finding(level: .good, subject: subject, what: what, remedy: nil)
  }

  /// Records what is worth knowing.
  static func note(_ subject: String, _ what: String, remedy: String? = nil) -> Finding {
    Finding(level: .note, subject: subject, what: what, remedy: remedy)
  }

  /// Records what spoils measuring.
  static func spoils(_ subject: String, _ what: String, remedy: String? = nil) -> Finding {
    Finding(level: .spoils, subject: subject, what: what, remedy: remedy)
  }

  /// Records that the system doesn't tell.
  static func unknown(_ subject: String, _ what: String = "This system doesn't tell.") -> Finding {
    Finding(level: .unknown, subject: subject, what: what, remedy: nil)
  }
}

/// Lays findings out for people: the level, the subject, what was found, and below it what to do.
package struct DiagnosisWriter {
  private let width: Int
  private let paint: (String, Finding.Level) -> String

  /// - Parameter width: How many characters a line may have; a command is never broken.
  /// - Parameter paint: Gives the word of a level its colour.
  package init(width: Int = 110, paint: @escaping (String, Finding.Level) -> String = { text, _ in text }) {
    self.width = width
    self.paint = paint
  }

  /// The findings and the summary, with a line break at the end.
  package func text(_ diagnosis: Diagnosis) -> String {
    let levels = Finding.Level.allCases.map(\.rawValue.count).max() ?? 0
    let subjects = diagnosis.findings.map(\.subject.count).max() ?? 0
    let indent = String(repeating: " ", count: levels + subjects + 4)
    var lines: [String] = []
    for finding in diagnosis.findings {
      let mark = finding.level.rawValue
      let head =
        paint(mark, finding.level) + String(repeating: " ", count: levels - mark.count + 2) + finding.subject
        + String(repeating: " ", count: subjects - finding.subject.count + 2)
      let room = width - indent.count
      let what = wrapped(finding.what, room: room)
      lines.append(head + (what.first ?? ""))
      lines += what.dropFirst().map { indent + $0 }
      let remedy = finding.remedy.map { wrapped($0, room: room - 2) } ?? []
      lines += remedy.enumerated().map { indent + ($0 == 0 ? "→ " : "  ") + $1 }
    }
    return (lines + ["", diagnosis.summary]).joined(separator: "\n") + "\n"
  }

  private func wrapped(_ text: String, room: Int) -> [String] {
    text.split(separator: "\n").flatMap { paragraph in
      var lines: [String] = []
      for word in words(paragraph) {
        if let last = lines.last, last.count + 1 + word.count <= room {
          lines[lines.count - 1] = "\(last) \(word)"
        } else {
          lines.append(word)
        }
      }
      return lines
    }
  }

  /// Splits at spaces, but not between backticks.
  private func words(_ text: some StringProtocol) -> [String] {
    var words: [String] = []
    for part in text.split(separator: " ") {
      if let last = words.last, !last.count(where: { $0 == "`" }).isMultiple(of: 2) {
        words[words.count - 1] = "\(last) \(part)"
      } else {
        words.append(String(part))
      }
    }
    return words
  }
}
