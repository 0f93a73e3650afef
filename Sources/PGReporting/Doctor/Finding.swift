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
