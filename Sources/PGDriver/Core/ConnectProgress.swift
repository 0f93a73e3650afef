import PGSystem

/// Which attempts to connect are still to be made, and what came of the others; pure.
struct ConnectProgress {
  /// What came of an attempt.
  struct Complaint {
    let message: String
    var fields: ServerFields?
    var isTimeOut = false
  }

  enum Next {
    case lookUp(String)
    case attempt(ConnectAttempt)
    /// Nothing is left to try.
    case failed(PostgresError)
  }

  /// An attempt in progress.
  struct Running {
    let attempt: ConnectAttempt
    let deadline: MonotonicInstant?
  }

  let plan: ConnectPlan
  var running: Running?
  /// The next is the last.
  private var waiting: [ConnectAttempt]
  private var complaints: [Complaint] = []

  init(_ plan: ConnectPlan) {
    self.plan = plan
    waiting = plan.attempts.reversed()
  }

  /// What to do next; an attempt is taken from those that wait.
  mutating func next() -> Next {
    guard let attempt = waiting.last else { return .failed(error) }
    if let name = attempt.nameToLookUp { return .lookUp(name) }
    waiting.removeLast()
    return .attempt(attempt)
  }

  /// Puts a name's addresses, in order, in the place of the name that was asked for.
  mutating func found(_ addresses: [String]) {
    guard let attempt = waiting.popLast() else { return }
    for address in (plan.isShuffled ? addresses.shuffled() : addresses).reversed() {
      var further = attempt
      further.hostaddr = address
      waiting.append(further)
    }
  }

  /// The name that was asked for has no address.
  mutating func foundNothing(_ reason: String) {
    guard let attempt = waiting.popLast() else { return }
    let name = attempt.host ?? ""
    complaints.append(Complaint(message: "could not translate host name \"\(name)\" to address: \(reason)"))
  }

  /// An attempt failed.
  ///
  /// - Parameter isFinal: Whether libpq would try no other then.
  mutating func failed(_ complaint: Complaint, isFinal: Bool) {
    running = nil
    complaints.append(complaint)
    if isFinal { waiting = [] }
  }

  /// What to throw when nothing is left to try: all that was said, each thing once.
  private var error: PostgresError {
    var messages: [String] = []
    for complaint in complaints where !messages.contains(complaint.message) {
      messages.append(complaint.message)
    }
    let isTimeOut = !complaints.isEmpty && complaints.allSatisfy(\.isTimeOut)
    // The last server that said a word, for that may be what ended it.
    return PostgresError(
      isTimeOut ? .timedOut : .connectionFailed, messages.joined(separator: "; "),
      serverFields: complaints.last { $0.fields != nil }?.fields)
  }
}
