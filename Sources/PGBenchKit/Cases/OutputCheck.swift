import PGBenchHost
import PGDriver
import PGMeasuring

/// Checks that all variants do the same, before any of them is timed.
enum OutputCheck {
  /// How long it may take, unless the first operation alone takes longer: those that take seconds are not
  /// checked eight times.
  private static let limit = Duration.seconds(2)

  /// Runs the first operations on every variant in turn.
  ///
  /// - Throws: `BenchmarkError` that shows the outputs that differ.
  static func check<Output: Sendable>(
    _ variants: [CaseVariant<Output>], areEqual: (Output, Output) -> Bool
  ) async throws {
    var opened: [CaseVariant<Output>] = []
    do {
      for variant in variants {
        opened.append(variant)
        try await variant.beginSession(0)
      }
      let start = ContinuousClock.now
      for index in 0..<Sampling.checkedOperations where index == 0 || ContinuousClock.now - start < limit {
        var expected: Output?
        for variant in variants {
          let output = try await variant.output(of: index)
          if let expected, !areEqual(expected, output) {
            let difference = OutputDifference.words(
              (expected, "\(variants[0].variant)"), (output, "\(variant.variant)"))
            throw BenchmarkError(
              "The variants don't do the same, so their times say nothing. Operation \(index) returned "
                + "\(difference)"
            )
          }
          expected = expected ?? output
        }
      }
    } catch {
      for variant in opened { await variant.endSession() }
      throw error
    }
    for variant in opened { await variant.endSession() }
  }
}

/// Says in what two outputs differ that should be equal: the first thing, and no more than can be read.
enum OutputDifference {
  /// The end of the sentence "Operation 3 returned …".
  static func words(_ a: (output: Any, name: String), _ b: (output: Any, name: String)) -> String {
    if let rows = a.output as? PostgresRows, let others = b.output as? PostgresRows,
      let difference = rows.firstDifference(from: others)
    {
      return words(difference, a.name, b.name)
    }
    let (x, y) = (String(describing: a.output), String(describing: b.output))
    guard x != y else { return alike(x) }
    guard x.utf8.count > 200 || y.utf8.count > 200 else {
      return "\(x) with \"\(a.name)\" but \(y) with \"\(b.name)\"."
    }
    let same = zip(x.unicodeScalars, y.unicodeScalars).prefix { $0 == $1 }.count
    return
      "texts that differ from character \(same + 1) on: \(excerpt(x, from: same)) with \"\(a.name)\" but "
      + "\(excerpt(y, from: same)) with \"\(b.name)\"."
  }

  private static func words(_ difference: PostgresRows.Difference, _ a: String, _ b: String) -> String {
    switch difference {
    case .columns(let x, let y): "rows of other columns: \(x) with \"\(a)\" but \(y) with \"\(b)\"."
    case .rowCount(let x, let y):
      "\(x) rows with \"\(a)\" but \(y) with \"\(b)\"; as far as both go, they are the same."
    case .format:
      "the same rows, but as text with one of \"\(a)\" and \"\(b)\", and in binary with the other."
    case .value(let row, let column, let x, let y):
      "rows that differ first in row \(row), column \"\(column)\": \(x) with \"\(a)\" but \(y) with \"\(b)\"."
    }
  }

  /// Of outputs that read the same, why they may not be equal all the same.
  private static func alike(_ text: String) -> String {
    let shown = "\(excerpt(text, from: 0)) with both, which reads the same but isn't equal"
    let hasNaN = text.split(whereSeparator: { !$0.isLetter && $0 != "-" }).contains {
      $0 == "nan" || $0 == "-nan"
    }
    return hasNaN
      ? shown
        + ": NaN equals nothing, not even NaN. Return what can be equal, such as the number's bitPattern."
      : shown + ". Look at its ==, and at what its description leaves out."
  }

  private static func excerpt(_ text: String, from start: Int) -> String {
    let scalars = text.unicodeScalars
    let first = max(0, start - 20)
    let part = String(scalars.dropFirst(first).prefix(100))
    return (first > 0 ? "…" : "") + part + (scalars.dropFirst(first).count > 100 ? "…" : "")
  }
}
