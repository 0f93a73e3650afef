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

extension JSONValue: Encodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .text(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .integer(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .number(let number):
      var container = encoder.singleValueContainer()
      try container.encode(number)
    case .flag(let flag):
      var container = encoder.singleValueContainer()
      try container.encode(flag)
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values where value.canBeWritten { try container.encode(value) }
    case .object(let members):
      var container = encoder.container(keyedBy: Name.self)
      for case (let key, let value?) in members where value.canBeWritten {
        try container.encode(value, forKey: Name(stringValue: key))
      }
    }
  }
}
