import Hummingbird

/// Makes a response of every error: JSON that says why, and a line in the log if the fault is here.
struct ProblemMiddleware: RouterMiddleware {
  typealias Context = ShopContext

  /// The methods of each path, to tell a path that isn't there from one that knows other methods.
  let paths: PathTable

  func handle(
    _ request: Request, context: ShopContext, next: (Request, ShopContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      var headers = HTTPFields()
      var problem = Problem(error)
      if problem.status == 404, context.endpointPath == PathTable.unmatched {
        let methods = paths.methods(at: request.uri.path)
        headers[.allow] = methods.isEmpty ? nil : methods.joined(separator: ", ")
        problem =
          methods.isEmpty
          ? .missing("There is nothing at this path. /openapi.json tells what there is.")
          : .wrongMethod(allowed: methods)
      }
      headers[.retryAfter] = problem.retryAfter.map { "\($0)" }
      if problem.status >= 500 {
        context.logger.log(
          level: problem.status == 500 ? .error : .warning, "Request failed",
          metadata: ["status": "\(problem.status)", "error": "\(error)", "detail": "\(problem.detail)"])
      }
      return try JSON.response(
        problem, status: HTTPResponse.Status(code: problem.status), headers: headers)
    }
  }
}

/// Which methods each path takes.
struct PathTable: Sendable {
  /// What Hummingbird calls the path of a request that matches none.
  static let unmatched = "NotFound"

  private let entries: [(segments: [Substring], method: String)]

  /// Takes the paths of operations, such as /async/users/{id}.
  init(_ operations: [APIOperation]) {
    entries = operations.map { ($0.path.split(separator: "/"), $0.method.rawValue) }
  }

  /// The methods that a path takes, in order; empty if there is nothing.
  func methods(at path: String) -> [String] {
    let segments = path.split(separator: "/")
    let matching = entries.filter { entry in
      entry.segments.count == segments.count
        && zip(entry.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
    let methods = Set(matching.map(\.method))
    return methods.union(methods.contains("GET") ? ["HEAD"] : []).sorted()
  }
}
