public import PGMeasuring

/// The coordinator's end of the talk with one test program: whatever comes is checked before it is believed.
///
/// A program of a commit in question may be wrong, or lie. What it says of times must fit the coordinator's
/// own clock, and what it says unasked must be little enough to be kept.
package struct WorkerConversation: Sendable {
  /// What a line came to.
  package enum Event: Sendable {
    /// A case has come to its body.
    case began(CasePlace)
    /// A case has come to a benchmark.
    case arrived(WorkerCase)
    /// A case's body is over.
    case ended(CaseEnding)
    /// The request that was given is answered.
    case answer(WorkerMessage)
  }

  /// The most that a program may say without having been asked, in messages and in bytes.
  package static let mostUnasked = (messages: 50_000, bytes: 256 << 20)

  private struct Asked {
    let request: WorkerRequest
    let clients: Int
    let at: Int
  }

  private var asked: Asked?
  private var unasked = (messages: 0, bytes: 0)

  /// Begins after the program's hello.
  package init() {}

  /// Notes a request that is given.
  ///
  /// - Parameter clients: How many clients run a block.
  /// - Parameter now: The coordinator's clock, before the request is sent.
  package mutating func ask(_ request: WorkerRequest, clients: Int = 1, at now: Int) {
    asked = Asked(request: request, clients: clients, at: now)
  }

  /// Takes a line.
  ///
  /// - Parameter now: The coordinator's clock, after the line has come.
  package mutating func take(_ line: [UInt8], at now: Int) throws(ProtocolViolation) -> Event {
    guard line.count <= longest(line) else {
      throw ProtocolViolation("a message has \(line.count) bytes, more than what was asked for can take")
    }
    guard let message: WorkerMessage = try? WorkerProtocol.message(from: line) else {
      throw ProtocolViolation("a message is none of the protocol's: \(Self.excerpt(line))")
    }
    switch message {
    case .hello: throw ProtocolViolation("it said hello twice")
    case .began(let place):
      try count(line)
      try place.validate()
      return .began(place)
    case .arrived(let one):
      try count(line)
      try one.validate()
      return .arrived(one)
    case .ended(let ending):
      try count(line)
      try ending.place.validate()
      return .ended(ending)
    case .done, .timed, .failed: return .answer(try answer(message, at: now))
    }
  }

  private mutating func answer(_ message: WorkerMessage, at now: Int) throws(ProtocolViolation)
    -> WorkerMessage
  {
    guard let asked else { throw ProtocolViolation("it answered without having been asked") }
    self.asked = nil
    switch (asked.request, message) {
    case (_, .failed): break
    case (.run(_, _, let operations), .timed(let timing)):
      try timing.validate(operations: operations, clients: asked.clients, within: now - asked.at)
    case (.run, _): throw ProtocolViolation("it answered the request to run a block without its times")
    case (_, .timed): throw ProtocolViolation("it answered another request with a block's times")
    default: break
    }
    return message
  }

  private mutating func count(_ line: [UInt8]) throws(ProtocolViolation) {
    unasked.messages += 1
    unasked.bytes += line.count
    guard unasked.messages <= Self.mostUnasked.messages, unasked.bytes <= Self.mostUnasked.bytes else {
      throw ProtocolViolation("it told of more tests than any program has, in \(unasked.messages) messages")
    }
  }

  /// How long a line of its kind may be: only a case's, which has a fixture's script, is as long as that may
  /// be.
  private func longest(_ line: [UInt8]) -> Int {
    if line.starts(with: #"{"arrived""#.utf8) { return WorkerProtocol.longestLine }
    guard case .run(_, _, let operations)? = asked?.request else { return 1 << 16 }
    // A latency has at most 19 digits and a comma.
    return 1 << 16 + min(operations, WorkerProtocol.longestBlock) * 20
  }

  private static func excerpt(_ line: [UInt8]) -> String {
    let text = String(decoding: line.prefix(60), as: UTF8.self)
    return text.unicodeScalars.reduce(into: "") { $0 += $1.escaped(asASCII: true) }
      + (line.count > 60 ? "…" : "")
  }
}

/// What a test program said that can't be.
package struct ProtocolViolation: Error, Sendable, Hashable, CustomStringConvertible {
  /// What it was.
  package let description: String

  /// Makes one of a part of a sentence.
  package init(_ description: String) { self.description = description }
}
