import Hummingbird

/// A method and a path of the API, as OpenAPI describes it.
package struct APIOperation: Sendable {
  /// A part of the path or of the query.
  struct Parameter: Sendable {
    /// Where it stands.
    enum Place: String, Sendable {
      case path, query
    }

    let name: String
    let place: Place
    let description: String
    let schema: JSONValue
  }

  /// What the request's body is.
  struct Body: Sendable {
    /// A name among the schemas.
    let schema: String
    let example: JSONValue
  }

  /// What is returned if all goes well.
  struct Success: Sendable {
    var status = 200
    let description: String
    var mediaType = "application/json"
    let schema: JSONValue
  }

  package let method: HTTPRequest.Method
  /// With parameters in braces, such as /async/users/{id}.
  package let path: String
  /// A name that no other operation has.
  let id: String
  let summary: String
  let tag: String
  var parameters: [Parameter] = []
  var body: Body?
  let success: Success
  /// The statuses besides that one, each with JSON that says why.
  var problems: [Int] = []
}

/// An operation, and what does it.
package struct Endpoint: Sendable {
  package let operation: APIOperation
  let handler: @Sendable (Request, ShopContext) async throws -> Response
}
