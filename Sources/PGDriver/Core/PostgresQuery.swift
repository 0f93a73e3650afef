/// An SQL statement and its parameters, written as one interpolated string.
///
/// Interpolated values become parameters (`$1`, `$2`, …), never SQL text:
///
///     let query: PostgresQuery = "SELECT email FROM users WHERE username = \(name)"
///
/// A value needs no quotation marks. Inside of them, of a name or of a comment it would be no parameter: such
/// a query is refused when it is first run.
///
/// An identifier or a piece of SQL goes in by `\(unescaped:)`, at the caller's own risk.
public struct PostgresQuery: Sendable {
  let text: QueryText

  /// The parameters in the order of their numbers.
  public let parameters: [any PostgresEncodable]

  /// The format that the server is asked to send the result in; binary unless said otherwise.
  ///
  /// In text format every type can be read, those too that have no binary output function, such as aclitem;
  /// `String` and `PostgresRawValue` take all of them.
  public var resultFormat = PostgresFormat.binary

  /// Makes a query of a text that already has `$n` where the parameters go.
  public init(sql: String, parameters: [any PostgresEncodable] = []) {
    self.init(QueryText(sql), parameters)
  }

  init(_ text: QueryText, _ parameters: [any PostgresEncodable]) {
    self.text = text
    self.parameters = parameters
  }

  /// The text with `$n` where the parameters go.
  public var sql: String { text.string }

  /// The same query with its result in text format.
  ///
  ///     let roles = try await connection.query(query.inTextFormat())
  ///
  /// Slower than the binary format, and read by fewer Swift types: strings, numbers, booleans, bytes, UUIDs,
  /// dates and times (with DateStyle ISO), and their Optionals.
  public func inTextFormat() -> PostgresQuery {
    var query = self
    query.resultFormat = .text
    return query
  }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
  /// Makes a query without parameters.
  public init(stringLiteral value: String) {
    self.init(sql: value)
  }

  /// Makes a query of an interpolated string.
  public init(stringInterpolation interpolation: StringInterpolation) {
    self.init(interpolation.text, interpolation.parameters)
  }

  /// Collects the text and the parameters of an interpolated query.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var text: QueryText
    var parameters: [any PostgresEncodable]

    /// Makes room for the parameters.
    public init(literalCapacity: Int, interpolationCount: Int) {
      text = QueryText("")
      parameters = []
      parameters.reserveCapacity(interpolationCount)
    }

    /// Adds a piece of the text.
    public mutating func appendLiteral(_ literal: String) {
      text.append(literal)
    }

    /// Adds a parameter.
    public mutating func appendInterpolation(_ value: some PostgresEncodable) {
      parameters.append(value)
      text.append(placeholder: parameters.count)
    }

    /// Adds a piece of SQL as it stands.
    ///
    /// Nothing is escaped: never give it a user's input.
    public mutating func appendInterpolation(unescaped sql: String) {
      text.append(sql)
    }
  }
}

extension PostgresQuery {
  /// An identifier in quotation marks, so that any name is one.
  ///
  /// The server cuts a name after 63 bytes. PostgreSQL manual, section 4.1.1, "Identifiers and Key Words".
  ///
  /// - Throws: `encoding` if it has the character U+0000, which no identifier can have.
  public static func quoted(identifier: String) throws(PostgresError) -> String {
    guard !identifier.utf8.contains(0) else {
      throw PostgresError(.encoding, "An identifier can't hold the character U+0000. Take it out.")
    }
    return "\"" + identifier.replacing(scalars: ["\"": "\"\""]) + "\""
  }
}
