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

/// A Swift type whose values are of more than one type, or contain others.
///
/// Of all other types it is asked whether their `postgresType` is the one that is wanted.
protocol TargetedEncodable: PostgresEncodable {
  /// Whether what `encode` writes is a value of a type.
  static func fits(_ target: EncodingTarget) -> Bool
}

extension EncodingTarget {
  /// Whether what a Swift type encodes is a value of this type.
  func takes(_ type: any PostgresEncodable.Type) -> Bool {
    if let targeted = type as? any TargetedEncodable.Type { return targeted.fits(self) }
    if type is any PostgresEnum.Type { return takesText }
    // What declares no type, a user's own, leaves it to the server; so does this.
    return type.postgresType == base || type.postgresType == self.type || type.postgresType == .unspecified
  }

  /// Whether the value is sent as the bytes of a text.
  fileprivate var takesText: Bool {
    switch content {
    case .enumeration, .unknown: true
    default: isText
    }
  }
}

extension EncodingTarget {
  /// Whether the type may be one of an extension's, of a format of its own.
  fileprivate var takesExtensionValues: Bool {
    switch content {
    case .scalar, .unknown: base.isUserDefined && !isText
    default: false
    }
  }
}

extension String: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.takesText }
}

extension PostgresRawValue: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { true }
}

extension PostgresHStore: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.takesExtensionValues }
}

extension PostgresLTree: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.takesExtensionValues }
}

extension PostgresLQuery: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.takesExtensionValues }
}

extension PostgresBits: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.base == .varbit || target.base == .bit }
}

extension UInt32: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.base == .oid || isAlias(target.base) }
}

extension UInt64: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool {
    target.base == postgresType || target.base == PostgresLSN.postgresType
  }
}

extension Optional: TargetedEncodable where Wrapped: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.takes(Wrapped.self) }
}

/// An array type, whose elements may be a dimension of the same array.
private protocol TargetedArray: TargetedEncodable {
  static func elementsFit(_ element: EncodingTarget) -> Bool
}

extension Array: TargetedEncodable where Element: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool {
    if isBytea { return target.base == .bytea }
    return target.element.map(elementsFit) ?? false
  }
}

extension Array: TargetedArray where Element: PostgresEncodable {
  fileprivate static func elementsFit(_ element: EncodingTarget) -> Bool {
    if isBytea { return element.base == .bytea }
    if let inner = Element.self as? any TargetedArray.Type { return inner.elementsFit(element) }
    return element.takes(Element.self)
  }
}

extension PostgresArray: TargetedEncodable where Element: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { target.element?.takes(Element.self) ?? false }
}

extension PostgresRange: TargetedEncodable where Bound: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool {
    postgresType == target.base || postgresType == .unspecified && target.bound?.takes(Bound.self) ?? false
  }
}

extension PostgresMultirange: TargetedEncodable where Bound: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool {
    postgresType == target.base || postgresType == .unspecified && target.base.isUserDefined
  }
}

extension PostgresComposite: TargetedEncodable where repeat each Field: PostgresEncodable {
  static func fits(_ target: EncodingTarget) -> Bool {
    guard case .composite(let fields) = target.content else { return false }
    var index = 0
    for field in repeat (each Field).self {
      guard index < fields.count, fields[index].takes(field) else { return false }
      index += 1
    }
    return index == fields.count
  }
}
