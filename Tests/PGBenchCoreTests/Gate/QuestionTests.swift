import Foundation
import PGMeasuring
import PGStatistics
import Testing

@testable import PGVerdicts

@Suite("Question")
struct QuestionTests {
  private func quantities(_ gate: Gate, _ changes: [QuestionChange] = []) -> [Quantity] {
    gate.questions(changes).map(\.gate.quantity)
  }

  @Test("Not slower is four questions, which share the gate's error rate, half of it for the typical time")
  func shares() {
    let questions = Gate.notSlower(.async, than: .sync, by: .percent(2)).questions([])
    #expect(questions.map(\.gate.quantity) == [.time, .wholeTime, .slowOperations, .slowSessions])
    #expect(questions[0].share == 0.5)
    #expect(abs(questions.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(questions.map(\.gate.tolerance?.percent) == [2, 5, 2, 5])
    let wide = Gate.notSlower(.async, than: .sync, by: .percent(20)).questions([])
    #expect(wide[1].gate.tolerance == .percent(20))
  }

  @Test("A gate about something else, or for less time than the reference's, asks for that only")
  func others() {
    #expect(quantities(.notSlower(.async, than: .sync, by: .percent(-10))) == [.time])
    #expect(quantities(Gate(.async, .latency(.p99), .reference(.sync, .percent(5)))) == [.latency(.p99)])
    #expect(quantities(Gate(.async, .time, .limit(5))) == [.time])
    #expect(quantities(Gate(.async, .time, .baseline(.percent(5)))) == [.time])
  }

  @Test("A test leaves a question out or allows another change, and the others share what is left")
  func changes() {
    let changes = [
      QuestionChange(.slowSessions, irrelevantBecause: "a pool"),
      QuestionChange(.wholeTime, allowing: .percent(30)),
    ]
    let questions = Gate.notSlower(.async, than: .sync, by: .percent(2)).questions(changes)
    #expect(questions.map(\.gate.quantity) == [.time, .wholeTime, .slowOperations])
    #expect(questions[1].gate.tolerance == .percent(30) && questions[1].share == 0.25)
    let builds = Question.aboutBuilds(.percent(2), changes)
    #expect(builds.count == 9 && !builds.contains { $0.quantity == .slowSessions })
    #expect(abs(builds.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let only = Question.aboutBuilds(
      .percent(2),
      Question.aboutBuilds(.percent(2)).map { QuestionChange($0.quantity, irrelevantBecause: "-") })
    #expect(only.isEmpty)
  }

  @Test(
    "A question travels to the coordinator as it is",
    arguments: [Quantity.time, .disturbedBlocks, .latency(.p999)])
  func coding(quantity: Quantity) throws {
    for quantity in [quantity, .metric(Metric("bytes sent", unit: .bytes))] {
      for change in [
        QuestionChange(quantity, allowing: .percent(3).atLeast(5)),
        QuestionChange(quantity, irrelevantBecause: "no one waits for it"),
      ] {
        let data = try JSONEncoder().encode(change)
        #expect(try JSONDecoder().decode(QuestionChange.self, from: data) == change)
      }
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Quantity.self, from: Data("\"speed\"".utf8))
    }
  }
}
