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

/// What is fixed about the built-in types: names, and which types contain which.
///
/// Taken from pg_type.dat and pg_range.dat in PostgreSQL's source.
extension PostgresType {
  /// The type of arrays of this type; nil if it isn't built in, or has none.
  public var array: PostgresType? { Self.builtIn[oid].map { PostgresType(oid: $0.array) } }

  /// The type of the elements of a built-in array type; nil of other types.
  var element: PostgresType? { Self.elements[oid].map { PostgresType(oid: $0.oid) } }

  /// The type of ranges over this type; nil if there is no built-in one.
  var range: PostgresType? {
    Self.ranges.first { $0.subtype == self }.map { PostgresType(oid: $0.range) }
  }

  /// The type of multiranges over this type; nil if there is no built-in one.
  var multirange: PostgresType? {
    Self.ranges.first { $0.subtype == self }.map { PostgresType(oid: $0.multirange) }
  }

  /// The type of the bounds of a built-in range or multirange type.
  var rangeSubtype: PostgresType? {
    Self.ranges.first { $0.range == oid || $0.multirange == oid }?.subtype
  }

  /// Whether the type is built in and known not to be an array.
  @usableFromInline var isScalar: Bool { Self.builtIn[oid] != nil }

  private static let ranges: [(subtype: PostgresType, range: UInt32, multirange: UInt32)] = [
    (.int4, 3904, 4451), (.numeric, 3906, 4532), (.timestamp, 3908, 4533), (.timestamptz, 3910, 4534),
    (.date, 3912, 4535), (.int8, 3926, 4536),
  ]

  private static let builtIn: [UInt32: (name: String, array: UInt32)] = [
    16: ("boolean", 1000), 17: ("bytea", 1001), 18: ("\"char\"", 1002), 19: ("name", 1003),
    20: ("bigint", 1016), 21: ("smallint", 1005), 23: ("integer", 1007), 24: ("regproc", 1008),
    25: ("text", 1009), 26: ("oid", 1028), 27: ("tid", 1010), 28: ("xid", 1011), 29: ("cid", 1012),
    114: ("json", 199), 142: ("xml", 143), 600: ("point", 1017), 601: ("lseg", 1018), 602: ("path", 1019),
    603: ("box", 1020), 604: ("polygon", 1027), 628: ("line", 629), 650: ("cidr", 651),
    700: ("real", 1021), 701: ("double precision", 1022), 718: ("circle", 719), 774: ("macaddr8", 775),
    790: ("money", 791), 829: ("macaddr", 1040), 869: ("inet", 1041), 1042: ("character", 1014),
    1043: ("character varying", 1015), 1082: ("date", 1182), 1083: ("time without time zone", 1183),
    1114: ("timestamp without time zone", 1115), 1184: ("timestamp with time zone", 1185),
    1186: ("interval", 1187), 1266: ("time with time zone", 1270), 1560: ("bit", 1561),
    1562: ("bit varying", 1563), 1700: ("numeric", 1231), 1790: ("refcursor", 2201),
    2202: ("regprocedure", 2207), 2203: ("regoper", 2208), 2204: ("regoperator", 2209),
    2205: ("regclass", 2210), 2206: ("regtype", 2211), 2249: ("record", 2287), 2275: ("cstring", 1263),
    2950: ("uuid", 2951), 2970: ("txid_snapshot", 2949), 3220: ("pg_lsn", 3221), 3614: ("tsvector", 3643),
    3615: ("tsquery", 3645), 3734: ("regconfig", 3735), 3769: ("regdictionary", 3770),
    3802: ("jsonb", 3807), 3904: ("int4range", 3905), 3906: ("numrange", 3907), 3908: ("tsrange", 3909),
    3910: ("tstzrange", 3911), 3912: ("daterange", 3913), 3926: ("int8range", 3927),
    4072: ("jsonpath", 4073), 4089: ("regnamespace", 4090), 4096: ("regrole", 4097),
    4191: ("regcollation", 4192), 4451: ("int4multirange", 6150), 4532: ("nummultirange", 6151),
    4533: ("tsmultirange", 6152), 4534: ("tstzmultirange", 6153), 4535: ("datemultirange", 6155),
    4536: ("int8multirange", 6157), 5038: ("pg_snapshot", 5039), 5069: ("xid8", 271),
  ]

  private static let elements = Dictionary(
    uniqueKeysWithValues: builtIn.map { ($0.value.array, (oid: $0.key, name: $0.value.name)) })
}

extension PostgresType: CustomStringConvertible {
  /// The type's name as SQL has it, or its object identifier.
  public var description: String {
    switch oid {
    case 0: "unspecified"
    case 705: "unknown"
    default: Self.builtIn[oid]?.name ?? Self.elements[oid].map { "\($0.name)[]" } ?? "oid \(oid)"
    }
  }
}

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
