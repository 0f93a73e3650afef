import Testing

@testable import PGReporting

@Suite("A scale")
struct ScaleTests {
  @Test("Its marks cover all values that have a place, and are few and in ascending order")
  func coverage() {
    let spans: [[Double]] = [
      [0, 1], [3, 4], [3451, 5368], [0.97, 1.25], [1e-3, 2e-3], [10, 50_000], [1, 1e15], [7], [0], [-5, 5],
      [1e9, 1e9 + 1], [99.9, 100.1], [0.0001, 1e12],
    ]
    for values in spans {
      for scale in [
        Scale(.linear, of: values), Scale(.linear, of: values, from: .zero),
        Scale(.linear, of: values, from: .automatic), Scale(.logarithmic, of: values),
      ] {
        let shown = scale.kind == .linear ? values : values.filter { $0 > 0 }
        #expect(shown.allSatisfy(scale.contains), "\(values) on \(scale)")
        #expect(scale.low < scale.high && (2...12).contains(scale.ticks.count), "\(values) on \(scale)")
        #expect(scale.ticks == scale.ticks.sorted() && Set(scale.ticks).count == scale.ticks.count)
      }
    }
  }

  @Test("Its marks are 1, 2 or 5 times a power of ten apart")
  func steps() {
    #expect(Scale(.linear, of: [0, 9.3]).ticks == [0, 2, 4, 6, 8, 10])
    #expect(Scale(.linear, of: [0.93, 1.07]).ticks == [0.9, 0.95, 1, 1.05, 1.1])
    #expect(Scale(.logarithmic, of: [10, 50_000]).ticks == [10, 100, 1_000, 10_000, 50_000])
    #expect(Scale(.logarithmic, of: [2, 40]).ticks == [2, 5, 10, 20, 50])
  }

  @Test("It begins at zero where it must, and where values are far apart")
  func zero() {
    #expect(Scale(.linear, of: [950, 1000], from: .zero).low == 0)
    #expect(Scale(.linear, of: [950, 1000], from: .automatic).low > 0)
    #expect(Scale(.linear, of: [100, 1000], from: .automatic).low == 0)
    #expect(Scale(.linear, of: [-5, -3], from: .zero).high == 0)
  }

  @Test("Every number has a finite place between its ends")
  func extremes() {
    for kind in [Scale.Kind.linear, .logarithmic] {
      for values in ChartExamples.extremes.map({ [$0] }) + [ChartExamples.extremes, []] {
        let scale = Scale(kind, of: values, from: .automatic)
        for value in ChartExamples.extremes {
          #expect((10...20).contains(scale.position(value, from: 10, to: 20)), "\(value) on \(scale)")
        }
      }
    }
  }

  @Test("Marks say their numbers with as many decimals as they need, and thousands briefly")
  func labels() {
    func labels(_ unit: ChartUnit, _ kind: Scale.Kind, _ values: [Double]) -> [String] {
      unit.labels(of: Scale(kind, of: values)).texts
    }
    #expect(labels(.number(""), .logarithmic, [10, 50_000]) == ["10", "100", "1k", "10k", "50k"])
    #expect(labels(.number(""), .linear, [0, 450]) == ["0", "100", "200", "300", "400", "500"])
    #expect(labels(.ratio, .linear, [0.93, 1.07]) == ["0.90", "0.95", "1.00", "1.05", "1.10"])
    #expect(labels(.duration, .logarithmic, [20_000, 900_000]).first == "20 µs")
    #expect(ChartUnit.duration.labels(of: Scale(.linear, of: [0, 40_000])).unit == "µs")
  }

  @Test("Figures are rounded to what the width of their interval supports")
  func figures() {
    #expect(
      ChartUnit.number("ops/s").figure(5_189, low: 5_103, high: 5_282) == "5,190 ops/s (5,100 to 5,280)")
    #expect(ChartUnit.number("").figure(8_376, low: 7_151, high: 10_862) == "8,400 (7,200 to 10,900)")
    #expect(ChartUnit.number("ops/s").figure(5_189.4, low: nil, high: nil) == "5,189 ops/s")
    #expect(ChartUnit.number("").figure(8.254, width: 0.3) == "8.25")
    #expect(ChartUnit.ratio.figure(1.1341, low: 1.121, high: 1.147) == "1.134 (1.121 to 1.147)")
  }
}
