/// Which part of a list is asked for.
package struct Page: Equatable, Sendable {
  /// How many rows come before it.
  package let skip: Int
  /// How many rows it has at most.
  package let limit: Int

  static let skips = 0...Int(Int32.max)
  static let limits = 1...100

  /// The first rows, as many as a page may have.
  package init(skip: Int = 0, limit: Int = 100) {
    self.skip = skip
    self.limit = limit
  }

  /// Reads `skip` and `limit`.
  init(_ query: QueryParameters) throws(Problem) {
    skip = try query.integer("skip", in: Self.skips) ?? 0
    limit = try query.integer("limit", in: Self.limits) ?? Self.limits.upperBound
  }
}
