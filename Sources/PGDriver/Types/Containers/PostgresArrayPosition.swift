/// Where in an array something is being encoded.
public struct PostgresArrayPosition: Sendable, Hashable {
  /// Where in the buffer the lengths of the dimensions are.
  @usableFromInline let lengths: Int
  /// How many dimensions lie outside.
  @usableFromInline let depth: Int

  /// Appends the header of an array whose lengths are found on the way.
  @inlinable
  init(
    openingArrayOf elementType: PostgresType, dimensions: Int, in buffer: inout PostgresParameterBuffer
  ) {
    buffer.append(Int32(dimensions))
    buffer.append(0 as Int32)
    buffer.append(elementType.oid)
    lengths = buffer.bytes.count
    depth = 0
    for _ in 0..<dimensions {
      buffer.append(-1 as Int32)
      buffer.append(1 as Int32)
    }
  }

  @inlinable
  init(lengths: Int, depth: Int) {
    self.lengths = lengths
    self.depth = depth
  }

  /// One dimension further inside.
  @inlinable var inner: PostgresArrayPosition { PostgresArrayPosition(lengths: lengths, depth: depth + 1) }

  /// Notes the length of the dimension at this depth, which must be the same everywhere.
  @inlinable
  func setLength(_ count: Int, in buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let known = buffer.int32(at: lengths + 8 * depth)
    guard let count = Int32(exactly: count) else { throw PostgresParameterBuffer.tooLarge }
    guard known == -1 || known == count else {
      throw PostgresError(
        .encoding,
        "The inner arrays of a PostgreSQL array must have equal lengths, not \(known) and \(count).")
    }
    buffer.overwrite(at: lengths + 8 * depth, with: count)
  }

  /// Gives the dimensions that nothing was found in, being inside of an empty one, the length 0.
  @inlinable
  func close(dimensions: Int, in buffer: inout PostgresParameterBuffer) {
    for depth in 0..<dimensions where buffer.int32(at: lengths + 8 * depth) == -1 {
      buffer.overwrite(at: lengths + 8 * depth, with: 0)
    }
  }
}
