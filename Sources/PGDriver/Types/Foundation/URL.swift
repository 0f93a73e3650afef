#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension URL: PostgresDecodable, PostgresEncodable {
  /// Unspecified, as of strings.
  public static var postgresType: PostgresType { .unspecified }

  /// Text.
  public static var postgresFormat: PostgresFormat { .text }

  /// text, as of strings.
  public static var postgresElementType: PostgresType { .text }

  /// Takes what a String takes, if it is a URL.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> URL {
    try url(String.decode(bytes, as: type))
  }

  /// Takes what a String takes, if it is a URL.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> URL {
    try url(String.decode(text: text, as: type))
  }

  /// None: a domain over text is taken as it is.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? { nil }

  private static func url(_ text: String) throws(PostgresDecodingFailure) -> URL {
    guard let url = URL(string: text) else { throw .malformed("URL") }
    return url
  }

  /// The absolute text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: absoluteString)
  }
}

extension URL: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { String.fits(target) }
}
