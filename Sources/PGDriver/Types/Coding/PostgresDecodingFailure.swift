/// Why a value could not be decoded.
///
/// The row adds the column and both types to it.
public enum PostgresDecodingFailure: Error, Sendable, Hashable {
  /// The value is NULL and the Swift type has no place for that.
  case null
  /// The Swift type doesn't take values of the column's type.
  case typeMismatch
  /// Something inside of the value, such as an array's elements, is of a type that the Swift type doesn't
  /// take.
  case innerTypeMismatch(PostgresType)
  /// The value is outside of what the Swift type can hold.
  case outOfRange
  /// The array has so many dimensions, and the Swift type another number.
  case dimensions(Int)
  /// The composite value has so many fields, and the Swift type another number.
  case fields(Int)
  /// The Swift enum has no case for the label.
  case label(String)
  /// The value is in text format, which the Swift type isn't decoded from.
  case textFormat
  /// The bytes aren't what the type's binary format prescribes; names the format.
  case malformed(String)
}
