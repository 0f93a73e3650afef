package import PGMeasuring
import PGStatistics

/// A figure that a baseline keeps, and how far it may be off.
package struct BaselineFigure: Sendable, Hashable, Codable {
  /// What it is: `time`, `p99`, `allocations` and the like; the reference's name where it is a ratio.
  package let name: String
  /// The figure: nanoseconds, bytes, a number, or a ratio.
  package let value: Double
  /// The standard error of its logarithm, so that 0.002 is 0.2 %; 0 for what is exact.
  package let relativeError: Double
  /// The degrees of freedom of that error.
  package let degreesOfFreedom: Int

  /// Records a figure.
  ///
  /// What has an error is rounded to five digits and the error to two, so that a file changes no more than
  /// what was measured.
  package init(name: String, value: Double, relativeError: Double, degreesOfFreedom: Int) {
    self.name = name
    self.value = relativeError > 0 ? Self.rounded(value, digits: 5) : value
    self.relativeError = Self.rounded(relativeError, digits: 2)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// How far the stored figure itself may be off, on the logarithmic scale and about 0.
  package var logarithm: SessionEstimate {
    SessionEstimate(
      value: 0, standardError: relativeError, degreesOfFreedom: degreesOfFreedom, sessions: 1)
  }

  /// The logarithm of a stored ratio.
  package var logRatio: SessionEstimate {
    SessionEstimate(
      value: Elementary.log(value), standardError: relativeError, degreesOfFreedom: degreesOfFreedom,
      sessions: 1)
  }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return 0 }
    let places = digits - 1 - Int((Elementary.log(value.magnitude) / Elementary.log(10)).rounded(.down))
    let power = (0..<places.magnitude).reduce(1.0) { power, _ in power * 10 }
    // Dividing by a power of ten gives the number nearest to the decimal, which multiplying by its inverse
    // does not.
    return places >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
  }
}
