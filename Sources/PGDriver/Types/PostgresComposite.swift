/// A value of a composite type, or an anonymous row such as `ROW(1, 'a')`: its fields in order.
///
/// PostgreSQL manual, section 8.16, "Composite Types". As a parameter it needs a place that tells the server
/// which composite type it is (`$1::address`, or a column), and fields of exactly that type's types, a string
/// being text; where that doesn't hold, send the fields: `ROW($1, $2)::address`.
public struct PostgresComposite<each Field> {
  /// The fields, as a tuple.
  public let fields: (repeat each Field)

  /// Makes a value of its fields.
  @inlinable
  public init(_ fields: repeat each Field) {
    self.fields = (repeat each fields)
  }
}

extension PostgresComposite: Sendable where repeat each Field: Sendable {}

extension PostgresComposite: Equatable where repeat each Field: Equatable {
  /// Whether all fields are equal.
  public static func == (a: PostgresComposite, b: PostgresComposite) -> Bool {
    for (x, y) in repeat (each a.fields, each b.fields) {
      guard x == y else { return false }
    }
    return true
  }
}

extension PostgresComposite: Hashable where repeat each Field: Hashable {
  /// Hashes all fields.
  public func hash(into hasher: inout Hasher) {
    for field in repeat each fields { hasher.combine(field) }
  }
}

extension PostgresComposite: PostgresDecodable where repeat each Field: PostgresDecodable {
  /// Takes composite types, with or without a name, of as many fields.
  ///
  /// The format is the number of fields, and for each its type and its value as a field (record_send in
  /// src/backend/utils/adt/rowtypes.c).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresComposite {
    guard type == .record || !type.isScalar else { throw .typeMismatch }
    try bytes.requireAtLeast(4, "composite value")
    let count = Int(bytes.loadBigEndian(Int32.self))
    var expected = 0
    for _ in repeat (each Field).self { expected += 1 }
    guard count == expected else { throw .fields(count) }
    var offset = 4
    func next<F: PostgresDecodable>(_: F.Type) throws(PostgresDecodingFailure) -> F {
      guard offset + 4 <= bytes.byteCount else { throw .malformed("composite value") }
      let type = PostgresType(oid: bytes.loadBigEndian(UInt32.self, at: offset))
      offset += 4
      do throws(PostgresDecodingFailure) {
        return try F.decodeField(in: bytes, at: &offset, as: type)
      } catch {
        throw error == .typeMismatch ? .innerTypeMismatch(type) : error
      }
    }
    let value = PostgresComposite(repeat try next((each Field).self))
    guard offset == bytes.byteCount else { throw .malformed("composite value") }
    return value
  }
}

extension PostgresComposite: PostgresEncodable where repeat each Field: PostgresEncodable {
  /// Unspecified: the server infers which composite type is meant.
  public static var postgresType: PostgresType { .unspecified }

  /// The number of fields, and for each its type and its value as a field.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let start = buffer.bytes.count
    let target = buffer.target
    var count: Int32 = 0
    buffer.append(count)
    func append<F: PostgresEncodable>(_ field: F) throws(PostgresError) {
      buffer.target = target?.field(Int(count))
      count += 1
      buffer.append((buffer.target?.type ?? F.postgresFieldType).oid)
      try buffer.append(field: field)
    }
    repeat try append(each fields)
    buffer.target = target
    buffer.overwrite(at: start, with: count)
  }
}
