import Foundation
import Hummingbird
import HummingbirdTesting
import ShopServer

/// Sends requests to a shop, and reads its responses.
struct ShopClient: Sendable {
  let client: any TestClientProtocol

  /// A response, with its body read.
  struct Reply {
    let status: Int
    let headers: HTTPFields
    let text: String

    /// The body as JSON; nil if it is none.
    var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
    /// Why the request was refused.
    var detail: String {
      if case .string(let detail) = json?["detail"] { detail } else { "" }
    }

    /// The body, whose names have underscores where properties have capitals.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(type, from: Data(text.utf8))
    }
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, type: String = "application/json"
  ) async throws -> Reply {
    let headers: HTTPFields = body == nil ? [:] : [.contentType: type]
    let response = try await client.executeRequest(
      uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    return Reply(
      status: response.status.code, headers: response.headers, text: String(buffer: response.body))
  }

  func get(_ path: String) async throws -> Reply { try await send(.get, path) }

  /// Sends a request again and again until it has the status, for a while.
  func get(_ path: String, until status: Int, within patience: Duration) async throws -> Reply {
    let deadline = ContinuousClock.now + patience
    var reply = try await get(path)
    while reply.status != status, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
      reply = try await get(path)
    }
    return reply
  }
}
