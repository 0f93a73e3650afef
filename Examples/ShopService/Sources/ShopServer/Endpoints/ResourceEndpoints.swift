import Hummingbird

/// Listing, reading, making, changing and deleting rows: written once, for every kind and both drivers.
struct ResourceEndpoints<Row: Resource>: Sendable {
  let repository: any ShopRepository
  /// What the schemas' names end in, such as "User".
  let schema: String
  let newExample: JSONValue
  let changeExample: JSONValue

  private var noun: String { Row.noun }
  private var path: String { "/\(repository.name)/\(noun)s" }

  var all: [Endpoint] { [list, create, find, change, delete] }

  private var list: Endpoint {
    Endpoint(
      operation: operation(
        .get, path, "list", "Lists \(noun)s by id.",
        parameters: [
          .init(
            name: "skip", place: .query, description: "How many come before the page.",
            schema: APISchemas.integer(in: Page.skips, byDefault: 0)),
          .init(
            name: "limit", place: .query, description: "How many the page has at most.",
            schema: APISchemas.integer(in: Page.limits, byDefault: Page.limits.upperBound)),
        ],
        success: .init(description: "A page of \(noun)s.", schema: APISchemas.list(of: schema)),
        problems: [422])
    ) { [repository] request, _ in
      try JSON.response(try await repository.run(Row.list(try Page(QueryParameters(request)))))
    }
  }

  private var create: Endpoint {
    Endpoint(
      operation: operation(
        .post, path, "create", "Makes a \(noun).", body: .init(schema: "New\(schema)", example: newExample),
        success: .init(
          status: 201, description: "The \(noun) that was made.", schema: APISchemas.reference(schema)),
        problems: [400, 413, 415, 422])
    ) { [repository] request, _ in
      let new = try await JSON.body(Row.New.self, of: request)
      guard let row = try await repository.run(Row.insert(new)) else { throw Problem.internalFault }
      return try JSON.response(row, status: .created)
    }
  }

  private var find: Endpoint {
    Endpoint(
      operation: one(.get, "read", "Reads a \(noun).", "The \(noun).", problems: [404, 422])
    ) { [repository] _, context in
      let id = try context.pathID()
      return try JSON.response(try Self.found(await repository.run(Row.find(id)), id))
    }
  }

  private var change: Endpoint {
    Endpoint(
      operation: one(
        .put, "change", "Changes a \(noun). Fields that are left out stay as they are.",
        "The \(noun) as it is now.",
        body: .init(schema: "\(schema)Change", example: changeExample), problems: [400, 404, 413, 415, 422])
    ) { [repository] request, context in
      let id = try context.pathID()
      let change = try await JSON.body(Row.Change.self, of: request)
      return try JSON.response(try Self.found(await repository.run(Row.update(id, change)), id))
    }
  }

  private var delete: Endpoint {
    Endpoint(
      operation: one(
        .delete, "delete", "Deletes a \(noun), and returns it once more.", "The \(noun) that was deleted.",
        problems: [404, 422])
    ) { [repository] _, context in
      let id = try context.pathID()
      return try JSON.response(try Self.found(await repository.run(Row.delete(id)), id))
    }
  }

  private static func found(_ row: Row?, _ id: Int32) throws(Problem) -> Row {
    guard let row else { throw .missing("There is no \(Row.noun) with the id \(id).") }
    return row
  }

  /// An operation on the one with the id in the path.
  private func one(
    _ method: HTTPRequest.Method, _ verb: String, _ summary: String, _ result: String,
    body: APIOperation.Body? = nil, problems: [Int]
  ) -> APIOperation {
    operation(
      method, "\(path)/{id}", verb, summary,
      parameters: [
        .init(name: "id", place: .path, description: "The \(noun)'s id.", schema: APISchemas.id)
      ],
      body: body, success: .init(description: result, schema: APISchemas.reference(schema)),
      problems: problems)
  }

  private func operation(
    _ method: HTTPRequest.Method, _ path: String, _ verb: String, _ summary: String,
    parameters: [APIOperation.Parameter] = [], body: APIOperation.Body? = nil,
    success: APIOperation.Success, problems: [Int]
  ) -> APIOperation {
    APIOperation(
      method: method, path: path, id: "\(verb)_\(noun)_\(repository.name)", summary: summary,
      tag: repository.name, parameters: parameters, body: body, success: success,
      problems: problems + [500, 503])
  }
}
