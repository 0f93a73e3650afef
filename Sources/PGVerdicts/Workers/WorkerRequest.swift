public import PGMeasuring

/// What the coordinator asks a worker to do; each request but `skip` and `finish` is answered by one message.
package enum WorkerRequest: Sendable, Codable {
  /// An arrived case is not measured this time; its body goes on.
  case skip(CaseIdentity)
  /// An arrived case is measured; the requests that follow are for it, until `finish`.
  case begin(WorkerAssignment)
  /// Opens a fresh session of a variant, by its place in the case's list.
  case open(variant: Int)
  /// Runs a block, and answers with its times.
  case run(variant: Int, first: Int, operations: Int)
  /// Closes a variant's session.
  case close(variant: Int)
  /// No more is wanted of the case; its body goes on.
  case finish
}

/// What a worker needs to measure a case.
package struct WorkerAssignment: Sendable, Hashable, Codable {
  /// Which case.
  package let identity: CaseIdentity
  /// libpq's parameters of the database that each variant works in, in the order of the case's list.
  package let databases: [[String: String]]
  /// Whether the backends are processes of this machine, and may be placed.
  package let isServerHere: Bool
  /// The server's checkpointer, if the server is here; else 0.
  package let checkpointer: Int32
  /// Whether the variants must first be shown to do the same.
  package let checksOutputs: Bool

  /// Assigns a case.
  package init(
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

extension WorkerAssignment: CustomStringConvertible {
  /// The case only: a database's parameters may hold a password.
  package var description: String { "\(identity)" }
}
