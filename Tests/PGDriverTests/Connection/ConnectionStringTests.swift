import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Subprocess
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What libpq's connection string can ask for, on real servers.
@Suite("A connection string", .paced, .timeLimit(.minutes(5)))
struct ConnectionStringTests {
  @Test("encrypts as its sslmode says, and refuses a server that the certificate doesn't vouch for")
  func tls() async throws {
    try await withFolder { folder in
      let other = try await makeCertificate("other", in: folder)
      let own = try await makeCertificate("own", in: folder)
      let port = try freePort()
      let server = try await ThrowawayServer.start(
        settings: ["listen_addresses": "127.0.0.1", "port": "\(port)"])
      do {
        let database = try await server.database(for: .empty).configuration
        try await serve(own, on: database)
        func reach(_ mode: String, root: String? = nil) -> PostgresConfiguration {
          var configuration = database
          configuration.parameters["host"] = "localhost"
          configuration.parameters["hostaddr"] = "127.0.0.1"
          configuration.parameters["sslmode"] = mode
          configuration.parameters["sslrootcert"] = root
          return configuration
        }
        let query: PostgresQuery = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        // The settings are in force a moment after they were changed.
        #expect(
          await eventually {
            (try? await TestDriver.async(.best).withConnection(to: reach("require")) {
              try await $0.value(query)
            })
              ?? false
          })
        for driver in TestDriver.allCases {
          for (mode, root, isEncrypted) in [
            ("disable", nil, false), ("prefer", nil, true), ("require", nil, true),
            ("verify-ca", own.certificate, true), ("verify-full", own.certificate, true),
          ] {
            let found: Bool = try await driver.withConnection(to: reach(mode, root: root)) {
              // More than a TLS record, both ways.
              let text = String(repeating: "x", count: 100_000)
              #expect(try await $0.value("SELECT \(text)") == text)
              return try await $0.value(query)
            }
            #expect(found == isEncrypted, "\(driver) \(mode)")
          }
          // By its name, whose addresses are looked up, and which the certificate vouches for.
          var byName = reach("verify-full", root: own.certificate)
          byName.parameters["hostaddr"] = nil
          #expect(try await driver.ask(query, of: byName, as: Bool.self))
          byName.parameters["port"] = "1"
          let refused = try await errorOf { [byName] in try await driver.ask(query, of: byName, as: Bool.self)
          }
          #expect(refused.message.contains("host \"localhost\": "))
          let error = try await errorOf {
            try await driver.withConnection(to: reach("verify-ca", root: other.certificate)) { _ in }
          }
          #expect(error.code == .connectionFailed)
          #expect(error.message.contains("certificate verify failed"))
        }
      } catch {
        await server.stop()
        throw error
      }
      await server.stop()
    }
  }

  @Test(
    "with several hosts finds the one that its target_session_attrs asks for", arguments: TestDriver.allCases)
  func targetSession(driver: TestDriver) async throws {
    let reader = try await ThrowawayServer.start()
    do {
      let second = try await SharedDatabase.configuration
      let readOnly = try await reader.database(for: .empty).configuration.patient
      let first = try #require(readOnly.host)
      try await driver.withConnection(to: readOnly) {
        try await $0.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        try await $0.execute("SELECT pg_reload_conf()")
      }
      // The setting is in force a moment after it was changed.
      let isReadOnly = try await eventually {
        try await driver.withConnection(to: readOnly) {
          try await $0.value("SHOW default_transaction_read_only") == "on"
        }
      }
      try #require(isReadOnly)
      for (attribute, expected) in [("any", "on"), ("read-write", "off"), ("read-only", "on")] {
        var configuration = second.with(database: "postgres")
        configuration.parameters["host"] = "\(first),\(second.host ?? "")"
        configuration.parameters["target_session_attrs"] = attribute
        let found: String = try await driver.withConnection(to: configuration) {
          try await $0.value("SHOW default_transaction_read_only")
        }
        #expect(found == expected, "\(attribute)")
      }
    } catch {
      await reader.stop()
      throw error
    }
    await reader.stop()
  }

  @Test("finds its parameters in a service file and its password in a password file")
  func files() async throws {
    let parameters = try await SharedDatabase.configuration.parameters
    await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
      let folder = "/tmp/pgdriver-tests-\(UInt64.random(in: 0 ... .max))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let lines = parameters.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value)" }
      try ("[ours]\n" + lines.joined(separator: "\n") + "\n")
        .write(toFile: "\(folder)/services", atomically: true, encoding: .utf8)
      // Only this child process sees it.
      setenv("PGSERVICEFILE", "\(folder)/services", 1)
      try "*:*:*:*:from the file\n".write(toFile: "\(folder)/passwords", atomically: true, encoding: .utf8)
      chmod("\(folder)/passwords", 0o600)
      for driver in TestDriver.allCases {
        let configuration = PostgresConfiguration(
          parameters: ["service": "ours", "passfile": "\(folder)/passwords"])
        try await driver.withConnection(to: configuration) {
          let database: String = try await $0.value("SELECT current_database()::text")
          #expect(database == parameters["dbname"])
        }
        let nowhere = PostgresConfiguration(parameters: ["service": "theirs"])
        let error = try await errorOf { try await driver.withConnection(to: nowhere) { _ in } }
        #expect(error.message.contains("theirs"))
      }
    }
  }

  // MARK: Certificates

  private struct Certificate {
    let certificate: String
    let key: String
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgdriver-tests-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  private func makeCertificate(_ name: String, in folder: String) async throws -> Certificate {
    let made = Certificate(certificate: "\(folder)/\(name).crt", key: "\(folder)/\(name).key")
    let result = try await Subprocess.run(
      .name("openssl"),
      arguments: [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", made.key, "-out", made.certificate,
      ],
      output: .string(limit: 100_000), error: .combinedWithOutput)
    try #require(result.terminationStatus.isSuccess, "\(result.standardOutput)")
    return made
  }

  /// Has the server itself write its key, so that it belongs to the user that it runs as, and turns TLS on.
  private func serve(_ own: Certificate, on database: PostgresConfiguration) async throws {
    let certificate = try String(contentsOfFile: own.certificate, encoding: .utf8)
    let key = try String(contentsOfFile: own.key, encoding: .utf8)
    try await TestDriver.async(.best).withConnection(to: database) { connection in
      let folder: String = try await connection.value("SHOW data_directory")
      for (name, text) in [("server.crt", certificate), ("server.key", key)] {
        let lines = text.split(separator: "\n").map { "('\($0)')" }.joined(separator: ",")
        // COPY to a file leaves it readable for everybody, and such a key is refused.
        try await connection.execute(
          "COPY (VALUES \(lines)) TO PROGRAM 'umask 077 && cat > \(folder)/\(name)'")
      }
      try await connection.execute("ALTER SYSTEM SET ssl = on")
      try await connection.execute("SELECT pg_reload_conf()")
    }
  }

  /// A TCP port that nobody had a moment ago.
  private func freePort() throws -> Int {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
