#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension UUID: PostgresDecodable, PostgresEncodable {
  /// uuid.
  public static var postgresType: PostgresType { .uuid }

  /// Takes uuid.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UUID {
    guard type == .uuid else { throw .typeMismatch }
    try bytes.require(16, "uuid")
    return UUID(uuid: bytes.unsafeLoadUnaligned(as: uuid_t.self))
  }

  /// 16 bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) }
  }
}
