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
  var resultFormat = PostgresFormat.binary

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

/// The text of a statement, kept in the pieces that it was written in around its first two parameters.
///
/// The pieces of an interpolated string are constants of the program. A query that is run again and
/// again, with other values, is recognised by their addresses, and its text is put together only when it
/// has to be sent.
struct QueryText: Sendable {
  /// All of the text, unless there are pieces after it.
  private var first: String
  private var second = ""
  private var third = ""
  /// How many of the pieces' placeholders, `$1` after the first and `$2` after the second, are left
  /// out of them.
  private var placeholders = 0

  init(_ text: String) { first = text }

  /// The text up to its first parameter.
  var beginning: String { first }

  /// The whole text, put together anew.
  var string: String {
    switch placeholders {
    case 0: first
    case 1: "\(first)$1\(second)"
    default: "\(first)$1\(second)$2\(third)"
    }
  }

  /// Adds to the text's end.
  mutating func append(_ text: String) {
    switch placeholders {
    case 0: Self.append(text, to: &first)
    case 1: Self.append(text, to: &second)
    default: Self.append(text, to: &third)
    }
  }

  /// Adds the placeholder of a parameter, counted from 1.
  mutating func append(placeholder number: Int) {
    if number <= 2, number == placeholders + 1 {
      placeholders = number
    } else {
      if placeholders > 0 { self = QueryText(string) }
      first += "$\(number)"
    }
  }

  /// A constant becomes the piece itself, which allocates nothing.
  private static func append(_ text: String, to piece: inout String) {
    if piece.isEmpty { piece = text } else { piece += text }
  }
}

extension QueryText: Equatable {
  /// Whether both are written in the same pieces; the same text in other pieces is not equal.
  static func == (a: QueryText, b: QueryText) -> Bool {
    a.placeholders == b.placeholders && SQLText(string: a.first) == SQLText(string: b.first)
      && (a.placeholders < 1 || SQLText(string: a.second) == SQLText(string: b.second))
      && (a.placeholders < 2 || SQLText(string: a.third) == SQLText(string: b.third))
  }
}

extension String {
  /// The text with some scalars replaced, whatever Characters they are parts of.
  ///
  /// For what other programs parse, which look at bytes. To Swift's Characters, a quotation mark before a
  /// combining mark is no quotation mark, and a carriage return before a line feed no carriage return.
  package func replacing(scalars replacements: [Unicode.Scalar: String]) -> String {
    var text = String.UnicodeScalarView()
    text.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if let replacement = replacements[scalar] {
        text.append(contentsOf: replacement.unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
