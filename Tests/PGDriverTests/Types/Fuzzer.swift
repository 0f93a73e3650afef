import CPGAllocations
import PGSystem
import Testing

@testable import PGDriver

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Feeds a type arbitrary bytes, and valid encodings that were damaged, and looks at what it makes of them.
///
/// `PGBENCH_FUZZ` is the number of inputs for each type, `PGBENCH_FUZZ_SEED` the seed of a run that is to
/// be repeated.
struct Fuzzer {
  static let count = number("PGBENCH_FUZZ").map(Int.init) ?? 2000
  static let seed = number("PGBENCH_FUZZ_SEED") ?? UInt64.random(in: 0...UInt64.max)

  private static func number(_ variable: String) -> UInt64? {
    ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
  }

  /// What one decoding may allocate: a numeric of a few letters has up to 147,455 digits.
  private static let allocationLimit: Int64 = 2 << 20

  private var target: EncodingTarget?
  private(set) var failures: [String] = []
  private(set) var inputs = 0
  private(set) var decoded = 0

  /// Tries a type that can be sent too: what was decoded must be the same value when it is sent and decoded
  /// again.
  ///
  /// - Parameter types: The types that it takes.
  /// - Parameter texts: Values in text format.
  /// - Parameter isExact: Whether what is sent is the value to the last bit.
  /// - Parameter elements: The type that arrays name as their elements', where the Swift type knows none.
  mutating func fuzz<Value: PostgresCodable>(
    _ samples: [Value], as types: [PostgresType], texts: [String] = [], isExact: Bool = true,
    elements: PostgresType? = nil
  ) throws {
    target = elements.map { element in
      func target(_ content: EncodingTarget.Content) -> EncodingTarget {
        EncodingTarget(element, base: element, name: "", isText: false, content: content)
      }
      return target(.array(target(.unknown)))
    }
    let bytes = try samples.map(bytes)
    for sample in bytes
    where try isExact && !isSame(sample, as: Value.self, Self.typeSent(Value.self, types[0])) {
      failures.append("\(Value.self): a sample doesn't come back: \(sample)")
    }
    let checker = self
    try run(Value.self, bytes, types, isText: false) { value, type in
      guard let sent = try checker.sent(value) else { return true }
      return try !isExact || checker.isSame(sent, as: Value.self, Self.typeSent(Value.self, type))
    }
    let described = samples.map { Array("\($0)".utf8) } + texts.map { Array($0.utf8) }
    try run(Value.self, described, types, isText: true) { value, type in
      guard Self.comesBackFromItsDescription(value) else { return false }
      guard let sent = try checker.sent(value) else { return true }
      return try !isExact || checker.isSame(sent, as: Value.self, Self.typeSent(Value.self, type))
    }
  }

  private mutating func run<Value: PostgresDecodable>(
    _: Value.Type, _ samples: [[UInt8]], _ types: [PostgresType], isText: Bool,
    _ check: (Value, PostgresType) throws -> Bool
  ) throws {
    let name = "\(Value.self)"
    var random = SeededGenerator(
      seed: name.utf8.reduce(Self.seed &+ (isText ? 1 : 0)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    for _ in 0..<Self.count {
      let input = random.input(like: samples, isText: isText)
      let type = random.type(like: types)
      inputs += 1
      let before = pg_allocations_of_thread(0).bytes
      let result = input.withUnsafeBytes { bytes in
        Result { () throws(PostgresDecodingFailure) -> Value in
          isText ? try .decode(text: bytes.bytes, as: type) : try .decode(bytes.bytes, as: type)
        }
      }
      let allocated = pg_allocations_of_thread(0).bytes - before
      if allocated > Self.allocationLimit { note(name, input, type, "allocated \(allocated) bytes") }
      guard case .success(let value) = result else { continue }
      decoded += 1
      do {
        if try !check(value, type) { note(name, input, type, "isn't the same again: \(value)") }
      } catch {
        note(name, input, type, "\(error)")
      }
    }
  }

  private mutating func note(_ name: String, _ input: [UInt8], _ type: PostgresType, _ what: String) {
    guard failures.count < 20 else { return }
    failures.append("\(name) as \(type) of \(input): \(what)")
  }

  private func bytes(_ value: some PostgresEncodable) throws(PostgresError) -> [UInt8] {
    var buffer = PostgresParameterBuffer()
    buffer.target = target
    try value.encode(into: &buffer)
    return Array(buffer.bytes.bytes)
  }

  /// The bytes of a value; nil if it has a character that no server sends.
  private func sent(_ value: some PostgresEncodable) throws(PostgresError) -> [UInt8]? {
    do throws(PostgresError) {
      // Its description must not trap either.
      _ = String(describing: value)
      return try bytes(value)
    } catch {
      if error.message.contains("U+0000") || error.message.contains("beyond what a timestamp can hold")
        || error.message.contains("can't be sent in binary")
      {
        return nil
      }
      throw error
    }
  }

  /// Whether bytes that were sent are sent again when they are decoded.
  private func isSame<Value: PostgresCodable>(
    _ bytes: [UInt8], as _: Value.Type, _ type: PostgresType
  ) throws -> Bool {
    try self.bytes(bytes.withUnsafeBytes { try Value.decode($0.bytes, as: type) }) == bytes
  }

  /// The type that a server would give to what was sent.
  private static func typeSent<Value: PostgresEncodable>(
    _: Value.Type, _ type: PostgresType
  ) -> PostgresType {
    if Value.postgresType != .unspecified { return Value.postgresType }
    return Value.postgresFormat == .text ? .text : type
  }

  private static func comesBackFromItsDescription<Value>(_ value: Value) -> Bool {
    func comesBack<Text: LosslessStringConvertible>(_ value: Text) -> Bool {
      let text = value.description
      return Text(text)?.description == text
    }
    guard let value = value as? any LosslessStringConvertible else { return true }
    return comesBack(value)
  }
}

extension SeededGenerator {
  /// Bytes of any length and kind, or a sample that was damaged.
  fileprivate mutating func input(like samples: [[UInt8]], isText: Bool) -> [UInt8] {
    if samples.isEmpty || number(below: 4) == 0 { return bytes(number(below: 64), isText) }
    var bytes = samples[number(below: samples.count)]
    for _ in 0..<number(below: 4) { mutate(&bytes, samples, isText) }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8], _ samples: [[UInt8]], _ isText: Bool) {
    let place = number(below: bytes.count + 1)
    switch number(below: 7) {
    case 0 where place < bytes.count: bytes[place] = byte(isText)
    case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 8)))
    case 3: bytes.insert(contentsOf: self.bytes(1 + number(below: 8), isText), at: place)
    case 4:
      // A length that lies, where lengths are: most fields are of four bytes.
      let aligned = place / 4 * 4
      guard !isText, aligned + 4 <= bytes.count else { return }
      let lies: [UInt32] = [
        0, 1, .max, .max - 1, 0x7fff_ffff, 0x8000_0000, 0x7fff_fffc, UInt32(bytes.count), 7, 0x1000_0000,
      ]
      withUnsafeBytes(of: lies[number(below: lies.count)].bigEndian) {
        bytes.replaceSubrange(aligned..<aligned + 4, with: $0)
      }
    case 5:
      let other = samples[number(below: samples.count)]
      bytes.replaceSubrange(place..., with: other.suffix(number(below: other.count + 1)))
    default: bytes.append(contentsOf: bytes.prefix(number(below: min(bytes.count, 32) + 1)))
    }
    if bytes.count > 4096 { bytes.removeSubrange(4096...) }
  }

  private mutating func bytes(_ count: Int, _ isText: Bool) -> [UInt8] {
    (0..<count).map { _ in byte(isText) }
  }

  private mutating func byte(_ isText: Bool) -> UInt8 {
    let letters = Array("0123456789-+:./,{}()[]<>\"\\'eE xNaInfityBC=tf".utf8)
    if isText, number(below: 10) != 0 { return letters[number(below: letters.count)] }
    return number(below: 3) == 0 ? UInt8(number(below: 3)) : UInt8(number(below: 256))
  }

  /// A type that is taken, or now and then any.
  fileprivate mutating func type(like types: [PostgresType]) -> PostgresType {
    switch number(below: 20) {
    case 0: PostgresType(oid: UInt32(number(below: 6200)))
    case 1: PostgresType(oid: 16384 + UInt32(number(below: 100)))
    default: types[number(below: types.count)]
    }
  }
}
