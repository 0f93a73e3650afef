extension PostgresArray: CustomStringConvertible {
  /// The array as an SQL literal, which the server reads as the same array: `[0:1]={1,NULL}`.
  ///
  /// Quoted as array_out (src/backend/utils/adt/arrayfuncs.c) does it; each element is its own description.
  public var description: String {
    guard !dimensions.isEmpty else { return "{}" }
    var text = ""
    if dimensions.contains(where: { $0.lowerBound != 1 }) {
      for dimension in dimensions {
        text += "[\(dimension.lowerBound):\(Int(dimension.lowerBound) + dimension.count - 1)]"
      }
      text += "="
    }
    write(elements[...], depth: 0, to: &text)
    return text
  }

  private func write(_ part: ArraySlice<Element?>, depth: Int, to text: inout String) {
    text += "{"
    let step = part.count / dimensions[depth].count
    for index in 0..<dimensions[depth].count {
      if index > 0 { text += "," }
      let start = part.startIndex + index * step
      if depth + 1 < dimensions.count {
        write(part[start..<start + step], depth: depth + 1, to: &text)
      } else {
        text += part[start].map { Self.quoted("\($0)") } ?? "NULL"
      }
    }
    text += "}"
  }

  private static func quoted(_ element: String) -> String {
    let isPlain =
      !element.isEmpty && element.uppercased() != "NULL"
      && !element.unicodeScalars.contains { "\"\\{}, \t\n\r\u{b}\u{c}".unicodeScalars.contains($0) }
    return isPlain ? element : TextQuoting.quoted(element, escapingBy: .backslash)
  }
}

/// How text types quote the texts that they contain.
enum TextQuoting {
  enum Escape {
    /// Before quotation marks and backslashes.
    case backslash
    /// Quotation marks and backslashes are written twice.
    case doubling
  }

  static func quoted(_ text: String, escapingBy escape: Escape) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        quoted.unicodeScalars.append(escape == .backslash ? "\\" : scalar)
      }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
