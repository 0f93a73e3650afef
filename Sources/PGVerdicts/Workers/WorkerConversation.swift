package import PGMeasuring

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
    case .done, .timed, .counted, .failed: return .answer(try answer(message, at: now))
    }
  }

  private mutating func answer(_ message: WorkerMessage, at now: Int) throws(ProtocolViolation)
    -> WorkerMessage
  {
    guard let asked else { throw ProtocolViolation("it answered without having been asked") }
    self.asked = nil
    switch (asked.request, message) {
    case (_, .failed): break
    case (.run(_, _, let operations, let rate), .timed(let timing)):
      try timing.validate(
        operations: operations, clients: asked.clients, rate: rate, within: now - asked.at)
    case (.run, _): throw ProtocolViolation("it answered the request to run a block without its times")
    case (.count, .counted(let metrics)): try metrics.validate()
    case (.count, _): throw ProtocolViolation("it answered the request to count without metrics")
    case (_, .counted): throw ProtocolViolation("it answered another request with metrics")
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
    guard case .run(_, _, let operations, _)? = asked?.request else { return 1 << 16 }
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

// What a test program may say: figures that fit the clock and each other, and descriptions of a sensible
// size. What is computed from them doesn't overflow then.

extension BlockTiming {
  /// Checks what a program says of a block.
  ///
  /// - Parameter rate: At which its operations were to begin, if at one.
  /// - Parameter within: The nanoseconds between the request and the answer, by the coordinator's clock.
  package func validate(
    operations: Int, clients: Int, rate: ArrivalRate? = nil, within limit: Int
  ) throws(ProtocolViolation) {
    guard latencies.count == operations else {
      throw ProtocolViolation("a block of \(operations) operations came with \(latencies.count) latencies")
    }
    guard elapsed > 0, elapsed <= limit else {
      throw ProtocolViolation(
        "a block is said to have taken \(elapsed) ns, while request and answer were \(limit) ns apart")
    }
    var sum = 0
    for latency in latencies {
      guard latency > 0, latency <= elapsed else {
        throw ProtocolViolation(
          "an operation is said to have taken \(latency) ns in a block of \(elapsed) ns")
      }
      let (next, isTooGreat) = sum.addingReportingOverflow(latency)
      guard !isTooGreat else { throw ProtocolViolation("the latencies of a block are more than any number") }
      sum = next
    }
    try validateIntended(rate, operations, clients)
    let (most, isUnlimited) = elapsed.multipliedReportingOverflow(by: max(1, clients))
    // Of an open loop those that wait count their waits, all at the same time.
    guard rate != nil || (clients > 1 ? (isUnlimited || sum <= most) : sum == elapsed) else {
      throw ProtocolViolation(
        "the latencies of a block of \(elapsed) ns add up to \(sum) ns, with "
          + "\(clients == 1 ? "1 client" : "\(clients) clients")"
      )
    }
    guard usage.count <= 200, disturbance?.utf8.count ?? 0 <= 200 else {
      throw ProtocolViolation("a block has more metrics than any, or a disturbance that is no word")
    }
    for (metric, value) in usage {
      // What a process holds may shrink; whatever else the kit counts only grows.
      let isCount = metric.isCounted && Metric.standard.contains(metric) && metric != .residentGrowth
      guard metric.name.utf8.count <= WorkerCase.longestName, value.isFinite, value.magnitude <= 1e18,
        value >= 0 || !isCount
      else { throw ProtocolViolation("a block is said to have a metric that can't be: \(value)") }
    }
  }
}

extension BlockTiming {
  /// Checks that a block tells how long it was to take where it was to take so long, and only there.
  fileprivate func validateIntended(
    _ rate: ArrivalRate?, _ operations: Int, _ clients: Int
  ) throws(ProtocolViolation) {
    guard let rate else {
      guard intended == nil else { throw ProtocolViolation("a block without a rate was to take some time") }
      return
    }
    // Equal distances are known; those at random are exponential, of which no sum is so great.
    let usual = Double(operations + clients) * rate.distance
    let most = rate.arrivals == .constant ? usual * 1.001 + 1000 : usual * 100
    guard let intended, intended > 0, Double(intended) <= most else {
      throw ProtocolViolation(
        "a block at a rate is said to have been meant to take \(intended.map { "\($0) ns" } ?? "no time")")
    }
  }
}

extension [MetricSummary] {
  /// Checks what a program says of operations that were counted.
  package func validate() throws(ProtocolViolation) {
    let isPlausible = allSatisfy { summary in
      let reason = if case .notAvailable(let reason) = summary.outcome { reason } else { "" }
      return summary.metric.name.utf8.count <= WorkerCase.longestName && reason.utf8.count <= 10_000
        && (0...1e18).contains(summary.value ?? 0)
    }
    guard count <= 200, isPlausible else {
      throw ProtocolViolation("counted operations are said to have metrics that can't be")
    }
  }
}

extension CasePlace {
  /// Whether a place without the count may be this one, which may have it among its arguments.
  package func covers(_ other: CasePlace) -> Bool {
    (suites, test, function ?? "") == (other.suites, other.test, other.function ?? "")
      && Set(other.arguments).isSubset(of: arguments)
  }

  package func validate() throws(ProtocolViolation) {
    let names = suites + [test, function ?? ""] + arguments.flatMap { [$0.name ?? "", $0.value] }
    guard !suites.isEmpty, names.count <= 300, names.allSatisfy({ $0.utf8.count <= WorkerCase.longestName })
    else {
      throw ProtocolViolation("a case has a name that is none, or is too long to be read")
    }
  }
}

extension WorkerCase {
  package static let longestName = 2000
  /// A case that is to be measured for longer than this is not a plausible benchmark.
  private static let longest = Duration.seconds(86_400)

  package func validate() throws(ProtocolViolation) {
    try identity.place.validate()
    func check(_ isSo: Bool, _ what: String) throws(ProtocolViolation) {
      guard isSo else { throw ProtocolViolation("the case \(identity) has \(what)") }
    }
    try check((1...1_000_000_000_000).contains(identity.operations), "a count of \(identity.operations)")
    try check((1...1_000_000).contains(identity.call), "a call \(identity.call)")
    try check((1...200).contains(variants.count), "\(variants.count) variants")
    try check(Set(variants).count == variants.count, "two variants of one name")
    try check(
      variants.allSatisfy { !$0.name.isEmpty && $0.name.utf8.count <= Self.longestName }, "a nameless variant"
    )
    try check((1...10_000).contains(clients), "\(clients) clients")
    try check(
      (1...1_000_000_000).contains(operationsPerIteration), "\(operationsPerIteration) operations in one")
    switch budget {
    case .rounds(let rounds)?: try check((1...10_000_000).contains(rounds), "a budget of \(rounds) rounds")
    case let budget?:
      try check(
        budget.greatest.map { $0 > .zero && $0 <= Self.longest } ?? false, "a budget of no time, or days")
      if case .untilHalfWidth(let width, _) = budget { try check(width.isMeaningful, "a width that is none") }
    case nil: break
    }
    switch warmUp {
    case .automatic: break
    case .operations(let count):
      try check((0...1_000_000_000).contains(count), "a warm-up of \(count) operations")
    case .time(let time): try check(time >= .zero && time <= Self.longest, "a warm-up of days")
    }
    if let tolerance {
      try check(tolerance.isMeaningful && tolerance.percent <= 1e6, "a tolerance that is none")
    }
    if let rate { try check(rate.problem(clients: clients) == nil, "a rate that is none") }
    if let goal { try check(goal.problem == nil && rate == nil, "a rate to be found that can't be") }
    try check(questions.count <= 100, "\(questions.count) questions")
    for question in questions {
      let tolerance = question.tolerance
      try check(
        tolerance.map { $0.isMeaningful && $0.percent <= 1e6 } ?? (question.reason != nil),
        "a question with neither a tolerance nor a reason")
    }
    try check(gates.count <= 1000, "\(gates.count) gates")
    for gate in gates {
      try check(gate.isPlausible, "a gate that can't be held")
      let named = [gate.variant, gate.reference].compactMap(\.self)
      try check(named.allSatisfy(variants.contains), "a gate of a variant that it hasn't")
    }
    let texts =
      [fixture, placement, source?.path ?? "", filter ?? ""]
      + questions.flatMap { ["\($0.quantity)", $0.reason ?? ""] }
    try check(texts.allSatisfy { $0.utf8.count <= 10_000 }, "a description that is too long to be read")
    try check((0...1_000_000_000).contains(source?.line ?? 0), "a line that no file has")
  }

  /// Whether it is what was told of it before, so far as requests depend on it.
  package func isSame(as other: WorkerCase) -> Bool {
    identity == other.identity && variants == other.variants && clients == other.clients
  }
}

extension Gate {
  /// Whether it can be held, as far as that is known without the benchmark's own metrics.
  fileprivate var isPlausible: Bool {
    if case .metric(let metric) = quantity, metric.name.utf8.count > WorkerCase.longestName { return false }
    let own = if case .metric(let metric) = quantity { [metric] } else { [Metric]() }
    guard (try? validate(metrics: own)) != nil else { return false }
    return tolerance.map { $0.percent <= 1e6 } ?? true
  }
}

extension WorkerRequest {
  /// Checks a request for a case that was assigned, so that nothing a program does for it overflows.
  ///
  /// - Parameter variants: How many the case has.
  package func validate(variants: Int, clients: Int) throws(ProtocolViolation) {
    switch self {
    case .open(let index), .close(let index): try Self.check(index, variants)
    case .run(let index, let first, let operations, let rate):
      try Self.check(index, variants)
      if let problem = rate?.problem(clients: clients) { throw ProtocolViolation(problem) }
      try Self.check(first, operations, clients)
    case .beginCounting(let index, let first, let operations), .count(let index, let first, let operations):
      try Self.check(index, variants)
      try Self.check(first, operations, clients)
    case .skip, .begin, .finish: throw ProtocolViolation("a request that is for no assigned case")
    }
  }

  private static func check(_ first: Int, _ operations: Int, _ clients: Int) throws(ProtocolViolation) {
    guard (1...WorkerProtocol.longestBlock).contains(operations), operations >= clients,
      (0...Int.max / 2).contains(first)
    else { throw ProtocolViolation("a block of \(operations) operations from \(first) can't be run") }
  }

  private static func check(_ index: Int, _ variants: Int) throws(ProtocolViolation) {
    guard (0..<variants).contains(index) else {
      throw ProtocolViolation("there is no variant \(index), only \(variants) of them")
    }
  }
}
