/// What can be listed, read, made, changed and deleted through the API, with the statements for it.
package protocol Resource: TableRow, Encodable {
  /// What makes one.
  associatedtype New: Decodable & Sendable
  /// What changes one.
  associatedtype Change: Decodable & Sendable

  /// What one is called, such as "user".
  static var noun: String { get }

  /// A page of all, by id.
  static func list(_ page: Page) -> Statement<[Self]>
  /// The one with an id.
  static func find(_ id: Int32) -> Statement<Self?>
  /// Makes one, and returns it.
  static func insert(_ new: New) -> Statement<Self?>
  /// Changes the one with an id, and returns it.
  static func update(_ id: Int32, _ change: Change) -> Statement<Self?>
  /// Deletes the one with an id, and returns it.
  static func delete(_ id: Int32) -> Statement<Self?>
}
