import Hummingbird

/// Counts and times every request, and logs it at level debug.
struct ObservingMiddleware: RouterMiddleware {
  typealias Context = ShopContext

  let metrics: RequestMetrics

  func handle(
    _ request: Request, context: ShopContext, next: (Request, ShopContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let duration = start.duration(to: .now)
    let path = context.endpointPath ?? PathTable.unmatched
    // Never the path as it came: it may hold anything, and each would be a series of its own.
    let route = RequestMetrics.Route(
      method: path == PathTable.unmatched ? "any" : request.method.rawValue, path: path)
    metrics.record(route, status: response.status.code, seconds: duration.seconds)
    context.logger.debug(
      "Request",
      metadata: [
        "method": "\(request.method.rawValue)", "route": "\(route.path)",
        "status": "\(response.status.code)", "seconds": "\(duration.seconds)",
      ])
    return response
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double { self / .seconds(1) }
}
