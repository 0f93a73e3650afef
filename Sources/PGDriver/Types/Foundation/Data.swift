#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Data: PostgresDecodable, PostgresEncodable {
  /// bytea.
  public static var postgresType: PostgresType { .bytea }

  /// Takes bytea.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Data {
    guard type == .bytea else { throw .typeMismatch }
    return bytes.withUnsafeBytes { Data($0) }
  }

  /// Takes bytea.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Data {
    Data(try [UInt8].decode(text: text, as: type))
  }

  /// The bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(contentsOf: self) }
}
