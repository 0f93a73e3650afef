/// A data type, by its object identifier in pg_type.
///
/// The identifiers of built-in types are fixed (pg_type.dat in PostgreSQL's source); those of enums,
/// composite types, extensions and the like begin at 16384 and differ from database to database. A domain is
/// sent as the type under it.
public struct PostgresType: Sendable, Hashable {
  /// The object identifier; 0 lets the server infer the type of a parameter.
  public let oid: UInt32

  /// Makes a type of its object identifier.
  @inlinable
  public init(oid: UInt32) {
    self.oid = oid
  }

  /// Whether the type isn't built in, so that its object identifier says nothing outside of its database.
  @inlinable public var isUserDefined: Bool { oid >= 16384 }
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
  /// json, JSON kept as text.
  @inlinable public static var json: PostgresType { PostgresType(oid: 114) }
  /// cidr, a network's address.
  @inlinable public static var cidr: PostgresType { PostgresType(oid: 650) }
  /// real.
  @inlinable public static var float4: PostgresType { PostgresType(oid: 700) }
  /// double precision.
  @inlinable public static var float8: PostgresType { PostgresType(oid: 701) }
  /// unknown, an untyped literal.
  @inlinable public static var unknown: PostgresType { PostgresType(oid: 705) }
  /// macaddr8, an EUI-64 address.
  @inlinable public static var macaddr8: PostgresType { PostgresType(oid: 774) }
  /// macaddr, an EUI-48 address.
  @inlinable public static var macaddr: PostgresType { PostgresType(oid: 829) }
  /// inet, a host's address and, optionally, its network.
  @inlinable public static var inet: PostgresType { PostgresType(oid: 869) }
  /// character(n), padded with blanks.
  @inlinable public static var bpchar: PostgresType { PostgresType(oid: 1042) }
  /// character varying(n).
  @inlinable public static var varchar: PostgresType { PostgresType(oid: 1043) }
  /// date.
  @inlinable public static var date: PostgresType { PostgresType(oid: 1082) }
  /// time without time zone.
  @inlinable public static var time: PostgresType { PostgresType(oid: 1083) }
  /// timestamp without time zone.
  @inlinable public static var timestamp: PostgresType { PostgresType(oid: 1114) }
  /// timestamp with time zone.
  @inlinable public static var timestamptz: PostgresType { PostgresType(oid: 1184) }
  /// interval.
  @inlinable public static var interval: PostgresType { PostgresType(oid: 1186) }
  /// time with time zone.
  @inlinable public static var timetz: PostgresType { PostgresType(oid: 1266) }
  /// bit(n), so many bits.
  @inlinable public static var bit: PostgresType { PostgresType(oid: 1560) }
  /// bit varying(n), at most so many bits.
  @inlinable public static var varbit: PostgresType { PostgresType(oid: 1562) }
  /// numeric.
  @inlinable public static var numeric: PostgresType { PostgresType(oid: 1700) }
  /// record, a row of no named type.
  @inlinable public static var record: PostgresType { PostgresType(oid: 2249) }
  /// uuid.
  @inlinable public static var uuid: PostgresType { PostgresType(oid: 2950) }
  /// jsonb, JSON taken apart.
  @inlinable public static var jsonb: PostgresType { PostgresType(oid: 3802) }
}
