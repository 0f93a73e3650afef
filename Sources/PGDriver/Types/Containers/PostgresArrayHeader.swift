/// What precedes the elements of an array in the binary format.
///
/// The number of dimensions, a flag, the elements' type, and for each dimension its length and its lower
/// bound (array_send in src/backend/utils/adt/arrayfuncs.c).
public struct PostgresArrayHeader: Sendable, Hashable {
  /// The number of dimensions; 0 of an empty array.
  public let dimensionCount: Int

  /// The type of the elements.
  public let elementType: PostgresType

  /// Reads and checks the header.
  @inlinable
  init(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) {
    guard !type.isScalar else { throw .typeMismatch }
    try bytes.requireAtLeast(12, "array")
    let count = bytes.loadBigEndian(Int32.self)
    let flags = bytes.loadBigEndian(Int32.self, at: 4)
    // Six dimensions are PostgreSQL's limit, MAXDIM.
    guard (0...6).contains(count), flags == 0 || flags == 1 else { throw .malformed("array") }
    dimensionCount = Int(count)
    elementType = PostgresType(oid: bytes.loadBigEndian(UInt32.self, at: 8))
    try bytes.requireAtLeast(byteCount, "array")
    // Every element has four bytes at least, so a false length doesn't make the driver reserve memory.
    var elements = 1
    for depth in 0..<dimensionCount {
      let length = length(in: bytes, depth: depth)
      let (product, isTooLarge) = elements.multipliedReportingOverflow(by: length)
      guard length >= 0, !isTooLarge, product <= (bytes.byteCount - byteCount) / 4 else {
        throw .malformed("array")
      }
      elements = product
    }
  }

  /// The size of the header.
  @inlinable var byteCount: Int { 12 + 8 * dimensionCount }

  @inlinable
  func length(in bytes: RawSpan, depth: Int) -> Int {
    Int(bytes.loadBigEndian(Int32.self, at: 12 + 8 * depth))
  }

  @inlinable
  func lowerBound(in bytes: RawSpan, depth: Int) -> Int32 {
    bytes.loadBigEndian(Int32.self, at: 16 + 8 * depth)
  }
}
