/// A value of any type, as the bytes that its send function wrote.
///
/// For types that PGDriver has no Swift type for. As a parameter its type is inferred by the server, and the
/// bytes must be what that type's receive function takes.
public struct PostgresRawValue: Sendable, Hashable {
  /// The type that the server gave.
  public let type: PostgresType

  /// The value in the type's binary format.
  public let bytes: [UInt8]

  /// Makes a value of bytes in a type's binary format.
  public init(type: PostgresType = .unspecified, bytes: [UInt8]) {
    self.type = type
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
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(contentsOf: bytes) }
}
