/// A range of values, each end of which may be included, excluded or missing.
///
/// PostgreSQL manual, section 8.17, "Range Types". The server writes ranges over integers and dates with the
/// lower bound included and the upper one excluded, whatever was sent.
public enum PostgresRange<Bound> {
  /// No value at all.
  case empty
  /// The values between two ends.
  case between(End, End)

  /// An end of a range.
  public enum End {
    /// There is no end on this side.
    case unbounded
    /// The range ends with this value.
    case inclusive(Bound)
    /// The range ends just short of this value.
    case exclusive(Bound)

    /// The value at the end, if there is an end.
    @inlinable public var value: Bound? {
      switch self {
      case .unbounded: nil
      case .inclusive(let value), .exclusive(let value): value
      }
    }
  }

  /// The lower end; nil if the range is empty.
  @inlinable public var lower: End? {
    if case .between(let lower, _) = self { lower } else { nil }
  }

  /// The upper end; nil if the range is empty.
  @inlinable public var upper: End? {
    if case .between(_, let upper) = self { upper } else { nil }
  }
}

extension PostgresRange where Bound: Comparable {
  /// Makes a range that excludes its upper bound; an empty one is `.empty`.
  @inlinable
  public init(_ range: Range<Bound>) {
    self = range.isEmpty ? .empty : .between(.inclusive(range.lowerBound), .exclusive(range.upperBound))
  }

  /// Makes a range that includes its upper bound.
  @inlinable
  public init(_ range: ClosedRange<Bound>) {
    self = .between(.inclusive(range.lowerBound), .inclusive(range.upperBound))
  }
}

extension PostgresRange: Sendable where Bound: Sendable {}
extension PostgresRange.End: Sendable where Bound: Sendable {}
extension PostgresRange: Equatable where Bound: Equatable {}
extension PostgresRange.End: Equatable where Bound: Equatable {}
extension PostgresRange: Hashable where Bound: Hashable {}
extension PostgresRange.End: Hashable where Bound: Hashable {}
extension PostgresRange: Encodable where Bound: Encodable {}
extension PostgresRange.End: Encodable where Bound: Encodable {}
extension PostgresRange: Decodable where Bound: Decodable {}
extension PostgresRange.End: Decodable where Bound: Decodable {}

extension PostgresRange: CustomStringConvertible {
  /// As range_out (src/backend/utils/adt/rangetypes.c) writes it, such as `[1,5)`; bounds by their own
  /// description.
  public var description: String {
    guard case .between(let lower, let upper) = self else { return "empty" }
    let opening = if case .inclusive = lower { "[" } else { "(" }
    let closing = if case .inclusive = upper { "]" } else { ")" }
    return opening + Self.text(lower) + "," + Self.text(upper) + closing
  }

  private static func text(_ end: End) -> String {
    guard let value = end.value else { return "" }
    let text = "\(value)"
    let isPlain =
      !text.isEmpty
      && !text.unicodeScalars.contains { "\"\\()[], \t\n\r\u{b}\u{c}".unicodeScalars.contains($0) }
    return isPlain ? text : TextQuoting.quoted(text, escapingBy: .doubling)
  }
}
