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
