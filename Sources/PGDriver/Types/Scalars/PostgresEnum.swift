/// A Swift enum of strings that stands for a PostgreSQL enum by its labels.
///
///     enum Mood: String, PostgresEnum { case sad, ok, happy }
///
/// Declare the conformance; the rest is done. PostgreSQL manual, section 8.7, "Enumerated Types".
public protocol PostgresEnum: PostgresCodable, RawRepresentable<String> {}

extension PostgresEnum {
  /// Unspecified: an enum's object identifier differs from database to database, so the server infers it.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Text.
  @inlinable public static var postgresFormat: PostgresFormat { .text }

  /// Takes a label from an enum's column, or from one of text.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Self {
    let label = try String.decode(bytes, as: type)
    guard let value = Self(rawValue: label) else { throw .label(label) }
    return value
  }

  /// The label.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: rawValue)
  }
}
