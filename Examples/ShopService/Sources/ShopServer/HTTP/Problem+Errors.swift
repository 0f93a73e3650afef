import Foundation
import Hummingbird
import PGDriver

extension Problem {
  /// What a client is told of any error.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as PostgresError: self = Problem(error)
    case let error as DecodingError: self = .invalid(Self.reason(for: error))
    case is CancellationError: self = .unavailable("The service is shutting down.")
    case let error as HTTPError:
      self = Problem(status: error.status.code, detail: error.body ?? error.status.reasonPhrase)
    case let error as any HTTPResponseError:
      self = Problem(status: error.status.code, detail: error.status.reasonPhrase)
    default: self = .internalFault
    }
  }

  /// What is wrong with a body that can't be decoded.
  private static func reason(for error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "\(key.stringValue) is missing."
    case .valueNotFound(_, let context): "\(name(of: context)) must not be null."
    case .typeMismatch(let type, let context): "\(name(of: context)) must be \(word(for: type))."
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\(name(of: context)) can't be read."
    default: "The body is not valid JSON."
    }
  }

  private static func name(of context: DecodingError.Context) -> String {
    context.codingPath.last?.stringValue ?? "The body"
  }

  private static func word(for type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Double.Type: "a number"
    default: "an object"
    }
  }
}
