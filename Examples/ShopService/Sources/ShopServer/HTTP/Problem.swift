import PGDriver

/// Why a request could not be served, as its client is told.
package struct Problem: Error, Codable, Equatable, Sendable {
  /// The HTTP status.
  package let status: Int
  /// What is wrong, and what to do about it.
  package let detail: String

  /// 400: something unique is there already.
  static func duplicate(_ detail: String) -> Problem { Problem(status: 400, detail: detail) }
  /// 404: there is no such thing.
  static func missing(_ detail: String) -> Problem { Problem(status: 404, detail: detail) }
  /// 405: the path knows other methods only.
  static func wrongMethod(allowed: [String]) -> Problem {
    Problem(status: 405, detail: "This path takes \(allowed.joined(separator: ", ")) only.")
  }
  /// 415: the body isn't JSON.
  static let notJSON = Problem(
    status: 415, detail: "The body must be JSON. Send it with Content-Type: application/json.")
  /// 422: what was sent can't be used.
  static func invalid(_ detail: String) -> Problem { Problem(status: 422, detail: detail) }
  /// 500: the fault is here, and its details are in the log.
  static let internalFault = Problem(
    status: 500, detail: "The service failed. What happened is in its log, under the request's number.")
  /// 503: it may work in a moment.
  static func unavailable(_ detail: String) -> Problem {
    Problem(status: 503, detail: "\(detail) Try again in a moment.")
  }
  /// 503: all connections are in use.
  static let exhausted = unavailable("All connections to the database are in use.")

  /// Seconds after which another attempt may succeed; nil if it won't.
  var retryAfter: Int? { status == 503 ? 1 : nil }
}

extension Problem {
  /// What a client is told of a failure of the database: neither SQL nor anything secret.
  init(_ error: PostgresError) {
    let state = error.sqlState?.rawValue ?? ""
    switch error.code {
    case .server where error.sqlState == .uniqueViolation:
      self = .duplicate(Self.duplicate(of: error.serverFields?.constraint))
    case .poolTimedOut:
      self = .exhausted
    case .poolClosed, .cancelled:
      self = .unavailable("The service is shutting down.")
    case .connectionFailed, .connectionLost, .connectionClosed, .commitOutcomeUnknown:
      self = .unavailable("The database can't be reached.")
    case .timedOut:
      self = .unavailable("The database took too long.")
    case _ where Self.passingClasses.contains(String(state.prefix(2))):
      self = .unavailable("The database can't serve this right now.")
    default:
      self = .internalFault
    }
  }

  /// Lost connections, conflicts of transactions, exhausted resources, shutting down or starting up:
  /// PostgreSQL manual, appendix A, "PostgreSQL Error Codes".
  private static let passingClasses: Set<String> = ["08", "40", "53", "57"]

  private static func duplicate(of constraint: String?) -> String {
    let field =
      switch constraint {
      case "users_username_key": "username"
      case "users_email_key": "email"
      case "products_sku_key": "sku"
      default: "value"
      }
    return "This \(field) is taken. Choose another."
  }
}
