import PGDriver

/// The service's metrics as text.
enum ServiceMetrics {
  /// Writes the requests and the pools at one moment.
  static func text(_ requests: RequestMetrics.Snapshot, pools: [(name: String, PoolStatistics)]) -> String {
    var text = OpenMetricsText()
    write(requests, to: &text)
    write(pools, to: &text)
    return text.text
  }

  private static func write(_ requests: RequestMetrics.Snapshot, to text: inout OpenMetricsText) {
    text.family("http_requests", .counter, "Requests, by route and status.")
    for (outcome, count) in requests.requests.sorted(by: { key($0.key) < key($1.key) }) {
      text.sample(
        "http_requests_total", labels(outcome.route) + [("status", "\(outcome.status)")], "\(count)")
    }
    text.family(
      "http_request_duration_seconds", .histogram, unit: "seconds",
      "Time until the response was made, by route.")
    for (route, histogram) in requests.durations.sorted(by: { key($0.key) < key($1.key) }) {
      text.histogram("http_request_duration_seconds", labels(route), histogram)
    }
  }

  private static func write(_ pools: [(name: String, PoolStatistics)], to text: inout OpenMetricsText) {
    text.family("shop_pool_connections", .gauge, "Connections of a pool, by what they do.")
    for (name, pool) in pools {
      let states = [("idle", pool.idle), ("leased", pool.leased), ("connecting", pool.connecting)]
      for (state, count) in states {
        text.sample("shop_pool_connections", [("pool", name), ("state", state)], "\(count)")
      }
    }
    text.family("shop_pool_waiting", .gauge, "Requests that wait for a connection.")
    for (name, pool) in pools { text.sample("shop_pool_waiting", [("pool", name)], "\(pool.waiting)") }
    counter("shop_pool_leases", "Requests that got a connection.", pools, \.leases, to: &text)
    counter("shop_pool_timeouts", "Requests that waited for too long.", pools, \.timeouts, to: &text)
    counter("shop_pool_opened", "Connections opened.", pools, \.opened, to: &text)
    counter("shop_pool_broken", "Connections found broken.", pools, \.broken, to: &text)
    counter(
      "shop_pool_connect_failures", "Attempts to connect that failed.", pools, \.connectFailures, to: &text)
  }

  private static func counter(
    _ name: String, _ help: String, _ pools: [(name: String, PoolStatistics)],
    _ count: KeyPath<PoolStatistics, Int>, to text: inout OpenMetricsText
  ) {
    text.family(name, .counter, help)
    for (pool, statistics) in pools {
      text.sample("\(name)_total", [("pool", pool)], "\(statistics[keyPath: count])")
    }
  }

  private static func labels(_ route: RequestMetrics.Route) -> [(name: String, value: String)] {
    [("method", route.method), ("route", route.path)]
  }

  private static func key(_ route: RequestMetrics.Route) -> String { "\(route.path) \(route.method)" }
  private static func key(_ outcome: RequestMetrics.Outcome) -> String {
    "\(key(outcome.route)) \(outcome.status)"
  }
}
