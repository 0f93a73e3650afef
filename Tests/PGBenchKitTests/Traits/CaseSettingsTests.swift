import PGVerdicts
import Testing

@testable import PGBenchKit

@Suite("Case settings")
struct CaseSettingsTests {
  @Test("Without traits a case has the profile's budget, an empty database and no gates")
  func defaults() {
    let settings = CaseSettings(traits: [], profile: .smoke)
    #expect(settings.budget == Profile.smoke.budget)
    #expect(settings.fixture == .empty)
    #expect(settings.warmUp == .automatic)
    #expect(settings.placement == .automatic)
    #expect(settings.roundTrip == nil)
    #expect(settings.gates.isEmpty)
  }

  @Test("The trait nearest to the test wins")
  func nearestWins() {
    let settings = CaseSettings(
      traits: [
        .postgres(.study), .budget(.rounds(10)), .warmup(.operations(5)), .placement(.unbound),
        .roundTrip(.seconds(1)), .patience(.seconds(9)),
        .postgres(.empty), .budget(.rounds(20)), .warmup(.operations(6)), .placement(.oneCPU),
        .roundTrip(.milliseconds(1)), .patience(.seconds(4)),
      ],
      profile: .quick)
    #expect(settings.fixture == .empty)
    #expect(settings.budget == .rounds(20))
    #expect(settings.warmUp == .operations(6))
    #expect(settings.placement == .oneCPU)
    #expect(settings.roundTrip == RoundTrip(duration: .milliseconds(1)))
    #expect(settings.patience == .seconds(4))
  }

  @Test("Gates on different variants add up, and one on the same variants replaces the outer one")
  func gates() {
    let settings = CaseSettings(
      traits: [
        .gate(.async, notSlowerThan: .sync, by: .percent(10)),
        .gate("pipelined", notSlowerThan: .sync, by: .percent(1)),
        .gate(.async, notSlowerThan: .sync, by: .percent(5)),
      ],
      profile: .quick)
    #expect(
      settings.gates == [
        .notSlower("pipelined", than: .sync, by: .percent(1)),
        .notSlower(.async, than: .sync, by: .percent(5)),
      ])
  }

  @Test("What is said of a question nearest to the test counts")
  func questions() {
    let settings = CaseSettings(
      traits: [
        .irrelevant(.slowSessions, because: "a pool"), .tolerance(.percent(9), of: .wholeTime),
        .tolerance(.percent(20), of: .slowSessions),
      ],
      profile: .quick)
    #expect(
      settings.questions == [
        QuestionChange(.wholeTime, allowing: .percent(9)),
        QuestionChange(.slowSessions, allowing: .percent(20)),
      ])
    #expect(settings.gates.isEmpty && settings.tolerance == nil)
  }

  @Test("The nearest tolerance and policy count, and gates of other quantities or limits add up")
  func policies() {
    let settings = CaseSettings(
      traits: [
        .tolerance(.percent(9)), .gates(.warn), .gate(.allocations, atMost: 12),
        .gate(.async, .latency(.p99), atMost: .milliseconds(2)),
        .tolerance(.percent(3)), .gates(.strict), .gate(.allocations, atMost: 6),
        .gate(.async, relativeTo: .libPQ, notAboveBaselineBy: .percent(5)),
      ],
      profile: .gate)
    #expect(settings.tolerance == .percent(3) && settings.policy == .strict)
    #expect(settings.budget == .untilDecided(atMost: .seconds(4)))
    #expect(
      settings.gates == [
        Gate(.async, .latency(.p99), .limit(2_000_000)), Gate(nil, .metric(.allocations), .limit(6)),
        Gate(.async, .time, .baselineRatio(to: .libPQ, .percent(5))),
      ])
  }

  @Test("A suite's traits reach its tests", .budget(.rounds(7)))
  func inherited() throws {
    let traits = try #require(Test.current).traits
    #expect(CaseSettings(traits: traits, profile: .quick).budget == .rounds(7))
  }

  @Suite("An inner suite", .placement(.unbound), .gate("a", notSlowerThan: "b", by: .percent(3)))
  struct Inner {
    @Test("A suite's traits come before its test's", .placement(.oneCPU))
    func order() throws {
      let settings = CaseSettings(traits: try #require(Test.current).traits, profile: .quick)
      #expect(settings.placement == .oneCPU)
      #expect(settings.gates == [.notSlower("a", than: "b", by: .percent(3))])
    }
  }
}
