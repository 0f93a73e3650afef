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
