import PGMeasuring

/// Texts as HTML shows them: letter by letter, and unable to turn what stands around them.
package enum HTMLText {
  /// A text in one line in which nothing is markup, fit for an element and for a quoted attribute.
  package static func escaped(_ text: String) -> String { escaped(printable: Printable.line(text)) }

  /// The same for a text of several lines, whose line breaks stay.
  package static func escapedLines(_ text: String) -> String { escaped(printable: Printable.lines(text)) }

  /// A text for an element; one that may be written from right to left is isolated from what is around it
  /// (Unicode Standard Annex 9; HTML, "The bdi element").
  package static func isolated(_ text: String) -> String {
    let line = Printable.line(text)
    let escaped = escaped(printable: line)
    return line.unicodeScalars.contains(where: isRightToLeft) ? "<bdi>\(escaped)</bdi>" : escaped
  }

  private static func escaped(printable text: String) -> String {
    guard text.utf8.contains(where: isMarkup) else { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func isMarkup(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
      || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  /// The blocks of scripts that are written from right to left.
  private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
    default: false
    }
  }
}

/// The names that elements of a page have, each once.
struct HTMLNames {
  private var used: Set<String> = []
  private var counts: [String: Int] = [:]
  private var anchors: [String: String] = [:]

  /// A new name that begins with a word and goes on with a text's letters and digits.
  mutating func name(_ word: String, of text: String = "") -> String {
    var name = word
    var isAfterBreak = true
    for scalar in text.lowercased().unicodeScalars {
      let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if isPlain {
        if isAfterBreak { name += "-" }
        name.unicodeScalars.append(scalar)
      }
      isAfterBreak = !isPlain
      if name.utf8.count >= 60 { break }
    }
    var unique = name
    // The next number is remembered, or a thousand like names would take a million looks.
    while !used.insert(unique).inserted {
      counts[name, default: 1] += 1
      unique = "\(name)-\(counts[name] ?? 1)"
    }
    return unique
  }

  /// A name for what other parts point to by a text; nil if another has it already.
  mutating func anchor(of text: String) -> String? {
    guard anchors[text] == nil else { return nil }
    let name = name("case", of: text)
    anchors[text] = name
    return name
  }

  /// The name of what a text points to; nil if nothing has it.
  subscript(anchor: String) -> String? { anchors[anchor] }
}
