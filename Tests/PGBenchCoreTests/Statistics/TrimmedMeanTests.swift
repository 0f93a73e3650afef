import Testing

@testable import PGStatistics

@Suite("TrimmedMean")
struct TrimmedMeanTests {
  @Test("Mean and interval agree with SciPy")
  func reference() throws {
    for reference in ReferenceNumbers.trimmedMeans {
      let mean = try #require(TrimmedMean(of: reference.values.reversed()))
      #expect(abs(mean.mean - reference.mean) < 1e-12)
      #expect(abs(mean.mean - mean.halfWidth(confidence: 0.95) - reference.low) < 1e-9)
      #expect(abs(mean.mean + mean.halfWidth(confidence: 0.95) - reference.high) < 1e-9)
    }
  }

  @Test("One value has no interval", arguments: [[], [0.5]])
  func tooFew(values: [Double]) {
    #expect(TrimmedMean(of: values) == nil)
  }

  @Test("One value in five may be anywhere")
  func robust() throws {
    let calm = try #require(TrimmedMean(of: [0.1, 0.2, 0.3, 0.4, 0.5]))
    let wild = try #require(TrimmedMean(of: [0.1, 0.2, 0.3, 0.4, 1e9]))
    #expect(calm.mean == wild.mean)
    #expect(calm.standardError == wild.standardError)
  }

  @Test("What is the same in every session is exact, though sums of tenths are not", arguments: 2...40)
  func exact(count: Int) throws {
    for tenths in 0...30 {
      let value = Double(tenths) / 10
      let mean = try #require(TrimmedMean(of: Array(repeating: value, count: count)))
      #expect(mean.mean == value && mean.standardError == 0)
      #expect(TrimmedMean.mean(of: Array(repeating: value, count: count)) == value)
    }
  }

  @Test("So many values have so many degrees of freedom", arguments: 2...40)
  func degrees(count: Int) throws {
    let mean = try #require(TrimmedMean(of: (0..<count).map(Double.init)))
    #expect(mean.degreesOfFreedom == TrimmedMean.degreesOfFreedom(of: count))
  }
}
