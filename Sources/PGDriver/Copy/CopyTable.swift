/// The table, and maybe the columns, that a COPY is for, as its statement has them.
struct CopyTable {
  /// The table's name as SQL.
  let name: String
  /// The columns' names as SQL; nil stands for all but the generated ones.
  let columns: [String]?

  /// Makes a table of names that need not be quoted.
  ///
  /// - Throws: `encoding` for a name with the character U+0000.
  init(schema: String?, table: String, columns: [String]) throws(PostgresError) {
    let quotedTable = try PostgresQuery.quoted(identifier: table)
    if let schema {
      name = "\(try PostgresQuery.quoted(identifier: schema)).\(quotedTable)"
    } else {
      name = quotedTable
    }
    var quoted: [String] = []
    for column in columns { quoted.append(try PostgresQuery.quoted(identifier: column)) }
    self.columns = quoted.isEmpty ? nil : quoted
  }

  /// Takes SQL such as `shop.users (name, "E-Mail")` apart.
  ///
  /// - Throws: `misuse` if it isn't a table with or without a list of columns.
  init(sql: String) throws(PostgresError) {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var closed = false
    // By scalars: a quotation mark may be a part of a Character.
    for scalar in sql.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      switch scalar {
      case "(" where !isQuoted && parts.isEmpty, "," where !isQuoted && !parts.isEmpty && !closed:
        parts.append(part)
        part = ""
      case ")" where !isQuoted && !parts.isEmpty && !closed:
        closed = true
      case _ where closed && !Self.isSpace(scalar), "(" where !isQuoted, ")" where !isQuoted:
        throw Self.notATable
      default:
        part.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted, closed || parts.isEmpty else { throw Self.notATable }
    parts.append(part)
    parts = parts.map(Self.trimmed)
    name = parts[0]
    columns = parts.count > 1 ? Array(parts[1...]) : nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.unicodeScalars.drop(while: isSpace)
    guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...end])
  }

  /// What SQL takes for a space: PostgreSQL manual, section 4.1, "Lexical Structure".
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || ("\t"..."\r").contains(scalar)
  }

  private static var notATable: PostgresError {
    PostgresError(
      .misuse,
      "copyRows takes a table and, in parentheses, its columns, such as \"users (name, email)\". "
        + "For other COPY statements use copyIn.")
  }

  /// The statement that takes rows.
  var copying: String {
    "COPY \(name)\(columns.map { " (\($0.joined(separator: ",")))" } ?? "") FROM STDIN (FORMAT binary)"
  }

  /// A statement that returns the columns; not to be run, which would take the right to read the table.
  var describing: String {
    // After a point every word is a column's name, a keyword too.
    "SELECT \((columns ?? ["*"]).map { "pgdriver.\($0)" }.joined(separator: ",")) FROM \(name) AS pgdriver"
  }
}

/// How the columns that rows are copied into are found out: by a description of the table and, where that
/// isn't enough, by queries of the catalogue.
struct CopyColumns {
  let table: CopyTable
  /// What the server says of the columns; none before it was asked.
  var described: [PostgresColumn] = []

  /// The queries that are needed beyond the description.
  var queries: [PostgresQuery] { generatedColumnsQuery + typesQuery }

  /// Columns that are computed from others are left out by a COPY that names none.
  private var generatedColumnsQuery: [PostgresQuery] {
    guard table.columns == nil, let oid = described.lazy.compactMap(\.tableOID).first else { return [] }
    // Not the column itself, which PostgreSQL has since version 12.
    return [
      """
      SELECT attnum FROM pg_catalog.pg_attribute AS a
      WHERE attrelid = \(oid) AND attnum > 0 AND pg_catalog.to_jsonb(a) ->> 'attgenerated' <> ''
      """
    ]
  }

  /// User-defined types, and all that is in them.
  private var typesQuery: [PostgresQuery] {
    let types = described.map(\.type).filter(\.isUserDefined).map(\.oid)
    guard !types.isEmpty else { return [] }
    return [
      """
      WITH RECURSIVE part(id) AS (
        SELECT pg_catalog.unnest(\(types))
        UNION
        SELECT inside.id FROM part JOIN pg_catalog.pg_type AS t ON t.oid = part.id, LATERAL (
          SELECT t.typelem UNION ALL SELECT t.typbasetype
          UNION ALL SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = t.oid
          UNION ALL SELECT atttypid FROM pg_catalog.pg_attribute
            WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped) AS inside(id)
        WHERE inside.id >= 16384
      )
      SELECT t.oid, pg_catalog.format_type(t.oid, NULL), t.typtype, t.typcategory, t.typelem, t.typbasetype,
        (SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = t.oid),
        ARRAY(SELECT atttypid FROM pg_catalog.pg_attribute
          WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
      FROM part JOIN pg_catalog.pg_type AS t ON t.oid = part.id
      """
    ]
  }

  /// The columns, by the results of the queries.
  func columns(_ results: [PostgresRows]) throws(PostgresError) -> [CopyColumn] {
    var results = results[...]
    var generated: Set<Int> = []
    if !generatedColumnsQuery.isEmpty, let rows = results.popFirst() {
      for number in try rows.decode((Int16).self) { generated.insert(Int(number)) }
    }
    var catalog = TypeCatalog()
    if let rows = results.popFirst() { catalog = try TypeCatalog(rows) }
    return described.lazy.filter { !($0.tableColumn.map(generated.contains) ?? false) }.map {
      CopyColumn(name: $0.name, type: $0.type, target: catalog.target($0.type))
    }
  }
}

/// What the catalogue says of user-defined types.
private struct TypeCatalog {
  private struct Entry {
    let name: String
    let kind: String
    let category: String
    let element: UInt32
    let base: UInt32
    let subtype: UInt32?
    let fields: [UInt32]
  }

  private var entries: [PostgresType: Entry] = [:]

  init() {}

  init(_ rows: PostgresRows) throws(PostgresError) {
    for row in rows {
      let (oid, name, kind, category, element, base, subtype, fields) = try row.decode(
        (UInt32, String, String, String, UInt32, UInt32, UInt32?, [UInt32]).self)
      entries[PostgresType(oid: oid)] = Entry(
        name: name, kind: kind, category: category, element: element, base: base, subtype: subtype,
        fields: fields)
    }
  }

  /// A type, and what is in it.
  func target(_ type: PostgresType) -> EncodingTarget {
    guard let entry = entries[type] else {
      return type.isUserDefined
        ? EncodingTarget(type, base: type, name: type.description, isText: false, content: .unknown)
        : EncodingTarget(builtIn: type)
    }
    // pg_type.typtype and typcategory: PostgreSQL manual, section 53.64, "pg_type".
    if entry.kind == "d" {
      let base = target(PostgresType(oid: entry.base))
      return EncodingTarget(
        type, base: base.base, name: entry.name, isText: base.isText, content: base.content)
    }
    let content: EncodingTarget.Content =
      switch entry.kind {
      case "e": .enumeration
      case "c": .composite(entry.fields.map { target(PostgresType(oid: $0)) })
      case "r": entry.subtype.map { .range(target(PostgresType(oid: $0))) } ?? .unknown
      case "b" where entry.category == "A" && entry.element != 0:
        .array(target(PostgresType(oid: entry.element)))
      case "b": .scalar
      default: .unknown
      }
    return EncodingTarget(
      type, base: type, name: entry.name, isText: entry.kind == "b" && entry.category == "S",
      content: content)
  }
}

/// A column that rows are copied into, and what Swift types it takes.
@usableFromInline
struct CopyColumn: Sendable {
  /// The column's type; of a domain, the type under it.
  @usableFromInline let type: PostgresType
  @usableFromInline let target: EncodingTarget
  /// The Swift type that was found to fit last.
  @usableFromInline private(set) var checked: ObjectIdentifier?
  /// The same, if nothing in its values has to be encoded for the column.
  @usableFromInline private(set) var simple: ObjectIdentifier?
  private let name: String

  init(name: String, type: PostgresType, target: EncodingTarget) {
    self.name = name
    self.type = type
    self.target = target
  }

  /// Throws `encoding` unless the column takes the type's values as they are encoded.
  @usableFromInline
  mutating func check(_ swiftType: any PostgresEncodable.Type) throws(PostgresError) {
    guard target.takes(swiftType) else {
      let sent = swiftType.postgresType == .unspecified ? "" : ", which is sent as \(swiftType.postgresType)"
      throw PostgresError(
        .encoding,
        "Column \"\(name)\" is of type \(target.name), and a row has a \(swiftType) for it\(sent). "
          + "COPY converts nothing: append a value of a Swift type for \(target.name), or INSERT a cast.")
    }
    checked = ObjectIdentifier(swiftType)
    simple = target.isSimple ? checked : nil
  }

  @usableFromInline static var tooMany: PostgresError {
    PostgresError(.encoding, "A row has more values than a table can have columns. Append fewer.")
  }

  @usableFromInline
  static func wrongWidth(_ count: Int16, _ columns: [CopyColumn]) -> PostgresError {
    let names = columns.map(\.name).joined(separator: ", ")
    return PostgresError(
      .encoding, "A row has \(count) values, but there are \(columns.count) columns to copy into: \(names).")
  }
}
