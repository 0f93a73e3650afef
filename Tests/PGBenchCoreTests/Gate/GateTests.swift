import PGStatistics
import Testing

@testable import PGMeasuring
@testable import PGVerdicts

@Suite("Gate")
struct GateTests {
  @Test(
    "A gate says what it demands",
    arguments: [
      (Gate.notSlower(.async, than: .sync, by: .percent(10)), "async not slower than sync by more than 10 %"),
      (
        .notSlower(.async, than: .sync, by: .percent(10).atLeast(.microseconds(2))),
        "async not slower than sync by more than 10 % and at least 2.00 µs"
      ),
      (.notSlower(.async, than: .sync, by: .percent(-5)), "async faster than sync by at least 5 %"),
      (
        Gate(.async, .latency(.p99), .reference(.sync, .percent(20))),
        "p99 of async not above that of sync by more than 20 %"
      ),
      (Gate(nil, .metric(.allocations), .limit(6)), "allocations of each variant at most 6"),
      (Gate(.async, .latency(.p999), .limit(2_000_000)), "p99.9 of async at most 2.00 ms"),
      (Gate(.sync, .time, .baseline(.percent(5))), "time of sync not above the baseline's by more than 5 %"),
      (
        Gate(.sync, .time, .baselineRatio(to: "libpq", .percent(5))),
        "time of sync ÷ that of libpq not above the baseline's by more than 5 %"
      ),
    ])
  func description(gate: Gate, words: String) {
    #expect(gate.description == words)
  }

  @Test("A gate that could never be decided is refused")
  func validation() throws {
    try Gate.notSlower(.async, than: .sync, by: .percent(10)).validate()
    try Gate(.async, .time, .limit(0)).validate()
    #expect(throws: GateError.comparesWithItself(.sync)) {
      try Gate.notSlower(.sync, than: .sync, by: .percent(10)).validate()
    }
    #expect(throws: GateError.toleranceOutOfRange(.percent(-100))) {
      try Gate.notSlower(.async, than: .sync, by: .percent(-100)).validate()
    }
    #expect(throws: GateError.self) {
      try Gate.notSlower(.async, than: .sync, by: .percent(.nan)).validate()
    }
    #expect(throws: GateError.self) {
      try Gate.notSlower(.async, than: .sync, by: .percent(1).atLeast(-1.0)).validate()
    }
    #expect(throws: GateError.limitOutOfRange(-1)) { try Gate(.async, .time, .limit(-1)).validate() }
    for limit in [Double.infinity, 2e18] {
      #expect(throws: GateError.limitOutOfRange(limit)) { try Gate(.async, .time, .limit(limit)).validate() }
    }
    #expect(throws: GateError.self) { try Gate(.async, .time, .limit(.nan)).validate() }
    #expect(throws: GateError.self) {
      try Gate.notSlower(.async, than: .sync, by: .percent(1).atLeast(.seconds(Int64.max))).validate()
    }
  }

  @Test(
    "A gate on a metric that nothing measures is refused with those that are, one of another unit with the unit"
  )
  func metrics() throws {
    let hits = Metric("hits", unit: .count)
    try Gate(nil, .metric(.statements), .limit(1)).validate()
    try Gate(nil, .metric(hits), .limit(1)).validate(metrics: [hits])
    let unknown = #expect(throws: GateError.self) {
      try Gate(nil, .metric(Metric("alocations", unit: .count)), .limit(1)).validate(metrics: [hits])
    }
    #expect(
      unknown?.description.contains("allocations, ") == true
        && unknown?.description.contains(", hits.") == true)
    let other = #expect(throws: GateError.self) {
      try Gate(nil, .metric(Metric("statements", unit: .bytes)), .limit(1)).validate()
    }
    #expect(other?.description.contains("unit: .count") == true)
  }

  @Test("A gate of each variant becomes one of every variant but the reference, with the default tolerance")
  func resolved() {
    let gate = Gate(nil, .time, .reference("a", nil))
    #expect(
      gate.resolved(for: ["a", "b", "c"], tolerance: .percent(3)) == [
        .notSlower("b", than: "a", by: .percent(3)), .notSlower("c", than: "a", by: .percent(3)),
      ])
    let own = Gate.notSlower("b", than: "a", by: .percent(1))
    #expect(own.resolved(for: ["a", "b"], tolerance: .percent(3)) == [own])
    #expect(
      Gate(nil, .time, .baseline(nil)).resolved(for: ["a"], tolerance: .percent(3))
        == [Gate("a", .time, .baseline(.percent(3)))])
    #expect(
      Gate("b", .time, .baselineRatio(to: "a", nil)).resolved(for: ["a", "b"], tolerance: .percent(3))
        == [Gate("b", .time, .baselineRatio(to: "a", .percent(3)))])
  }

  @Test("Two gates are about the same whatever each allows")
  func same() {
    let gate = Gate.notSlower(.async, than: .sync, by: .percent(1))
    #expect(gate.isSame(as: .notSlower(.async, than: .sync, by: .percent(9))))
    #expect(!gate.isSame(as: .notSlower(.async, than: "x", by: .percent(1))))
    #expect(!gate.isSame(as: .notSlower("x", than: .sync, by: .percent(1))))
    #expect(!gate.isSame(as: Gate(.async, .latency(.p99), .reference(.sync, .percent(1)))))
    #expect(!gate.isSame(as: Gate(.async, .time, .baseline(.percent(1)))))
    #expect(Gate(.async, .time, .limit(1)).isSame(as: Gate(.async, .time, .limit(2))))
    #expect(Gate(.async, .time, .baseline(nil)).isSame(as: Gate(.async, .time, .baseline(.percent(2)))))
    #expect(
      Gate("b", .time, .baselineRatio(to: "a", nil)).isSame(
        as: Gate("b", .time, .baselineRatio(to: "a", .percent(2)))))
  }
}

@Suite("Tolerance")
struct ToleranceTests {
  @Test("The floor counts where it is more than the per cent")
  func floor() {
    let tolerance = Tolerance.percent(10).atLeast(.microseconds(2))
    #expect(tolerance.greatestRatio(to: 10_000) == 1.2)
    #expect(tolerance.greatestRatio(to: 100_000) == 1.1)
    #expect(tolerance.greatestRatio(to: 0) == 1.1)
    #expect(Tolerance.percent(10).greatestRatio(to: 10) == 1.1)
  }
}
