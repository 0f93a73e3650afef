import PGDriver

/// A product, as the table has it and as clients see it.
package struct Product: Encodable, Sendable {
  package let id: Int32
  package let name: String
  package let description: String?
  package let price: Double
  package let sku: String
  package let createdDate: Timestamp
  package let updatedDate: Timestamp
  package let deletedDate: Timestamp?

  /// The names in JSON, which are those of the columns.
  enum CodingKeys: String, CodingKey {
    case id, name, description, price, sku
    case createdDate = "created_date"
    case updatedDate = "updated_date"
    case deletedDate = "deleted_date"
  }

  /// Writes all fields, those too that are null.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(name, forKey: .name)
    try fields.encode(description, forKey: .description)
    try fields.encode(price, forKey: .price)
    try fields.encode(sku, forKey: .sku)
    try fields.encode(createdDate, forKey: .createdDate)
    try fields.encode(updatedDate, forKey: .updatedDate)
    try fields.encode(deletedDate, forKey: .deletedDate)
  }
}

extension Product: TableRow {
  package static let columns =
    "id, name, description, price, sku, created_date, updated_date, deleted_date"

  /// Decodes a row of the columns.
  package init(_ row: PostgresRow) throws(PostgresError) {
    id = try row.decode(at: 0)
    name = try row.decode(at: 1)
    description = try row.decode(at: 2)
    price = try row.decode(at: 3)
    sku = try row.decode(at: 4)
    createdDate = Timestamp(try row.decode(at: 5))
    updatedDate = Timestamp(try row.decode(at: 6))
    deletedDate = try row.decode(PostgresTimestamp?.self, at: 7).map(Timestamp.init)
  }
}

/// What makes a product.
package struct NewProduct: Decodable, Sendable {
  let name: String
  let description: String?
  let price: Double
  let sku: String

  /// Reads and checks the fields.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Product.CodingKeys.self)
    name = try fields.text(.name, .productName)
    description = try fields.nullableText(.description, .description)
    price = try fields.price(.price)
    sku = try fields.text(.sku, .sku)
  }
}

/// What changes a product; fields that are left out stay as they are.
package struct ProductChange: Decodable, Sendable {
  let name: String?
  let description: NullableChange
  let price: Double?
  let sku: String?

  /// Reads and checks the fields.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Product.CodingKeys.self)
    name = try fields.changedText(.name, .productName)
    description = try fields.nullableChange(.description, .description)
    price = fields.contains(.price) ? try fields.price(.price) : nil
    sku = try fields.changedText(.sku, .sku)
  }
}
