import Foundation
import Hummingbird

/// What handlers are given beside the request.
package typealias ShopContext = BasicRequestContext

/// JSON as requests bring it and responses have it.
enum JSON {
  /// How large a body may be, in bytes.
  static let limit = 1 << 20

  private static let decoder = JSONDecoder()
  private static let encoder = {
    let encoder = JSONEncoder()
    // Sorted, so that the same value is the same text.
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return encoder
  }()

  /// Reads a request's body.
  ///
  /// - Throws: `Problem`, `DecodingError`, or what says that the body is too large.
  static func body<Body: Decodable>(_ type: Body.Type, of request: Request) async throws -> Body {
    if let type = request.headers[.contentType], !isJSON(type) { throw Problem.notJSON }
    var request = request
    let bytes = try await request.collectBody(upTo: limit)
    return try decoder.decode(type, from: Data(bytes.readableBytesView))
  }

  /// A response with a value as its body.
  static func response(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) throws -> Response {
    var headers = headers
    headers[.contentType] = "application/json; charset=utf-8"
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }

  private static func isJSON(_ mediaType: String) -> Bool {
    let type = mediaType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    return type == "application/json" || type.hasSuffix("+json")
  }
}
