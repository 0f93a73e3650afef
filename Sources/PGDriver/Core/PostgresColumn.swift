/// A column of a result, as the server's RowDescription tells it.
///
/// PostgreSQL manual, section 55.7, "Message Formats".
public struct PostgresColumn: Sendable, Hashable {
  /// Its name or alias.
  public let name: String
  /// Its data type; of a domain, the type under it.
  public let type: PostgresType
  /// The format that its values came in.
  public let format: PostgresFormat
  /// What was given with the type, as in varchar(20), in the type's own encoding (pg_attribute.atttypmod);
  /// nil if nothing was.
  public let typeModifier: Int32?
  /// The object identifier of the table that it is a column of; nil of an expression.
  public let tableOID: UInt32?
  /// Its number in that table, from 1 (pg_attribute.attnum); nil of an expression.
  public let tableColumn: Int?

  /// Makes a description of a column.
  public init(
    name: String, type: PostgresType, format: PostgresFormat = .binary, typeModifier: Int32? = nil,
    tableOID: UInt32? = nil, tableColumn: Int? = nil
  ) {
    self.name = name
    self.type = type
    self.format = format
    self.typeModifier = typeModifier
    self.tableOID = tableOID
    self.tableColumn = tableColumn
  }
}

extension PostgresColumn {
  /// The greatest number of characters of varchar(n) or character(n); nil if there is no limit, or of other
  /// types.
  public var maximumLength: Int? {
    // atttypmod is n and the four bytes that once preceded the text (src/backend/utils/adt/varchar.c).
    guard type == .varchar || type == .bpchar, let typeModifier, typeModifier >= 4 else { return nil }
    return Int(typeModifier) - 4
  }

  /// The precision and scale of numeric(p, s); nil if they weren't given, or of other types.
  ///
  /// The scale is less than 0 where whole digits are rounded away (numeric_typmod_scale in
  /// src/backend/utils/adt/numeric.c).
  public var numericPrecision: (precision: Int, scale: Int)? {
    guard type == .numeric, let typeModifier, typeModifier >= 4 else { return nil }
    let packed = Int(typeModifier) - 4
    return (packed >> 16 & 0xffff, ((packed & 0x7ff) ^ 1024) - 1024)
  }
}
