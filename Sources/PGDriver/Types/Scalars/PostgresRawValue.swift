/// A value of any type, as the bytes that its send function wrote; of a result in text format, its output
/// function.
///
/// For types that PGDriver has no Swift type for. As a parameter its type is inferred by the server, and the
/// bytes must be what that type's receive function takes; what came in text format goes back as a String.
public struct PostgresRawValue: Sendable, Hashable {
  /// The type that the server gave.
  public let type: PostgresType

  /// The format that the bytes are in.
  public let format: PostgresFormat

  /// The value in that format of the type.
  public let bytes: [UInt8]

  /// Makes a value of bytes in one of a type's formats.
  public init(type: PostgresType = .unspecified, format: PostgresFormat = .binary, bytes: [UInt8]) {
    self.type = type
    self.format = format
    self.bytes = bytes
  }

  /// The bytes as text, if they are UTF-8; whether that means anything depends on the type.
  public var text: String? { String(validating: bytes, as: UTF8.self) }
}

extension PostgresRawValue: PostgresDecodable, PostgresEncodable {
  /// Unspecified.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Takes every type.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresRawValue {
    PostgresRawValue(type: type, bytes: bytes.copy())
  }

  /// The bytes.
  ///
  /// - Throws: `encoding` if they are in text format.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard format == .binary else {
      throw PostgresError(
        .encoding,
        "A raw value that came in text format can't be sent in binary. Send its `text` as a String.")
    }
    buffer.append(contentsOf: bytes)
  }
}
