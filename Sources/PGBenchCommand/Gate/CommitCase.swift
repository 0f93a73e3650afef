import PGMeasuring
import PGReporting
import PGVerdicts

/// A case of a comparison of commits: what each side says of it, and what has been measured.
struct CommitCase: Sendable {
  let entry: CaseMatching.Entry
  var measurement: CaseMeasurement

  init(_ entry: CaseMatching.Entry, plan: SamplingPlan, gates: GatePlan) {
    self.entry = entry
    measurement = CaseMeasurement(plan: plan, gates: gates, variants: entry.series.map(\.name))
  }

  /// What it came to so far.
  var result: CommitComparison.Case {
    CommitComparison.Case(entry: entry, samples: measurement.samples, outcomes: measurement.outcomes)
  }
}
