/// A nullable field of a change: left as it is, or set to a text or to null.
package struct NullableChange: Sendable {
  package let isGiven: Bool
  package let value: String?
}

// Reads the fields of a request's body, and refuses what they may not be.
extension KeyedDecodingContainer {
  /// A text that must be there.
  func text(_ key: Key, _ limit: TextLimit) throws -> String {
    let text = try decode(String.self, forKey: key)
    if let objection = limit.objection(to: text, in: key.stringValue) { throw Problem.invalid(objection) }
    return text
  }

  /// A text that may be null or left out.
  func nullableText(_ key: Key, _ limit: TextLimit) throws -> String? {
    try contains(key) && !decodeNil(forKey: key) ? text(key, limit) : nil
  }

  /// A text that may be left out, and is never null.
  func changedText(_ key: Key, _ limit: TextLimit) throws -> String? {
    try contains(key) ? text(key, limit) : nil
  }

  /// A nullable text that may be left out.
  func nullableChange(_ key: Key, _ limit: TextLimit) throws -> NullableChange {
    NullableChange(isGiven: contains(key), value: try nullableText(key, limit))
  }

  /// A price that must be there.
  func price(_ key: Key) throws -> Double {
    let price = try decode(Double.self, forKey: key)
    if let objection = PriceLimit.objection(to: price) { throw Problem.invalid(objection) }
    return price
  }
}
