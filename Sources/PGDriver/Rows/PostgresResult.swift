public import CLibPQ
// Public, for what is inlined into the callers of `cell` calls libpq: the values of large results are decoded
// in a third less time.
import PGSystem
import Synchronization

/// Owns one PGresult and clears it when the last row that refers to it is gone.
///
/// Sendable, unchecked: a PGresult isn't changed by any call made here, which libpq's manual (section 34.20,
/// "Behavior in Threaded Programs") allows from several threads at once.
@usableFromInline
final class PostgresResult: @unchecked Sendable {
  @usableFromInline let handle: OpaquePointer
  @usableFromInline let rowCount: Int
  @usableFromInline let columnCount: Int
  /// Whether the values are in text format.
  @usableFromInline let isText: Bool
  /// The number of rows if their values are in binary format, else 0; libpq asks for one format
  /// for all columns.
  @usableFromInline let binaryRowCount: Int
  /// The columns' types, so that not every value asks libpq for its own; nil if there is but one row, for
  /// which the allocation would cost more than it saves.
  ///
  /// Unsafe: written in `init` only, and freed with this object.
  @usableFromInline let types: UnsafeMutablePointer<PostgresType>?

  #if DEBUG
    private static let count = Atomic(0)
    /// How many results have not been cleared, for the tests.
    static var living: Int { count.load(ordering: .relaxed) }
  #endif

  init(_ handle: OpaquePointer) {
    #if DEBUG
      Self.count.add(1, ordering: .relaxed)
    #endif
    self.handle = handle
    let columns = PQnfields(handle)
    rowCount = Int(PQntuples(handle))
    columnCount = Int(columns)
    isText = columns > 0 && PQbinaryTuples(handle) == 0
    binaryRowCount = isText ? 0 : rowCount
    guard rowCount > 1 && columns > 0 else {
      types = nil
      return
    }
    let types = UnsafeMutablePointer<PostgresType>.allocate(capacity: Int(columns))
    for column in 0..<columns {
      (types + Int(column)).initialize(to: PostgresType(oid: PQftype(handle, column)))
    }
    self.types = types
  }

  deinit {
    #if DEBUG
      Self.count.subtract(1, ordering: .relaxed)
    #endif
    types?.deallocate()
    PQclear(handle)
  }

  var status: ExecStatusType { PQresultStatus(handle) }

  /// A value's type and bytes; no bytes stand for NULL.
  ///
  /// The bytes live as long as this object. Row and column must exist.
  @inlinable @inline(__always)
  func cell(row: Int, column: Int) -> (type: PostgresType, bytes: UnsafeRawBufferPointer?) {
    let type = type(ofColumn: column)
    let row = Int32(truncatingIfNeeded: row)
    let column = Int32(truncatingIfNeeded: column)
    let length = PQgetlength(handle, row, column)
    if length == 0 && PQgetisnull(handle, row, column) == 1 { return (type, nil) }
    return (type, UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(length)))
  }

  @inlinable @inline(__always)
  func type(ofColumn column: Int) -> PostgresType {
    if let types { return types[column] }
    return PostgresType(oid: PQftype(handle, Int32(truncatingIfNeeded: column)))
  }

  /// All that the server has told of a column.
  func column(_ column: Int) -> PostgresColumn {
    let index = Int32(truncatingIfNeeded: column)
    let table = PQftable(handle, index)
    let modifier = PQfmod(handle, index)
    return PostgresColumn(
      name: name(ofColumn: column), type: type(ofColumn: column), format: isText ? .text : .binary,
      typeModifier: modifier < 0 ? nil : modifier, tableOID: table == 0 ? nil : table,
      tableColumn: table == 0 ? nil : Int(PQftablecol(handle, index)))
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
    name.withCString { name in
      (0..<columnCount).first { column in
        PQfname(handle, Int32(truncatingIfNeeded: column)).map { strcmp($0, name) == 0 } ?? false
      }
    }
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
