/// What a test program says to the coordinator of a duel.
public enum DuelMessage: Sendable, Codable {
  /// It is there: the first message, the only one that every version of the protocol understands.
  case hello(DuelHello)
  /// A test has come to its benchmark, and waits for the order to take part or to pass.
  case arrived(DuelCase)
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
  /// Which side it is.
  public let side: DuelSide
  /// What it knows of where it runs.
  public let environment: ReportEnvironment

  /// Introduces a program.
  public init(version: Int = DuelProtocol.version, side: DuelSide, environment: ReportEnvironment) {
    self.version = version
    self.side = side
    self.environment = environment
  }
}
