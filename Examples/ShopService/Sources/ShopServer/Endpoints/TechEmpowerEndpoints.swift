import Hummingbird

/// The tests of TechEmpower's Framework Benchmarks that need a database.
struct TechEmpowerEndpoints: Sendable {
  let repository: any ShopRepository

  var all: [Endpoint] { [one, several, updates, fortunes] }

  private var one: Endpoint {
    Endpoint(
      operation: operation(
        "db", "Reads a random row.", .init(description: "The row.", schema: APISchemas.reference("World")))
    ) { [repository] _, _ in
      guard let world = try await repository.run(World.find(.random(in: World.ids))) else {
        throw Problem.internalFault
      }
      return try JSON.response(world)
    }
  }

  private var several: Endpoint {
    Endpoint(
      operation: operation(
        "queries", "Reads random rows, each by a query of its own.",
        .init(description: "The rows.", schema: APISchemas.list(of: "World")), parameters: [queries])
    ) { [repository] request, _ in
      let ids = Self.randomIDs(Self.count(in: request))
      return try JSON.response(try await repository.run(inOrder: ids.map(World.find)).compactMap { $0 })
    }
  }

  private var updates: Endpoint {
    Endpoint(
      operation: operation(
        "updates", "Reads random rows, each by a query of its own, and gives them new numbers.",
        .init(description: "The rows as they are now.", schema: APISchemas.list(of: "World")),
        parameters: [queries])
    ) { [repository] request, _ in
      let ids = Self.randomIDs(Self.count(in: request))
      var worlds = try await repository.run(inOrder: ids.map(World.find)).compactMap { $0 }
      for index in worlds.indices { worlds[index].randomNumber = .random(in: World.ids) }
      _ = try await repository.run(World.update(worlds))
      return try JSON.response(worlds)
    }
  }

  private var fortunes: Endpoint {
    Endpoint(
      operation: operation(
        "fortunes", "Shows all fortunes, and one that is added for the occasion, as a page.",
        .init(description: "The page.", mediaType: "text/html", schema: ["type": "string"]))
    ) { [repository] _, _ in
      let added = Fortune(id: 0, message: "Additional fortune added at request time.")
      let fortunes = try await repository.run(Fortune.all) + [added]
      return Response(
        status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: FortunePage.html(fortunes))))
    }
  }

  private let queries = APIOperation.Parameter(
    name: "queries", place: .query,
    description: "How many rows; what is below 1 or no number counts as 1, what is above 500 as 500.",
    schema: ["type": "string", "default": "1"])

  /// Makes the endpoints of a repository.
  init(repository: any ShopRepository) { self.repository = repository }

  /// How many rows are asked for, by TechEmpower's rules.
  static func count(in request: Request) -> Int {
    let number = QueryParameters(request).texts("queries").first.flatMap(WholeNumber.read) ?? 1
    return min(max(number, 1), 500)
  }

  /// Distinct ids, so that each row that was read is written once.
  private static func randomIDs(_ count: Int) -> [Int32] {
    var ids: Set<Int32> = []
    while ids.count < count { ids.insert(.random(in: World.ids)) }
    return Array(ids)
  }

  private func operation(
    _ name: String, _ summary: String, _ success: APIOperation.Success,
    parameters: [APIOperation.Parameter] = []
  ) -> APIOperation {
    APIOperation(
      method: .get, path: "/\(repository.name)/\(name)", id: "techempower_\(name)_\(repository.name)",
      summary: summary, tag: repository.name, parameters: parameters, success: success,
      problems: [500, 503])
  }
}

/// The page of fortunes.
enum FortunePage {
  /// A table of them, sorted by message.
  static func html(_ fortunes: [Fortune]) -> String {
    var page =
      "<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table>"
      + "<tr><th>id</th><th>message</th></tr>"
    for fortune in fortunes.sorted(by: { $0.message < $1.message }) {
      page += "<tr><td>\(fortune.id)</td><td>\(escaped(fortune.message))</td></tr>"
    }
    return page + "</table></body></html>"
  }

  /// Text as HTML shows it, whatever is in it.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
