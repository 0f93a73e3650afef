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

  /// The columns, of the answers to the queries.
  func columns(_ answers: [PostgresRows]) throws(PostgresError) -> [CopyColumn] {
    var answers = answers[...]
    var generated: Set<Int> = []
    if !generatedColumnsQuery.isEmpty, let answer = answers.popFirst() {
      for number in try answer.decode((Int16).self) { generated.insert(Int(number)) }
    }
    var catalog = TypeCatalog()
    if let answer = answers.popFirst() { catalog = try TypeCatalog(answer) }
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
