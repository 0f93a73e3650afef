/// A data type, by its object identifier in pg_type.
///
/// The identifiers of built-in types are fixed (pg_type.dat in PostgreSQL's source).
public struct PostgresType: Sendable, Hashable {
  /// The object identifier; 0 lets the server infer the type of a parameter.
  public let oid: UInt32

  /// Makes a type of its object identifier.
  @inlinable
  public init(oid: UInt32) {
    self.oid = oid
  }
}

extension PostgresType {
  /// No type given: the server infers it from where the parameter stands.
  @inlinable public static var unspecified: PostgresType { PostgresType(oid: 0) }
  /// boolean.
  @inlinable public static var bool: PostgresType { PostgresType(oid: 16) }
  /// bytea, a string of bytes.
  @inlinable public static var bytea: PostgresType { PostgresType(oid: 17) }
  /// "char", one byte.
  @inlinable public static var char: PostgresType { PostgresType(oid: 18) }
  /// name, an identifier of at most 63 bytes.
  @inlinable public static var name: PostgresType { PostgresType(oid: 19) }
  /// bigint.
  @inlinable public static var int8: PostgresType { PostgresType(oid: 20) }
  /// smallint.
  @inlinable public static var int2: PostgresType { PostgresType(oid: 21) }
  /// integer.
  @inlinable public static var int4: PostgresType { PostgresType(oid: 23) }
  /// text.
  @inlinable public static var text: PostgresType { PostgresType(oid: 25) }
  /// oid, an object identifier.
  @inlinable public static var oid: PostgresType { PostgresType(oid: 26) }
  /// real.
  @inlinable public static var float4: PostgresType { PostgresType(oid: 700) }
  /// double precision.
  @inlinable public static var float8: PostgresType { PostgresType(oid: 701) }
  /// unknown, an untyped literal.
  @inlinable public static var unknown: PostgresType { PostgresType(oid: 705) }
  /// character(n), padded with blanks.
  @inlinable public static var bpchar: PostgresType { PostgresType(oid: 1042) }
  /// character varying(n).
  @inlinable public static var varchar: PostgresType { PostgresType(oid: 1043) }
  /// timestamp without time zone.
  @inlinable public static var timestamp: PostgresType { PostgresType(oid: 1114) }
  /// timestamp with time zone.
  @inlinable public static var timestamptz: PostgresType { PostgresType(oid: 1184) }
}

extension PostgresType: CustomStringConvertible {
  /// The type's name as SQL has it, or its object identifier.
  public var description: String { Self.names[oid] ?? "oid \(oid)" }

  private static let names: [UInt32: String] = [
    0: "unspecified", 16: "boolean", 17: "bytea", 18: "\"char\"", 19: "name", 20: "bigint", 21: "smallint",
    23: "integer", 25: "text", 26: "oid", 114: "json", 700: "real", 701: "double precision", 705: "unknown",
    1042: "character", 1043: "character varying", 1082: "date", 1083: "time without time zone",
    1114: "timestamp without time zone", 1184: "timestamp with time zone", 1186: "interval",
    1700: "numeric", 2950: "uuid", 3802: "jsonb",
  ]
}
