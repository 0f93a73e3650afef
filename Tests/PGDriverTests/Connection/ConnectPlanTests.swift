import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A plan to connect", .paced)
struct ConnectPlanTests {
  private func list(
    _ host: String?, _ hostaddr: String? = nil, _ port: String? = nil
  ) throws -> [ConnectAttempt] {
    try ConnectAttempt.list(
      host: host, hostaddr: hostaddr, port: port, defaultHost: "/default", defaultPort: "5432")
  }

  @Test("has an attempt for each host, and libpq's defaults for what a list leaves out")
  func lists() throws {
    #expect(try list(nil) == [ConnectAttempt()])
    #expect(try list("a") == [ConnectAttempt(host: "a")])
    #expect(
      try list("a,/b", nil, "1") == [
        ConnectAttempt(host: "a", port: "1"), ConnectAttempt(host: "/b", port: "1"),
      ])
    #expect(
      try list("a,,c", nil, "1,,3") == [
        ConnectAttempt(host: "a", port: "1"), ConnectAttempt(host: "/default", port: "5432"),
        ConnectAttempt(host: "c", port: "3"),
      ])
    #expect(
      try list("a,,c", "::1,::2,", "7") == [
        ConnectAttempt(host: "a", hostaddr: "::1", port: "7"), ConnectAttempt(hostaddr: "::2", port: "7"),
        ConnectAttempt(host: "c", port: "7"),
      ])
    #expect(
      try list(nil, "::1,::2") == [ConnectAttempt(hostaddr: "::1"), ConnectAttempt(hostaddr: "::2")])
    // A comma is one, whatever comes after it.
    #expect(try list("a,\u{301}b").map(\.host) == ["a", "\u{301}b"])
  }

  @Test("refuses lists that aren't equally long")
  func mismatch() {
    #expect(throws: PostgresError.self) { try list("a,b", "::1") }
    #expect(throws: PostgresError.self) { try list("a", "::1,::2") }
    #expect(throws: PostgresError.self) { try list("a,b,c", nil, "1,2") }
    #expect(throws: PostgresError.self) { try list(nil, nil, "1,2") }
  }

  @Test(
    "reads integers as libpq does",
    arguments: [
      ("10", 10), (" 10", 10), ("10 ", 10), ("\t\n\u{B}\u{C}\r10\t", 10), ("+3", 3), ("-3", -3), ("007", 7),
      ("2147483647", 2_147_483_647), ("-2147483648", -2_147_483_648), ("2147483648", nil), ("", nil),
      (" ", nil), ("+", nil), ("- 1", nil), ("+-1", nil), ("1 2", nil), ("1s", nil), ("0x10", nil),
      ("1.0", nil), ("1e3", nil), ("²", nil), ("١", nil), ("1\u{301}", nil), ("1\u{A0}", nil),
      ("99999999999999999999", nil),
    ] as [(String, Int32?)])
  func integers(text: String, expected: Int32?) {
    #expect(IntegerParameter.value(text) == expected)
  }

  @Test("tries the addresses of a name in order, in the name's place")
  func addresses() throws {
    let configuration = PostgresConfiguration(host: "one.invalid,/two", user: "anna")
    var progress = ConnectProgress(try ConnectPlan(configuration))
    guard case .lookUp("one.invalid") = progress.next() else { throw Unexpected() }
    progress.found(["::1", "127.0.0.1"])
    for address in ["::1", "127.0.0.1", nil] {
      guard case .attempt(let attempt) = progress.next() else { throw Unexpected() }
      #expect(attempt.hostaddr == address)
      #expect(attempt.host == (address == nil ? "/two" : "one.invalid"))
      progress.failed(ConnectProgress.Complaint(message: "no", isTimeOut: true), isFinal: false)
    }
    guard case .failed(let error) = progress.next() else { throw Unexpected() }
    #expect(error.code == .timedOut)
    #expect(error.message == "no")
  }

  @Test("ends with a refusal, and goes on after a name without addresses")
  func refusal() throws {
    let configuration = PostgresConfiguration(host: "one.invalid,/two,/three", user: "anna")
    var progress = ConnectProgress(try ConnectPlan(configuration))
    guard case .lookUp = progress.next() else { throw Unexpected() }
    progress.foundNothing("there is none")
    guard case .attempt = progress.next() else { throw Unexpected() }
    progress.failed(ConnectProgress.Complaint(message: "wrong password"), isFinal: true)
    guard case .failed(let error) = progress.next() else { throw Unexpected() }
    #expect(error.code == .connectionFailed)
    #expect(error.message.contains("\"one.invalid\" to address: there is none"))
    #expect(error.message.hasSuffix("; wrong password"))
  }

  @Test("takes a refusal's text apart")
  func refusalText() {
    let plain = ConnectRefusal("FATAL:  28P01: no entry: none\nLOCATION:  auth_failed, auth.c:326\n")
    #expect(plain.message == "FATAL:  no entry: none")
    #expect(plain.fields?.sqlState == .invalidPassword)
    #expect(plain.fields?.severity == "FATAL")
    #expect(plain.fields?.message == "no entry: none")
    let twice = ConnectRefusal(
      "to a: FATAL:  28P01: one\nDETAIL:  more\nLOCATION:  x\nto b: FATAL:  28000: two\nLOCATION:  y\n")
    #expect(twice.message == "to a: FATAL:  one DETAIL:  more to b: FATAL:  two")
    #expect(twice.fields?.sqlState == .invalidPassword)
    let without = ConnectRefusal("FATAL:  HELLO: world\n\tWhat now?\n")
    #expect(without.message == "FATAL:  HELLO: world What now?")
    #expect(without.fields == nil)
    #expect(ConnectRefusal("").message.isEmpty)
    #expect(ConnectRefusal("FATAL:  28P01: ").fields?.message == "")
    #expect(ConnectRefusal("FATAL:  28P0").fields == nil)
    #expect(ConnectRefusal("a:  XX000: \u{301}b").fields?.message == "\u{301}b")
  }

  // MARK: Names

  @Test("finds a name's addresses, or why there are none")
  func names() {
    guard case .found(let addresses) = HostAddresses.of("localhost") else {
      Issue.record("localhost has no address")
      return
    }
    #expect(addresses.contains("127.0.0.1") || addresses.contains("::1"))
    #expect(HostAddresses.of("127.0.0.1", onlyNumeric: true) == .found(["127.0.0.1"]))
    #expect(HostAddresses.of("::1", onlyNumeric: true) == .found(["::1"]))
    guard case .failed = HostAddresses.of("localhost", onlyNumeric: true) else {
      Issue.record("a name is no address")
      return
    }
  }

  @Test("stops waiting for a name server when the task is cancelled", .timeLimit(.minutes(1)))
  func cancelledLookup() async throws {
    let isOver = Condition(false)
    let lookup = HostLookup { _ in
      isOver.wait { $0 ? () : nil }
      return .found(["::1"])
    }
    let waiting = Task { try await lookup.addresses(of: "a.invalid") }
    try await Task.sleep(for: .milliseconds(20))
    lookup.cancel()
    #expect(try await waiting.value == nil)
    #expect(try await lookup.addresses(of: "b.invalid") == nil)
    // What the system finds later is nobody's any more.
    isOver.change(wakingAll: true) { $0 = true }
  }

  private struct Unexpected: Error {}
}
