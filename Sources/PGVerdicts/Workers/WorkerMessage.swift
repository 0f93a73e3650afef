public import PGMeasuring

/// What a worker says to the coordinator, asked or unasked.
package enum WorkerMessage: Sendable, Codable {
  /// It is there: the first message, the only one that every version of the protocol understands.
  case hello(WorkerHello)
  /// A case of a test has come to its body.
  case began(CasePlace)
  /// A test has come to its benchmark, and waits to hear whether it is measured.
  case arrived(WorkerCase)
  /// A case's body is over.
  case ended(CaseEnding)
  /// A request has been carried out.
  case done
  /// A block has run.
  case timed(BlockTiming)
  /// A request could not be carried out, and why.
  case failed(String)
}

/// How a test program introduces itself.
package struct WorkerHello: Sendable, Hashable, Codable {
  /// The version of the protocol that it speaks.
  package let version: Int
  /// What its environment has given to it and to no other process; nil before version 2.
  package let token: String?
  /// Which side it is.
  package let side: CommitSide
  /// What it knows of where it runs; nil if it speaks another version.
  package let environment: ReportEnvironment?

  /// Introduces a program.
  package init(
    version: Int = WorkerProtocol.version, token: String?, side: CommitSide, environment: ReportEnvironment
  ) {
    self.version = version
    self.token = token
    self.side = side
    self.environment = environment
  }

  /// Reads what every version says, and the rest of this one's.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(Int.self, forKey: .version)
    side = try container.decode(CommitSide.self, forKey: .side)
    guard version == WorkerProtocol.version else {
      token = nil
      environment = nil
      return
    }
    token = try container.decode(String.self, forKey: .token)
    environment = try container.decode(ReportEnvironment.self, forKey: .environment)
  }
}

/// How the body of a test's case ended.
package struct CaseEnding: Sendable, Hashable, Codable {
  /// Which case.
  package let place: CasePlace
  /// What went wrong in it, in words; nil if nothing did.
  package let problem: String?
  /// How many benchmarks it had come to.
  package let benchmarks: Int

  /// Tells of an end.
  package init(place: CasePlace, problem: String?, benchmarks: Int) {
    self.place = place
    self.problem = problem
    self.benchmarks = benchmarks
  }
}
