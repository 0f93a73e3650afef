/// Describes operations as OpenAPI 3.1 does.
enum OpenAPIDocument {
  /// The whole document.
  static func document(of operations: [APIOperation]) -> JSONValue {
    var paths: [String: JSONValue] = [:]
    for operation in operations {
      let entry: JSONValue = .object([operation.method.rawValue.lowercased(): describe(operation)])
      paths[operation.path] = (paths[operation.path] ?? [:]).merging(entry)
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "ShopService", "version": "1.0.0",
        "description": "Users and products in PostgreSQL, through a blocking and an asynchronous driver.",
      ],
      "paths": .object(paths),
      "components": ["schemas": .object(APISchemas.all)],
    ]
  }

  private static func describe(_ operation: APIOperation) -> JSONValue {
    var members: [String: JSONValue] = [
      "operationId": .string(operation.id), "summary": .string(operation.summary),
      "tags": [.string(operation.tag)], "responses": responses(of: operation),
    ]
    if !operation.parameters.isEmpty { members["parameters"] = .array(operation.parameters.map(describe)) }
    if let body = operation.body {
      members["requestBody"] = [
        "required": true,
        "content": [
          "application/json": ["schema": APISchemas.reference(body.schema), "example": body.example]
        ],
      ]
    }
    return .object(members)
  }

  private static func describe(_ parameter: APIOperation.Parameter) -> JSONValue {
    [
      "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
      "required": .bool(parameter.place == .path), "description": .string(parameter.description),
      "schema": parameter.schema,
    ]
  }

  private static func responses(of operation: APIOperation) -> JSONValue {
    let success = operation.success
    var responses: [String: JSONValue] = [
      "\(success.status)": [
        "description": .string(success.description),
        "content": .object([success.mediaType: ["schema": success.schema]]),
      ]
    ]
    for status in operation.problems { responses["\(status)"] = problem(status) }
    return .object(responses)
  }

  private static func problem(_ status: Int) -> JSONValue {
    let response: JSONValue = [
      "description": .string(meaning(of: status)),
      "content": ["application/json": ["schema": APISchemas.reference("Problem")]],
    ]
    guard status == 503 else { return response }
    return response.merging([
      "headers": [
        "Retry-After": [
          "description": "Seconds to wait before another attempt.", "schema": ["type": "integer"],
        ]
      ]
    ])
  }

  private static func meaning(of status: Int) -> String {
    switch status {
    case 400: "Something that must be unique is taken."
    case 404: "There is no such thing."
    case 413: "The body is too large."
    case 415: "The body is not JSON."
    case 422: "What was sent can't be used."
    case 503: "The database can't serve this right now."
    default: "The service failed."
    }
  }
}
