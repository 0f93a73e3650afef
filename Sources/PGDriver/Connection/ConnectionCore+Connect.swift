import CLibPQ
import PGSystem

/// What connecting needs next.
enum ConnectStep: Sendable {
  /// Tell the core the addresses of a name, and go on.
  case lookUp(String)
  /// Go on once the socket is like this, or the time is over.
  case wait(Readiness, until: MonotonicInstant?)
  case done
}

// Each attempt is a PGconn of its own with one server and one deadline. libpq's own way through several
// servers has connect_timeout for each only where libpq itself waits (`PQconnectdb`), not in `PQconnectPoll`.
// When to try the next one is libpq's rule; manual, section 34.1.1.3, "Specifying Multiple Hosts", and
// src/interfaces/libpq/fe-connect.c.
extension ConnectionCore {
  /// Goes on connecting.
  ///
  /// The socket may be another after each call.
  ///
  /// - Throws: what all attempts came to, when none is left; the connection is closed then.
  func advanceConnect() throws(PostgresError) -> ConnectStep {
    while true {
      guard let handle, let running = progress?.running else {
        switch progress?.next() {
        case .lookUp(let name): return .lookUp(name)
        case .attempt(let attempt):
          try begin(attempt)
          if let running = progress?.running { return .wait(.writable, until: running.deadline) }
        case .failed(let error): throw error
        case nil: return .done
        }
        continue
      }
      let status = PQstatus(handle)
      let poll = PQconnectPoll(handle)
      switch poll {
      case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
        // Also while there is always something to read, as from a server that talks without end; but only
        // after a look at what has come, since a program that was held up itself must not blame the server.
        if let deadline = running.deadline, deadline <= .now {
          giveUp(.timedOut(at: running.attempt, after: progress?.plan.timeout), isFinal: false)
          continue
        }
        return .wait(poll == PGRES_POLLING_READING ? .readable : .writable, until: running.deadline)
      case PGRES_POLLING_OK:
        progress = nil
        guard PQsetnonblocking(handle, 1) == 0 else { throw lost() }
        PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
        phase = .idle
        configuredEncoding = PQclientEncoding(handle)
        return .done
      default: attemptFailed(running.attempt, handle, at: status)
      }
    }
  }

  /// Begins an attempt; one that fails at once is given up.
  private func begin(_ attempt: ConnectAttempt) throws(PostgresError) {
    guard let plan = progress?.plan, let handle = LibPQ.start(plan.parameters(of: attempt)) else {
      throw PostgresError(.system, "libpq is out of memory.")
    }
    self.handle = handle
    progress?.running = ConnectProgress.Running(
      attempt: attempt, deadline: plan.timeout.map { .now + $0 })
    // For the SQLSTATE of a refusal, which libpq keeps in the text only.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    // Unretained: the connection never outlives this object.
    PQsetNoticeReceiver(
      handle,
      { core, notice in
        guard let core, let notice else { return }
        Unmanaged<ConnectionCore>.fromOpaque(core).takeUnretainedValue().take(notice: notice)
      }, Unmanaged.passUnretained(self).toOpaque())
    if PQstatus(handle) == CONNECTION_BAD { attemptFailed(attempt, handle, at: CONNECTION_NEEDED) }
  }

  /// - Parameter status: How far libpq was before the step that failed.
  private func attemptFailed(
    _ attempt: ConnectAttempt, _ handle: OpaquePointer, at status: ConnStatusType
  ) {
    let refusal = ConnectRefusal(String(cString: PQerrorMessage(handle)))
    // No connection was made at all.
    let isUnreachable = status == CONNECTION_NEEDED || status == CONNECTION_STARTED
    // The server let the session in, which then wasn't of the kind that was asked for: only the former leaves
    // a trace.
    let isOtherKind =
      (attempt.targetSession ?? progress?.plan.targetSession) != "any" && refusal.fields == nil
      && PQparameterStatus(handle, "server_version") != nil
    let isNotReady = refusal.fields?.sqlState == .cannotConnectNow
    // libpq names the address only.
    let name = attempt.host.flatMap {
      attempt.hostaddr == nil || attempt.hostaddr == $0 ? nil : "host \"\($0)\": "
    }
    let reason = refusal.message.isEmpty ? "libpq gave no reason" : refusal.message
    giveUp(
      ConnectProgress.Complaint(message: (name ?? "") + reason, fields: refusal.fields),
      isFinal: !isUnreachable && !isOtherKind && !isNotReady)
  }

  private func giveUp(_ complaint: ConnectProgress.Complaint, isFinal: Bool) {
    progress?.failed(complaint, isFinal: isFinal)
    reasonForEnd = nil
    close()
  }

  /// Keeps the reason for which the server ends an idle connection, which libpq takes for a notice.
  private func take(notice: OpaquePointer) {
    guard let fields = ServerFields(notice) else { return }
    transactionEnds.note(warning: fields.sqlState)
    if fields.endsSession {
      reasonForEnd = fields
    } else {
      noticeHandler?(fields)
    }
  }

  /// Takes what became of a look-up.
  func take(_ addresses: HostAddresses) {
    switch addresses {
    case .found(let addresses): progress?.found(addresses)
    case .failed(let reason): progress?.foundNothing(reason)
    }
  }
}

extension SQLState {
  /// 57P03: the server starts, or stops.
  static let cannotConnectNow = SQLState(rawValue: "57P03")
}

extension ConnectProgress.Complaint {
  fileprivate static func timedOut(at attempt: ConnectAttempt, after timeout: Duration?) -> Self {
    let limit = timeout.map { ", \($0.components.seconds) seconds" } ?? ""
    return Self(
      message: "the server at \(attempt.place) did not reply within connect_timeout\(limit)", isTimeOut: true
    )
  }
}

/// What libpq says of a failed attempt to connect, taken apart.
///
/// libpq keeps only the text of the server's reply. With PQERRORS_VERBOSE that has the SQLSTATE after the
/// severity, which is in the server's language: "FATAL:  28P01: password authentication failed …", and a line
/// "LOCATION:  …" at the end. There may be several replies, as when libpq tries anew without encryption; the
/// first one counts.
struct ConnectRefusal {
  let message: String
  let fields: ServerFields?

  /// - Parameter text: libpq's message with its line ends.
  init(_ text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
    let told = lines.filter { !$0.utf8.starts(with: "LOCATION:  ".utf8) }.joined(separator: "\n").onOneLine
    var rest = Array(told.utf8)[...]
    var message: [UInt8] = []
    var first: (severity: [UInt8], code: [UInt8], start: Int)?
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let afterColon = colon + 1
      message += rest[..<afterColon]
      rest = rest[afterColon...]
      guard let code = Self.code(after: rest) else { continue }
      message += Array("  ".utf8)
      if first == nil {
        let severity = message.dropLast(3).reversed().prefix { $0 != UInt8(ascii: " ") }
        first = (severity.reversed(), Array(code), message.count)
      }
      // Two spaces, the code, a colon and a space.
      rest = rest.dropFirst(2 + code.count + 2)
    }
    message += rest
    self.message = String(decoding: message, as: UTF8.self)
    fields = first.map {
      ServerFields(
        severity: String(decoding: $0.severity, as: UTF8.self),
        sqlState: SQLState(rawValue: String(decoding: $0.code, as: UTF8.self)),
        message: String(decoding: message[$0.start...], as: UTF8.self))
    }
  }

  /// The SQLSTATE, if a text goes on with one; each has a digit in it, so that a word in capitals is none.
  private static func code(after rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let spaces = rest.prefix(2)
    let code = rest.dropFirst(2).prefix(5)
    let end = rest.dropFirst(7).prefix(2)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard spaces.elementsEqual("  ".utf8), end.elementsEqual(": ".utf8),
      code.allSatisfy({ digits.contains($0) || letters.contains($0) }), code.contains(where: digits.contains)
    else { return nil }
    return code
  }
}
