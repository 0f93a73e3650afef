import PGDriver

/// A user, as the table has it and as clients see it.
package struct User: Encodable, Sendable {
  package let id: Int32
  package let username: String
  package let email: String
  package let fullName: String?
  package let createdDate: Timestamp
  package let updatedDate: Timestamp
  package let deletedDate: Timestamp?

  /// The names in JSON, which are those of the columns.
  enum CodingKeys: String, CodingKey {
    case id, username, email
    case fullName = "full_name"
    case createdDate = "created_date"
    case updatedDate = "updated_date"
    case deletedDate = "deleted_date"
  }

  /// Writes all fields, those too that are null.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(username, forKey: .username)
    try fields.encode(email, forKey: .email)
    try fields.encode(fullName, forKey: .fullName)
    try fields.encode(createdDate, forKey: .createdDate)
    try fields.encode(updatedDate, forKey: .updatedDate)
    try fields.encode(deletedDate, forKey: .deletedDate)
  }
}

extension User: TableRow {
  package static let columns = "id, username, email, full_name, created_date, updated_date, deleted_date"

  /// Decodes a row of the columns.
  package init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode(at: 0)
    username = try row.decode(at: 1)
    email = try row.decode(at: 2)
    fullName = try row.decode(at: 3)
    createdDate = Timestamp(try row.decode(at: 4))
    updatedDate = Timestamp(try row.decode(at: 5))
    deletedDate = try row.decode(PostgresTimestamp?.self, at: 6).map(Timestamp.init)
  }
}

/// What makes a user.
package struct NewUser: Decodable, Sendable {
  let username: String
  let email: String
  let fullName: String?

  /// Reads and checks the fields.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: User.CodingKeys.self)
    username = try fields.text(.username, .username)
    email = try fields.text(.email, .email)
    fullName = try fields.nullableText(.fullName, .fullName)
  }
}

/// What changes a user; fields that are left out stay as they are.
package struct UserChange: Decodable, Sendable {
  let username: String?
  let email: String?
  let fullName: NullableChange

  /// Reads and checks the fields.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: User.CodingKeys.self)
    username = try fields.changedText(.username, .username)
    email = try fields.changedText(.email, .email)
    fullName = try fields.nullableChange(.fullName, .fullName)
  }
}
