/// The one number that everything random in a run follows from.
///
/// Streams for separate purposes are derived by label, so that neither the order in which cases run nor
/// an added case changes the random numbers of another. The labels are hashed with 64-bit FNV-1a (by Fowler,
/// Noll and Vo), which is the same in every process, unlike `Hasher`.
package struct Seed: Sendable, Hashable {
  /// The seed as a number.
  package let value: UInt64

  /// Makes a seed of a number.
  package init(_ value: UInt64) {
    self.value = value
  }

  /// The seed of the stream that a label names.
  package func derived(_ label: String) -> Seed {
    var hash = FNV1a()
    hash.combine(bytesOf: value)
    hash.combine(label)
    return Seed(hash.value)
  }

  /// The seed of the stream with a number, such as a session's or a round's.
  package func derived(_ index: Int) -> Seed {
    var hash = FNV1a()
    hash.combine(bytesOf: value)
    hash.combine(bytesOf: UInt64(bitPattern: Int64(index)))
    return Seed(hash.value)
  }

  /// A generator at the start of this seed's stream.
  package var generator: SeededGenerator { SeededGenerator(seed: value) }
}

extension Seed: LosslessStringConvertible {
  /// Reads a seed from decimal digits; nil for anything else, or for more than 64 bits.
  package init?(_ description: String) {
    guard let value = UInt64(description) else { return nil }
    self.init(value)
  }

  /// The decimal digits.
  package var description: String { String(value) }
}

extension Seed: Codable {
  /// Reads a seed from a string of decimal digits.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let seed = Seed(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "A seed is a string of decimal digits, below 2^64.")
    }
    self = seed
  }

  /// Writes a string of decimal digits, since many JSON readers keep only 53 bits of a number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// SplitMix64: a small, fast generator of random numbers that gives the same numbers for the same seed.
///
/// Method: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, with the
/// constants of Vigna's reference (prng.di.unimi.it/splitmix64.c). It passes BigCrush, has a period of 2^64,
/// and takes any seed, 0 too. Not for secrets.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the stream of a seed.
  package init(seed: UInt64) {
    state = seed
  }

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 up to but not including the bound, all equally likely; 0 for a bound below 1.
  ///
  /// Lemire's multiplication with rejection ("Fast random integer generation in an interval", ACM TOMACS
  /// 2019). Written out, as the standard library may change how it draws and a seed must keep its meaning.
  package mutating func number(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// The numbers from 0 up to but not including the count, in random order (Fisher and Yates).
  package mutating func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<max(0, count))
    var last = numbers.count - 1
    while last > 0 {
      numbers.swapAt(last, number(below: last + 1))
      last -= 1
    }
    return numbers
  }
}

/// A 64-bit FNV-1a hash (by Fowler, Noll and Vo), which is the same in every process, unlike `Hasher`.
package struct FNV1a {
  /// The hash of what was combined so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Adds the bytes of a text.
  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  /// Adds the eight bytes of a number, least significant first.
  package mutating func combine(bytesOf number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { combine(number >> UInt64(shift) & 0xff) }
  }

  private mutating func combine(_ byte: UInt64) { value = (value ^ byte) &* 0x0000_0100_0000_01b3 }
}
