import CLibPQ

/// Owns one PGresult and clears it when the last row that refers to it is gone.
///
/// Sendable, unchecked: a PGresult isn't changed by any call made here, which libpq's manual (section 34.20,
/// "Behavior in Threaded Programs") allows from several threads at once.
@usableFromInline
final class PostgresResult: @unchecked Sendable {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let rowCount: Int
  @usableFromInline let columnCount: Int

  init(_ handle: OpaquePointer) {
    self.handle = handle
    rowCount = Int(PQntuples(handle))
    columnCount = Int(PQnfields(handle))
  }

  deinit {
    PQclear(handle)
  }

  var status: ExecStatusType { PQresultStatus(handle) }

  /// The bytes of a value, or nil for NULL.
  ///
  /// They live as long as this object.
  @usableFromInline
  func value(row: Int, column: Int) -> UnsafeRawBufferPointer? {
    let row = Int32(truncatingIfNeeded: row)
    let column = Int32(truncatingIfNeeded: column)
    let length = PQgetlength(handle, row, column)
    if length == 0 && PQgetisnull(handle, row, column) == 1 { return nil }
    return UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(length))
  }

  @usableFromInline
  func type(ofColumn column: Int) -> PostgresType {
    PostgresType(oid: PQftype(handle, Int32(truncatingIfNeeded: column)))
  }

  @usableFromInline
  func name(ofColumn column: Int) -> String {
    PQfname(handle, Int32(truncatingIfNeeded: column)).map { String(cString: $0) } ?? "\(column)"
  }

  /// The first column of this very name.
  ///
  /// PQfnumber would fold upper case as SQL does.
  @usableFromInline
  func index(ofColumn name: String) -> Int? {
    (0..<columnCount).first { self.name(ofColumn: $0) == name }
  }

  /// How many rows the command changed or fetched, as its tag says.
  var affectedRows: Int? {
    PQcmdTuples(handle).flatMap { Int(String(cString: $0)) }
  }

  /// The command's tag, such as "INSERT 0 1".
  var commandTag: String {
    PQcmdStatus(handle).map { String(cString: $0) } ?? ""
  }
}
