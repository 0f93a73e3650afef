/// The type that a value is encoded for, with the types inside of it.
///
/// Where the server converts nothing, as in COPY, a value must be of that very type: an array and a
/// composite value name the types inside of them, and array_recv and record_recv take no others, text for
/// varchar neither.
@usableFromInline
final class EncodingTarget: Sendable {
  enum Content: Sendable {
    case scalar
    case enumeration
    case array(EncodingTarget)
    case composite([EncodingTarget])
    case range(EncodingTarget)
    /// What isn't known of a user-defined type: whatever is sent, the server has to judge.
    case unknown
  }

  /// The type as the server names it inside of others: of a domain, itself.
  @usableFromInline let type: PostgresType
  /// The type under the domain; else the type itself.
  let base: PostgresType
  /// What the server calls it.
  let name: String
  /// Whether the binary format is the text, as of citext.
  let isText: Bool
  let content: Content

  init(_ type: PostgresType, base: PostgresType, name: String, isText: Bool, content: Content) {
    self.type = type
    self.base = base
    self.name = name
    self.isText = isText
    self.content = content
  }

  /// A type that is built in.
  convenience init(builtIn type: PostgresType) {
    let content: Content =
      if let element = type.element {
        .array(EncodingTarget(builtIn: element))
      } else if let subtype = type.rangeSubtype {
        .range(EncodingTarget(builtIn: subtype))
      } else {
        .scalar
      }
    self.init(type, base: type, name: type.description, isText: type.isSentAsText, content: content)
  }

  /// What an array's elements are for.
  @usableFromInline var element: EncodingTarget? {
    if case .array(let element) = content { element } else { nil }
  }

  /// What a range's bounds are for.
  var bound: EncodingTarget? {
    if case .range(let bound) = content { bound } else { nil }
  }

  /// What a composite value's field is for.
  func field(_ index: Int) -> EncodingTarget? {
    if case .composite(let fields) = content, fields.indices.contains(index) { fields[index] } else { nil }
  }

  /// Whether values can be encoded without looking here again.
  var isSimple: Bool {
    switch content {
    case .scalar, .enumeration: true
    default: false
    }
  }
}

extension PostgresType {
  /// Whether the type's send function writes what its output function does.
  fileprivate var isSentAsText: Bool {
    switch self {
    case .text, .varchar, .bpchar, .name, .unknown, .json: true
    default: oid == 142 || oid == 1790 || oid == 2275  // xml, refcursor, cstring
    }
  }
}
