/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014): the same
/// inputs for the same seed.
public struct FuzzGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Starts from a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to below a limit.
  public mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// One of some elements.
  public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Any scalar, from the ranges that texts are made of and from those that they aren't.
  public mutating func scalar() -> Unicode.Scalar {
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x01...0x1F, 0x80...0x7FF, 0x300...0x36F, 0x600...0x605, 0x900...0x97F, 0x1100...0x11FF,
      0x200B...0x200F, 0x202A...0x202E, 0x20D0...0x20FF, 0xD7F0...0xD7FF, 0xE000...0xE010, 0xFE00...0xFE0F,
      0xFFF0...0xFFFF, 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF, 0x1F600...0x1F64F, 0xE0100...0xE01EF,
      0x10FFF0...0x10FFFF, 0x800...0xD7FF,
    ]
    let range = pick(ranges)
    return Unicode.Scalar(range.lowerBound + UInt32(below(range.count))) ?? "x"
  }
}
