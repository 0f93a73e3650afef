// The types under domains for the Swift types that take more than one type, or another than they are sent as.

extension Int32 {
  /// smallint or integer.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    switch byteCount {
    case 2: .int2
    case 4: .int4
    default: nil
    }
  }
}

extension Int64 {
  /// smallint, integer or bigint.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    byteCount == 8 ? .int8 : Int32.postgresBaseType(byteCount: byteCount)
  }
}

extension Int {
  /// smallint, integer or bigint.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    Int64.postgresBaseType(byteCount: byteCount)
  }
}

extension Double {
  /// real or double precision.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? { byteCount == 4 ? .float4 : .float8 }
}

extension Optional where Wrapped: PostgresDecodable {
  /// The wrapped type's.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    Wrapped.postgresBaseType(byteCount: byteCount)
  }
}

extension Array where Element: PostgresDecodable {
  /// Of `[UInt8]`, bytea; other arrays are taken from any type that isn't built in.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? {
    Element.self == UInt8.self ? .bytea : nil
  }
}
