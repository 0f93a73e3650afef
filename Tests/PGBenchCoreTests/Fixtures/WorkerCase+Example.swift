import PGMeasuring
import PGVerdicts

extension WorkerCase {
  /// A case of a name, with what else a test cares for.
  static func example(
    _ test: String, variants: [Variant] = [.sync, .async], operations: Int = 50, budget: Budget? = nil,
    tolerance: Tolerance? = nil, questions: [QuestionChange] = [], gates: [Gate] = [],
    rate: ArrivalRate? = nil, goal: RateGoal? = nil
  ) -> WorkerCase {
    WorkerCase(
      identity: CaseIdentity(suite: "S", test: test, operations: operations), variants: variants, clients: 1,
      operationsPerIteration: 1, budget: budget, warmUp: .automatic, tolerance: tolerance,
      questions: questions, gates: gates,
      fixture: "study",
      fixtureScript: "SELECT 1", placement: "unbound", rate: rate, goal: goal,
      source: Source(path: "/a/Tests/A.swift", line: 3),
      filter: "Tests.A/\(test)")
  }
}
