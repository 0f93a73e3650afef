/// The schemas that the API's description refers to.
enum APISchemas {
  /// Refers to one of them.
  static func reference(_ name: String) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(name)")]
  }

  /// A list of what one of them describes.
  static func list(of name: String) -> JSONValue { ["type": "array", "items": reference(name)] }

  static let all: [String: JSONValue] = [
    "Problem": object(["status": integer, "detail": text]),
    "Status": object(["status": text]),
    "Service": object(["service": text, "description": text]),
    "User": object(user.merging(rowFields) { $1 }),
    "NewUser": object(user, required: ["username", "email"]),
    "UserChange": object(user, required: []),
    "Product": object(product.merging(rowFields) { $1 }),
    "NewProduct": object(product, required: ["name", "price", "sku"]),
    "ProductChange": object(product, required: []),
    "BenchmarkFigures": object([
      "operations": integer, "seconds": number, "operations_per_second": number,
    ]),
    "World": object(["id": integer, "randomNumber": integer]),
  ]

  /// The id in a path: as PostgreSQL's integer.
  static let id: JSONValue = [
    "type": "integer", "format": "int32", "minimum": .int(Int(Int32.min)), "maximum": .int(Int(Int32.max)),
  ]

  /// A whole number of a range.
  static func integer(in range: ClosedRange<Int>, byDefault value: Int) -> JSONValue {
    [
      "type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound),
      "default": .int(value),
    ]
  }

  private static let text: JSONValue = ["type": "string"]
  private static let integer: JSONValue = ["type": "integer"]
  private static let number: JSONValue = ["type": "number"]

  private static let user: [String: JSONValue] = [
    "username": TextLimit.username.schema, "email": TextLimit.email.schema,
    "full_name": nullable(TextLimit.fullName.schema),
  ]

  private static let product: [String: JSONValue] = [
    "name": TextLimit.productName.schema, "description": nullable(TextLimit.description.schema),
    "price": PriceLimit.schema, "sku": TextLimit.sku.schema,
  ]

  /// What the service adds to what it was sent.
  private static let rowFields: [String: JSONValue] = [
    "id": id, "created_date": date, "updated_date": date, "deleted_date": nullable(date),
  ]

  private static let date: JSONValue = ["type": "string", "format": "date-time"]

  private static func nullable(_ schema: JSONValue) -> JSONValue {
    schema.merging(["type": ["string", "null"]])
  }

  private static func object(_ properties: [String: JSONValue], required: [String]? = nil) -> JSONValue {
    let required = required ?? properties.keys.sorted()
    var members: [String: JSONValue] = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { members["required"] = .array(required.map { .string($0) }) }
    return .object(members)
  }
}
