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
