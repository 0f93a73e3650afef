/// A value of JSON, for layouts whose keys other tools have chosen.
indirect enum JSONValue: Sendable, Hashable {
  /// A string.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// A number; JSON has none for infinity and NaN, so that these are left out of lists and objects.
  case number(Double)
  /// True or false.
  case flag(Bool)
  /// An array.
  case list([JSONValue])
  /// An array of numbers, of which there may be a million: infinity and NaN are left out.
  case numbers([Double])
  /// An object; what has no value is left out.
  case object([String: JSONValue?])

  /// A number, if there is one.
  static func number(ifAny value: Double?) -> JSONValue? { value.map { .number($0) } }

  /// Whether JSON has it.
  fileprivate var canBeWritten: Bool {
    if case .number(let value) = self { value.isFinite } else { true }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int) { self = .integer(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  init(arrayLiteral values: JSONValue...) { self = .list(values) }
  init(dictionaryLiteral members: (String, JSONValue?)...) {
    self = .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
  }
}

extension JSONValue {
  /// The value as a file: keys in alphabetical order, and a line for each element of the outer lists.
  ///
  /// Syntax: RFC 8259. `JSONEncoder` has no such layout: it gives each of a run's rounds a line.
  var file: String {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 0)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value in one line.
  var line: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, depth: 2)
    return bytes
  }

  private func write(to file: inout [UInt8], depth: Int) {
    switch self {
    case .text(let text): Self.write(text, to: &file)
    case .integer(let number): file.append(decimal: number)
    case .number(let number): file += number.description.utf8
    case .flag(let flag): file += (flag ? "true" : "false").utf8
    case .numbers(let numbers):
      Self.write(numbers.filter(\.isFinite), "[", "]", to: &file, depth: depth) { number, file in
        file += number.description.utf8
      }
    case .list(let values):
      Self.write(values.filter(\.canBeWritten), "[", "]", to: &file, depth: depth) { value, file in
        value.write(to: &file, depth: depth + 1)
      }
    case .object(let members):
      let written = members.compactMap { key, value in
        value.flatMap { $0.canBeWritten ? (key: key, value: $0) : nil }
      }
      Self.write(written.sorted { $0.key < $1.key }, "{", "}", to: &file, depth: depth) { member, file in
        Self.write(member.key, to: &file)
        file += ": ".utf8
        member.value.write(to: &file, depth: depth + 1)
      }
    }
  }

  /// Elements between brackets: each on a line of its own, or in one line from the third level on.
  private static func write<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, to file: inout [UInt8], depth: Int,
    _ body: (Element, inout [UInt8]) -> Void
  ) {
    let hasLines = depth < 2 && !elements.isEmpty
    let indentation = "\n" + String(repeating: "  ", count: depth)
    file += opening.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { file += (hasLines ? "," : ", ").utf8 }
      if hasLines { file += (indentation + "  ").utf8 }
      body(element, &file)
    }
    if hasLines { file += indentation.utf8 }
    file += closing.utf8
  }

  private static func write(_ text: String, to file: inout [UInt8]) {
    file.append(UInt8(ascii: "\""))
    if text.utf8.contains(where: mustBeEscaped) {
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": file += "\\\"".utf8
        case "\\": file += "\\\\".utf8
        case "\n": file += "\\n".utf8
        case _ where scalar.isASCII && mustBeEscaped(UInt8(truncatingIfNeeded: scalar.value)):
          let digits = String(scalar.value, radix: 16)
          file += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
        default: file += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
      }
    } else {
      file += text.utf8
    }
    file.append(UInt8(ascii: "\""))
  }

  /// Quotes, backslashes and control characters.
  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == 0x22 || byte == 0x5C
  }
}
