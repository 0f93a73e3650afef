public import PGMeasuring

/// What a test program says to the coordinator of a duel.
public enum DuelMessage: Sendable, Codable {
  /// It is there: the first message, the only one that every version of the protocol understands.
  case hello(DuelHello)
  /// A case of a test has come to its body.
  case began(CasePlace)
  /// A test has come to its benchmark, and waits for the order to take part or to pass.
  case arrived(DuelCase)
  /// A case's body is over.
  case ended(DuelEnding)
  /// An order has been carried out.
  case done
  /// A block has run.
  case timed(BlockTiming)
  /// An order could not be carried out, and why.
  case failed(String)
}

/// How a test program introduces itself.
public struct DuelHello: Sendable, Hashable, Codable {
  /// The version of the protocol that it speaks.
  public let version: Int
  /// What its environment has given to it and to no other process; nil before version 2.
  public let token: String?
  /// Which side it is.
  public let side: DuelSide
  /// What it knows of where it runs; nil if it speaks another version.
  public let environment: ReportEnvironment?

  /// Introduces a program.
  public init(
    version: Int = DuelProtocol.version, token: String?, side: DuelSide, environment: ReportEnvironment
  ) {
    self.version = version
    self.token = token
    self.side = side
    self.environment = environment
  }

  /// Reads what every version says, and the rest of this one's.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(Int.self, forKey: .version)
    side = try container.decode(DuelSide.self, forKey: .side)
    guard version == DuelProtocol.version else {
      token = nil
      environment = nil
      return
    }
    token = try container.decode(String.self, forKey: .token)
    environment = try container.decode(ReportEnvironment.self, forKey: .environment)
  }
}

/// How the body of a test's case ended.
public struct DuelEnding: Sendable, Hashable, Codable {
  /// Which case.
  public let place: CasePlace
  /// What went wrong in it, in words; nil if nothing did.
  public let problem: String?
  /// How many benchmarks it had come to.
  public let benchmarks: Int

  /// Tells of an end.
  public init(place: CasePlace, problem: String?, benchmarks: Int) {
    self.place = place
    self.problem = problem
    self.benchmarks = benchmarks
  }
}
