/// What a text of a request may be: checked when it comes, and told in the description of the API.
struct TextLimit: Sendable {
  /// How many characters it has; Unicode scalars, as JSON Schema and PostgreSQL count them.
  let length: ClosedRange<Int>
  /// Whether it must look like an e-mail address.
  var isEmail = false

  static let username = TextLimit(length: 1...100)
  static let email = TextLimit(length: 3...254, isEmail: true)
  static let fullName = TextLimit(length: 0...200)
  static let productName = TextLimit(length: 1...200)
  static let description = TextLimit(length: 0...10_000)
  static let sku = TextLimit(length: 1...64)

  /// Why a text is refused; nil if it isn't.
  func objection(to text: String, in field: String) -> String? {
    // PostgreSQL's text can't hold it.
    if text.unicodeScalars.contains("\0") { return "\(field) must not contain the character U+0000." }
    let count = text.unicodeScalars.count
    if !length.contains(count) {
      return "\(field) must have \(length.lowerBound) to \(length.upperBound) characters, but has \(count)."
    }
    if isEmail && !Self.isEmail(text) { return "\(field) must look like name@example.com." }
    return nil
  }

  /// Something, an @, something; no white space, no second @.
  private static func isEmail(_ text: String) -> Bool {
    let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.value > 0x20 } }
  }

  /// The same as JSON Schema says it.
  var schema: JSONValue {
    [
      "type": "string", "minLength": .int(length.lowerBound), "maxLength": .int(length.upperBound),
      "pattern": isEmail ? #"^[^@\u0000-\u0020]+@[^@\u0000-\u0020]+$"# : #"^[^\u0000]*$"#,
    ]
  }
}

/// What a price may be.
enum PriceLimit {
  static let range = 0.0...1_000_000_000.0

  /// Why a price is refused; nil if it isn't.
  static func objection(to price: Double) -> String? {
    range.contains(price) ? nil : "price must be from 0 to 1000000000."
  }

  /// The same as JSON Schema says it.
  static let schema: JSONValue = ["type": "number", "minimum": 0, "maximum": 1_000_000_000]
}
