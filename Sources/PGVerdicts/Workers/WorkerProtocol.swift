package import PGMeasuring

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What both ends of a worker's socket agree on: a message is a line of JSON.
///
/// A worker says hello, tells of each case as it begins, arrives and ends, and does what it is asked to. The
/// program ends when the socket does.
package enum WorkerProtocol {
  /// Raised when one end would misunderstand an earlier one.
  package static let version = 6

  /// The variable that names the coordinator's socket.
  package static let socketVariable = "PGBENCH_WORKER"

  /// The variable that says which side a test program is.
  package static let sideVariable = "PGBENCH_WORKER_SIDE"

  /// The variable with the number that a program must say, so that no other can speak for it.
  package static let tokenVariable = "PGBENCH_WORKER_TOKEN"

  /// The variables that make a test program a worker.
  ///
  /// A program that speaks version 2 or an earlier one knows them by other names. It gets those as well, so
  /// that it calls and is told that its version can't be compared, instead of measuring by itself.
  package static func environment(socket: String, side: CommitSide, token: String) -> [String: String] {
    [
      socketVariable: socket, sideVariable: side.rawValue, tokenVariable: token,
      "PGBENCH_DUEL": socket, "PGBENCH_DUEL_SIDE": side.rawValue, "PGBENCH_DUEL_TOKEN": token,
    ]
  }

  /// The most bytes of a line.
  ///
  /// A fixture's script is in one, and what JSON is read into takes some twenty times as much memory.
  package static let longestLine = 16 << 20

  /// The most operations of a block.
  package static let longestBlock = 10_000_000

  /// A message as the bytes of a line, its end included.
  package static func line(of message: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    // A counter of the user's own may give anything; `SampleSet` leaves it out.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: "-\(infinity)", nan: nan)
    return Array(try encoder.encode(message)) + [UInt8(ascii: "\n")]
  }

  /// Reads a message from the bytes of a line.
  package static func message<Message: Decodable>(
    _ type: Message.Type = Message.self, from line: [UInt8]
  ) throws -> Message {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: "-\(infinity)", nan: nan)
    return try decoder.decode(type, from: Data(line))
  }

  private static let infinity = "infinity"
  private static let nan = "nan"
}

/// What the coordinator asks a worker to do; each request but `skip` and `finish` is answered by one message.
package enum WorkerRequest: Sendable, Codable {
  /// An arrived case is not measured this time; its body goes on.
  case skip(CaseIdentity)
  /// An arrived case is measured; the requests that follow are for it, until `finish`.
  case begin(WorkerAssignment)
  /// Opens a fresh session of a variant, by its place in the case's list.
  case open(variant: Int)
  /// Runs a block, and answers with its times; at a rate, if one is given.
  case run(variant: Int, first: Int, operations: Int, rate: ArrivalRate? = nil)
  /// Closes a variant's session.
  case close(variant: Int)
  /// Opens a session of a variant whose statements the server counts, and runs its first operations.
  case beginCounting(variant: Int, first: Int, operations: Int)
  /// Runs operations in such a session, and answers with what the program knows of them.
  case count(variant: Int, first: Int, operations: Int)
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
  /// Operations have run that were counted; metrics of them, and those that can't be had, with the reasons.
  case counted([MetricSummary])
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

/// A case as a worker announces it to the coordinator.
package struct WorkerCase: Sendable, Hashable, Codable {
  /// Which case.
  package let identity: CaseIdentity
  /// Its variants, in the benchmark's order.
  package let variants: [Variant]
  /// How many clients run at once.
  package let clients: Int
  /// For how many operations one run of the body counts.
  package let operationsPerIteration: Int
  /// How long it is to be measured; nil unless its test says.
  package let budget: Budget?
  /// What comes before.
  package let warmUp: WarmUp
  /// What the test allows where a gate doesn't say; nil if it says nothing.
  package let tolerance: Tolerance?
  /// What the test says of the questions that a comparison asks.
  package let questions: [QuestionChange]
  /// The gates that the test declares.
  package let gates: [Gate]
  /// The name of what is in its databases.
  package let fixture: String
  /// The SQL that makes it.
  package let fixtureScript: String
  /// How clients and backends are placed, in words.
  package let placement: String
  /// At which rate operations are to begin; nil where each begins when the one before it has ended.
  package let rate: ArrivalRate?
  /// What the highest rate is looked for that holds it; nil where none is.
  package let goal: RateGoal?
  /// The test's source file, and its line there; nil if they aren't known.
  package let source: Source?
  /// The filter by which `swift test` runs the test alone.
  package let filter: String?

  /// A line of a source file.
  package struct Source: Sendable, Hashable, Codable {
    /// The file's path.
    package let path: String
    /// From 1.
    package let line: Int

    /// Names a line.
    package init(path: String, line: Int) {
      self.path = path
      self.line = line
    }
  }

  /// Describes a case.
  package init(
    identity: CaseIdentity, variants: [Variant], clients: Int, operationsPerIteration: Int, budget: Budget?,
    warmUp: WarmUp, tolerance: Tolerance?, questions: [QuestionChange] = [], gates: [Gate] = [],
    fixture: String, fixtureScript: String, placement: String, rate: ArrivalRate? = nil,
    goal: RateGoal? = nil,
    source: Source?, filter: String?
  ) {
    self.identity = identity
    self.variants = variants
    self.clients = clients
    self.operationsPerIteration = operationsPerIteration
    self.budget = budget
    self.warmUp = warmUp
    self.tolerance = tolerance
    self.questions = questions
    self.gates = gates
    self.fixture = fixture
    self.fixtureScript = fixtureScript
    self.placement = placement
    self.rate = rate
    self.goal = goal
    self.source = source
    self.filter = filter
  }
}
