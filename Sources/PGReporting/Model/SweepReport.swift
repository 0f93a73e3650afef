package import PGMeasuring
package import PGStatistics

/// What a connection and what an operation of a variant cost, from all counts of a test's sweep.
package struct SweepReport: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  package let suites: [String]
  /// The test's display name.
  package let test: String
  /// The name of the test's function, where the display name is another.
  package let function: String?
  /// What the test was given, but for the counts.
  package let arguments: [CaseIdentity.Argument]
  /// Which of the benchmarks with all the above it is, from 1.
  package let call: Int
  /// Whose costs these are.
  package let variant: Variant
  /// The costs.
  package let cost: SweepCost

  init(_ identity: CaseIdentity, variant: Variant, cost: SweepCost) {
    suites = identity.suites
    test = identity.test
    function = identity.function
    arguments = identity.arguments
    call = identity.call
    self.variant = variant
    self.cost = cost
  }

  /// The suites' names in one.
  package var suite: String { CaseIdentity.joined(suites) }

  /// The case of a count.
  func identity(operations: Int) -> CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }
}

extension SweepReport {
  /// Fits the sweeps of all tests, in the order of the cases; without those of too few counts, and of several
  /// clients, which connect one after the other and work at once.
  ///
  /// The total time of a count is what a session took to connect, and that many operations at the session's
  /// pace: what a program pays that connects, does so much, and ends.
  static func all(of cases: [CaseReport]) -> [SweepReport] {
    cases.filter { $0.clients == 1 }.tests.flatMap { key, cases in
      (cases.first?.variants.map(\.variant) ?? []).compactMap { variant in
        let observations = cases.map {
          SweepCost.Observations(operations: $0.operations, totals: $0.totals(of: variant))
        }
        return SweepCost(of: observations).map {
          SweepReport(key, variant: variant, cost: $0)
        }
      }
    }
  }
}

extension CaseReport {
  /// The time to connect and to run the case's operations, session by session, in nanoseconds.
  fileprivate func totals(of variant: Variant) -> [Double] {
    // At a rate operations wait for their time, which no program pays that runs one after the other.
    guard rate == nil, goal == nil,
      let connects = connects?.first(where: { $0.variant == variant })?.nanoseconds,
      let blocks = rounds.first(where: { $0.variant == variant })?.blocks
    else { return [] }
    // A file may hold numbers that no session has, and whose sum no integer holds.
    var elapsed = Array(repeating: 0.0, count: connects.count)
    var operations = elapsed
    for block in blocks where connects.indices.contains(block.session) {
      elapsed[block.session] += Double(block.elapsed)
      operations[block.session] += Double(block.operations)
    }
    return connects.indices.filter { operations[$0] > 0 }.map {
      Double(connects[$0]) + elapsed[$0] / operations[$0] * Double(self.operations)
    }
  }
}
