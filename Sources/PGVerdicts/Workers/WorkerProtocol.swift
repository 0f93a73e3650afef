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
  package static let version = 3

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
