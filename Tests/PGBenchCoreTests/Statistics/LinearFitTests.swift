import Testing

@testable import PGStatistics

@Suite("LinearFit")
struct LinearFitTests {
  private func points(_ x: [Double], _ y: [Double], weights: [Double]? = nil) -> [LinearFit.Point] {
    zip(x, y).enumerated().map { LinearFit.Point(x: $1.0, y: $1.1, weight: weights?[$0] ?? 1) }
  }

  private func agrees(_ ours: LinearFit.Coefficient, _ theirs: LinearFitNumbers.Coefficient) -> Bool {
    zip(
      [ours.value, ours.standardError, ours.low, ours.high],
      [theirs.value, theirs.standardError, theirs.low, theirs.high]
    ).allSatisfy { abs($0 / $1 - 1) < 1e-8 }
  }

  @Test("Weighted lines, their standard errors and their intervals agree with NumPy and SciPy")
  func reference() throws {
    for numbers in ReferenceNumbers.linearFits {
      let points = points(numbers.x, numbers.y, weights: numbers.weights)
      let fit = try #require(LinearFit(points, confidence: 0.99))
      #expect(agrees(fit.intercept, numbers.intercept), "\(numbers)")
      #expect(agrees(fit.slope, numbers.slope), "\(numbers)")
    }
  }

  @Test("NIST's certified values of the data set Norris come out to twelve digits")
  func norris() throws {
    let fit = try #require(LinearFit(points(Norris.x, Norris.y)))
    #expect(abs(fit.intercept.value / Norris.intercept.value - 1) < 1e-12)
    #expect(abs(fit.intercept.standardError / Norris.intercept.standardError - 1) < 1e-12)
    #expect(abs(fit.slope.value / Norris.slope.value - 1) < 1e-12)
    #expect(abs(fit.slope.standardError / Norris.slope.standardError - 1) < 1e-12)
  }

  @Test("Points on a line give the line and no uncertainty")
  func exact() throws {
    let fit = try #require(LinearFit(points([0, 1, 2, 3], [5, 7, 9, 11])))
    #expect(fit.intercept.value == 5 && fit.slope.value == 2)
    #expect(fit.slope.low == 2 && fit.slope.high == 2 && fit.intercept.standardError == 0)
    #expect(fit.value(at: 10) == 25)
  }

  @Test("A factor common to all weights changes nothing")
  func commonFactor() throws {
    let weights = [1.0, 4, 0.5, 2]
    let x = [1.0, 2, 3, 4]
    let y = [2.0, 3, 7, 6]
    let one = try #require(LinearFit(points(x, y, weights: weights)))
    let other = try #require(LinearFit(points(x, y, weights: weights.map { $0 * 0x1p-40 })))
    #expect(one == other)
  }

  @Test("A point of twice the weight counts as two")
  func doubled() throws {
    let weighted = try #require(LinearFit(points([1, 2, 3], [2, 3, 7], weights: [1, 2, 1])))
    let repeated = try #require(LinearFit(points([1, 2, 2, 3], [2, 3, 3, 7])))
    #expect(abs(weighted.slope.value - repeated.slope.value) < 1e-12)
    #expect(abs(weighted.intercept.value - repeated.intercept.value) < 1e-12)
  }

  @Test("Two points, or one x only, are no basis for a line")
  func tooFew() {
    #expect(LinearFit([]) == nil)
    #expect(LinearFit(points([1, 2], [1, 2])) == nil)
    #expect(LinearFit(points([0.1, 0.1, 0.1], [1, 2, 3])) == nil)
  }

  @Test(
    "What isn't finite, weighs nothing, or has no confidence is refused", arguments: [Double.nan, .infinity])
  func refused(bad: Double) {
    let x = [1.0, 2, 3]
    #expect(LinearFit(points([1, 2, bad], x)) == nil)
    #expect(LinearFit(points(x, [1, bad, 2])) == nil)
    #expect(LinearFit(points(x, x, weights: [1, bad, 1])) == nil)
    #expect(LinearFit(points(x, x, weights: [1, 0, 1])) == nil)
    #expect(LinearFit(points(x, x, weights: [1, -1, 1])) == nil)
    #expect(LinearFit(points(x, x), confidence: bad) == nil)
    #expect(LinearFit(points(x, x), confidence: 1) == nil)
    #expect(LinearFit(points(x, [1e300, -1e300, 1e300])) == nil)
  }
}
