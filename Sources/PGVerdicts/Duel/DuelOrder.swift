public import PGMeasuring

/// What the coordinator of a duel orders a test program to do.
public enum DuelOrder: Sendable, Codable {
  /// An arrived case is not to take part this time.
  case pass(CaseIdentity)
  /// An arrived case is to take part; the orders that follow are for it, until it leaves.
  case admit(DuelAdmission)
  /// Opens a fresh session of a variant, by its place in the case's list.
  case open(variant: Int)
  /// Runs a block.
  case run(variant: Int, first: Int, operations: Int)
  /// Closes a variant's session.
  case close(variant: Int)
  /// The case has taken its part.
  case leave
}

/// What a case takes part with.
public struct DuelAdmission: Sendable, Hashable, Codable {
  /// Which case.
  public let identity: CaseIdentity
  /// libpq's parameters of the database that each variant works in, in the order of the case's list.
  public let databases: [[String: String]]
  /// Whether the backends are processes of this machine, and may be placed.
  public let isServerHere: Bool
  /// The server's checkpointer, if the server is here; else 0.
  public let checkpointer: Int32
  /// Whether the variants must first be shown to do the same.
  public let checksOutputs: Bool

  /// Admits a case.
  public init(
    identity: CaseIdentity, databases: [[String: String]], isServerHere: Bool, checkpointer: Int32,
    checksOutputs: Bool
  ) {
    self.identity = identity
    self.databases = databases
    self.isServerHere = isServerHere
    self.checkpointer = checkpointer
    self.checksOutputs = checksOutputs
  }
}

extension DuelAdmission: CustomStringConvertible {
  /// The case only: a database's parameters may hold a password.
  public var description: String { "\(identity)" }
}
