import PGDriver
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("A round trip")
struct RoundTripTests {
  @Test("is more than nothing, and no longer than 10 s")
  func limits() throws {
    for duration in [Duration.nanoseconds(1), .milliseconds(1), .seconds(10)] {
      try RoundTrip(duration: duration).validate()
    }
    for duration in [Duration.zero, .milliseconds(-1), .seconds(10) + .nanoseconds(1)] {
      let error = #expect(throws: BenchmarkError.self) { try RoundTrip(duration: duration).validate() }
      #expect(error?.description.contains("at most 10.0 seconds") == true)
    }
  }

  @Test("is shared by both directions, and nothing of it is lost", arguments: [1, 2, 3, 1_000_001])
  func halves(nanoseconds: Int) {
    let roundTrip = RoundTrip(duration: .nanoseconds(nanoseconds))
    #expect(roundTrip.forth + roundTrip.back == nanoseconds)
    #expect(0...1 ~= roundTrip.back - roundTrip.forth)
  }

  @Test("is added to the way to one server on a Unix socket")
  func socket() throws {
    let server = try ServerSocket(of: PostgresConfiguration(host: "/tmp/there", port: 5433))
    #expect(server.path == "/tmp/there/.s.PGSQL.5433")
    #expect(try ServerSocket(of: PostgresConfiguration(host: "/tmp")).path == "/tmp/.s.PGSQL.5432")
  }

  @Test(
    "can't be added to TCP, to several servers, or to one that only the environment knows",
    arguments: [
      PostgresConfiguration(host: "localhost", port: 5432, password: "verysecret"),
      PostgresConfiguration(host: "/tmp,/run", password: "verysecret"),
      PostgresConfiguration(password: "verysecret", parameters: ["host": "/tmp", "port": "1,2"]),
      PostgresConfiguration(host: "/tmp", password: "verysecret", parameters: ["hostaddr": "127.0.0.1"]),
      PostgresConfiguration(port: 5432, password: "verysecret"),
    ])
  func refused(configuration: PostgresConfiguration) {
    let error = #expect(throws: BenchmarkError.self) {
      try RoundTripProxy(to: configuration, roundTrip: RoundTrip(duration: .milliseconds(1)))
    }
    #expect(error?.description.contains("Unix socket") == true)
    #expect(error?.description.contains("verysecret") == false)
  }
}
