/// By how much a figure may exceed another before a gate objects.
///
/// A negative tolerance demands a lead: `.percent(-5)` asks for at least 5 % less time.
public struct Tolerance: Sendable, Hashable {
  /// The tolerance in per cent, as it was written.
  public let percent: Double

  private init(percent: Double) {
    self.percent = percent
  }

  /// A tolerance in per cent of the reference's figure.
  public static func percent(_ percent: Double) -> Tolerance {
    Tolerance(percent: percent)
  }

  /// The greatest ratio to the reference that is within the tolerance: 1.1 for 10 %.
  public var greatestRatio: Double { 1 + percent / 100 }

  /// Whether the tolerance means anything: finite and above −100 %, where no time would be left.
  public var isMeaningful: Bool { percent.isFinite && percent > -100 }
}

extension Tolerance: CustomStringConvertible {
  /// Such as `10 %` or `2.5 %`.
  public var description: String {
    percent == percent.rounded() && abs(percent) < 1e15 ? "\(Int(percent)) %" : "\(percent) %"
  }
}

extension Tolerance: Codable {
  /// Reads a tolerance from a number of per cent.
  public init(from decoder: any Decoder) throws {
    self.init(percent: try decoder.singleValueContainer().decode(Double.self))
  }

  /// Writes the number of per cent.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(percent)
  }
}
