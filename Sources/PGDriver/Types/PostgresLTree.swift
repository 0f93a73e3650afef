/// A path of labels, of the extension ltree.
///
/// PostgreSQL manual, section F.23, "ltree". The text isn't checked here; the server does that.
public struct PostgresLTree: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The labels with points between, as in Top.Science.
  public let text: String

  /// Makes a value of its text.
  public init(_ text: String) {
    self.text = text
  }

  /// The text.
  public var description: String { text }

  /// The labels, none of the empty path.
  public var labels: [Substring] { text.split(separator: ".") }
}

extension PostgresLTree: PostgresDecodable, PostgresEncodable {
  /// Unspecified: the type is an extension's, and the server infers it.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Takes ltree, and whatever else of a user-defined type is of the same format: a version, which is 1,
  /// and the text.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLTree {
    guard type.isUserDefined else { throw .typeMismatch }
    return PostgresLTree(try bytes.versionedText("ltree"))
  }

  /// Takes ltree.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLTree {
    guard type.isUserDefined else { throw .typeMismatch }
    return PostgresLTree(try String.decodeText(text))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(versioned: text)
  }
}

/// A pattern for paths of labels, of the extension ltree.
///
/// PostgreSQL manual, section F.23, "ltree". The text isn't checked here; the server does that.
public struct PostgresLQuery: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The pattern, as in Top.*{0,2}.sport*@.
  public let text: String

  /// Makes a value of its text.
  public init(_ text: String) {
    self.text = text
  }

  /// The text.
  public var description: String { text }
}

extension PostgresLQuery: PostgresDecodable, PostgresEncodable {
  /// Unspecified: the type is an extension's, and the server infers it.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Takes lquery, and whatever else of a user-defined type is of the same format: a version, which is 1,
  /// and the text.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLQuery {
    guard type.isUserDefined else { throw .typeMismatch }
    return PostgresLQuery(try bytes.versionedText("lquery"))
  }

  /// Takes lquery.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresLQuery {
    guard type.isUserDefined else { throw .typeMismatch }
    return PostgresLQuery(try String.decodeText(text))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(versioned: text)
  }
}

/// A path into JSON.
///
/// PostgreSQL manual, section 8.14.7, "jsonpath Type". The text isn't checked here; the server does that.
public struct PostgresJSONPath: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The path, as in $.a[*] ? (@ > 1).
  public let text: String

  /// Makes a value of its text.
  public init(_ text: String) {
    self.text = text
  }

  /// The text.
  public var description: String { text }
}

extension PostgresJSONPath: PostgresDecodable, PostgresEncodable {
  /// jsonpath.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 4072) }

  /// Takes jsonpath: a version, which is 1, and the text.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONPath {
    guard type == postgresType else { throw .typeMismatch }
    return PostgresJSONPath(try bytes.versionedText("jsonpath"))
  }

  /// Takes jsonpath.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONPath {
    guard type == postgresType else { throw .typeMismatch }
    return PostgresJSONPath(try String.decodeText(text))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(versioned: text)
  }
}

extension RawSpan {
  /// Reads a version, which must be 1, and a text, as several send functions write them.
  func versionedText(_ format: String) throws(PostgresDecodingFailure) -> String {
    try requireAtLeast(1, format)
    guard loadBigEndian(UInt8.self) == 1 else { throw .malformed("\(format) of version 1") }
    return try String.decodeText(extracting(droppingFirst: 1))
  }
}

extension PostgresParameterBuffer {
  /// Writes a version, 1, and a text, as `RawSpan.versionedText` reads them.
  mutating func append(versioned text: String) throws(PostgresError) {
    append(1 as UInt8)
    try append(text: text)
  }
}
