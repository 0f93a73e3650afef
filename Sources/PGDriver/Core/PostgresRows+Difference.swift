extension PostgresRows {
  /// The first thing in which other rows are unlike these.
  package enum Difference: Sendable, Hashable {
    /// Not the same columns: what each has, in words.
    case columns(String, String)
    /// Another number of rows.
    case rowCount(Int, Int)
    /// The rows came as text and in binary.
    case format
    /// A value, by its row from 0 and its column's name, in words.
    case value(row: Int, column: String, String, String)
  }

  /// Where other rows differ first, as `==` compares; nil where they don't.
  package func firstDifference(from other: PostgresRows) -> Difference? {
    let (a, b) = (columnsInWords, other.columnsInWords)
    guard a == b else { return .columns(a, b) }
    guard result.isText == other.result.isText else { return .format }
    for row in 0..<Swift.min(count, other.count) {
      for column in 0..<result.columnCount {
        switch (
          result.cell(row: row, column: column).bytes, other.result.cell(row: row, column: column).bytes
        ) {
        case (nil, nil): continue
        case (let x?, let y?) where x.elementsEqual(y): continue
        default: break
        }
        return .value(
          row: row, column: result.name(ofColumn: column), self[row].inWords(column),
          other[row].inWords(column))
      }
    }
    return count == other.count ? nil : .rowCount(count, other.count)
  }

  private var columnsInWords: String {
    columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
  }
}

extension PostgresRow {
  /// A value in words, as short as that a message can hold it.
  fileprivate func inWords(_ column: Int) -> String {
    guard let bytes = result.cell(row: index, column: column).bytes else { return "NULL" }
    let text =
      (try? decode(String.self, at: column)).map { String(reflecting: $0) }
      ?? (try? decode(Int64.self, at: column)).map { "\($0)" }
      ?? (try? decode(Double.self, at: column)).map { "\($0)" }
      ?? (try? decode(Bool.self, at: column)).map { "\($0)" }
    if let text { return text.count > 100 ? "\(text.prefix(100))…" : text }
    let hex = bytes.prefix(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return "\\x\(hex.joined())\(bytes.count > 32 ? "…" : "")"
  }
}
