#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of type json: JSON that the server keeps letter for letter.
///
/// PostgreSQL manual, section 8.14, "JSON Types". The text isn't checked here; the server does that.
public struct PostgresJSON: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The JSON text.
  public let text: String

  /// Makes a value of JSON text.
  public init(_ text: String) {
    self.text = text
  }

  /// The JSON text.
  public var description: String { text }
}

extension PostgresJSON: PostgresDecodable, PostgresEncodable {
  /// json.
  @inlinable public static var postgresType: PostgresType { .json }

  /// Takes json and jsonb.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSON {
    switch type {
    case .json: PostgresJSON(try String.decodeText(bytes))
    case .jsonb: PostgresJSON(try PostgresJSONB.decode(bytes, as: type).text)
    default: throw .typeMismatch
    }
  }

  /// The text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: text)
  }
}

/// A value of type jsonb: JSON that the server takes apart, and writes in its own order and spacing.
///
/// PostgreSQL manual, section 8.14, "JSON Types". The text isn't checked here; the server does that.
public struct PostgresJSONB: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The JSON text.
  public let text: String

  /// Makes a value of JSON text.
  public init(_ text: String) {
    self.text = text
  }

  /// The JSON text.
  public var description: String { text }
}

extension PostgresJSONB: PostgresDecodable, PostgresEncodable {
  /// jsonb.
  @inlinable public static var postgresType: PostgresType { .jsonb }

  /// Takes jsonb: a version, which is 1, and the text (jsonb_send in src/backend/utils/adt/jsonb.c).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresJSONB {
    guard type == .jsonb else { throw .typeMismatch }
    return PostgresJSONB(try bytes.versionedText("jsonb"))
  }

  /// The version and the text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(versioned: text)
  }
}

/// A Codable value that is kept as JSON, in a column of type jsonb or json.
///
///     try await connection.query("INSERT INTO users (settings) VALUES (\(PostgresCodableJSON(settings)))")
///     let settings = try row.decode(PostgresCodableJSON<Settings>.self, named: "settings").value
///
/// By Foundation's JSONEncoder and JSONDecoder as they are by default, but that dates are written as ISO
/// 8601 has them; for other settings use `PostgresJSONB` and coders of your own.
public struct PostgresCodableJSON<Value: Sendable>: Sendable {
  /// The value.
  public var value: Value

  /// Wraps a value.
  @inlinable
  public init(_ value: Value) {
    self.value = value
  }
}

extension PostgresCodableJSON: Equatable where Value: Equatable {}
extension PostgresCodableJSON: Hashable where Value: Hashable {}

extension PostgresCodableJSON: Decodable where Value: Decodable {
  /// Decodes the value itself.
  public init(from decoder: any Decoder) throws {
    value = try Value(from: decoder)
  }
}

extension PostgresCodableJSON: Encodable where Value: Encodable {
  /// Encodes the value itself.
  public func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
  }
}

extension PostgresCodableJSON: PostgresDecodable where Value: Decodable {
  /// Takes json and jsonb.
  ///
  /// What the value's `init(from:)` finds wrong is told as `malformed`.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresCodableJSON {
    try decode(PostgresJSON.decode(bytes, as: type))
  }

  /// Takes json and jsonb.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresCodableJSON {
    try decode(PostgresJSON.decode(text: text, as: type))
  }

  /// jsonb: of a domain over json, inside of others, the column must be cast.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? { .jsonb }

  private static func decode(_ json: PostgresJSON) throws(PostgresDecodingFailure) -> PostgresCodableJSON {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      return PostgresCodableJSON(try decoder.decode(Value.self, from: Data(json.text.utf8)))
    } catch {
      throw .malformed("JSON of \(Value.self) (\(PostgresRowDecoder.reason(of: error)))")
    }
  }
}

extension PostgresCodableJSON: PostgresEncodable where Value: Encodable {
  /// jsonb, which the server converts to json where a column is of that type.
  public static var postgresType: PostgresType { .jsonb }

  /// The JSON.
  ///
  /// - Throws: `encoding` if the value can't be written as JSON.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    do {
      let json = try encoder.encode(value)
      buffer.append(1 as UInt8)
      buffer.append(contentsOf: json)
    } catch {
      throw PostgresError(.encoding, "A \(Value.self) can't be written as JSON: \(error)")
    }
  }
}
