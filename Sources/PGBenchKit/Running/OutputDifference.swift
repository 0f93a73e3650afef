import CPGSystem
import PGDriver

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

/// Uses a value in a way that the optimiser can't see through, so that the work behind it isn't left out.
///
/// What a benchmark's body returns goes through it; call it for what the body computes beyond that. It costs
/// about a nanosecond.
@inlinable @inline(__always)
public func blackHole<Value>(_ value: Value) {
  withUnsafePointer(to: value) { swallow(UnsafeRawPointer($0)) }
}

/// Not generic, so that nothing of the value's type is looked up; in C, since the optimiser doesn't know what
/// that does with the pointer.
@usableFromInline
func swallow(_ value: UnsafeRawPointer) { pg_system_black_hole(value) }
