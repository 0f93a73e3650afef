// Each text is put together once, so that a connection knows it again.
extension User: Resource {
  package static let noun = "user"

  private static let listed = "SELECT \(columns) FROM users ORDER BY id LIMIT $1 OFFSET $2"
  private static let found = "SELECT \(columns) FROM users WHERE id = $1"
  private static let inserted = """
    INSERT INTO users (username, email, full_name, created_date, updated_date)
    VALUES ($1, $2, $3, \(utcNow), \(utcNow)) RETURNING \(columns)
    """
  private static let updated = """
    UPDATE users SET username = coalesce($2, username), email = coalesce($3, email),
      full_name = CASE WHEN $4 THEN $5 ELSE full_name END, updated_date = \(utcNow)
    WHERE id = $1 RETURNING \(columns)
    """
  private static let deleted = "DELETE FROM users WHERE id = $1 RETURNING \(columns)"

  package static func list(_ page: Page) -> Statement<[User]> { .rows(listed, [page.limit, page.skip]) }

  package static func find(_ id: Int32) -> Statement<User?> { .row(found, [id]) }

  package static func insert(_ new: NewUser) -> Statement<User?> {
    .row(inserted, [new.username, new.email, new.fullName])
  }

  package static func update(_ id: Int32, _ change: UserChange) -> Statement<User?> {
    .row(updated, [id, change.username, change.email, change.fullName.isGiven, change.fullName.value])
  }

  package static func delete(_ id: Int32) -> Statement<User?> { .row(deleted, [id]) }
}
