import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Network addresses")
  struct NetworkTests {
    private static let v6: [UInt128] = [
      0, 1, .max, 0xffff_c000_0201, 0xc000_0201, 0x1_0000, 0x2001_0db8 << 96, 0x2001_0db8 << 96 | 1, 1 << 112,
      0x0001_0000_0000_0001_0000_0000_0000_0001, 0x0001_0000_0000_0001_0001_0000_0000_0001,
    ]

    @Test("Addresses of hosts go out and come back", arguments: TestDriver.allCases)
    func inet(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 40)
      let edges =
        Self.v6.map { PostgresIPAddress(v6: $0) }
        + [0, .max, 0x7f00_0001, 0xc000_0201].map { PostgresIPAddress(v4: $0) }
      let values =
        edges.map { PostgresInet($0) }
        + random.values { random in
          let address = Self.address(&random)
          let prefixLength = random.number(below: address.bitWidth + 1)
          return PostgresInet(address, prefixLength: prefixLength) ?? PostgresInet(address)
        }
      try await driver.withTextConnection { connection in
        // A cast to text always shows the prefix; the output function doesn't where it says nothing.
        try await connection.expectRoundTrip(values, as: "inet") {
          $1 == "\($0.address)/\($0.prefixLength)"
        }
        let shown = try await connection.value(
          "SELECT array_agg(format('%s', v) ORDER BY i) FROM unnest(\(values)) WITH ORDINALITY AS x(v, i)",
          as: [String].self)
        #expect(shown == values.map(\.description))
      }
      #expect(PostgresInet(PostgresIPAddress(v4: 0), prefixLength: 33) == nil)
    }

    @Test("Addresses of networks go out and come back", arguments: TestDriver.allCases)
    func cidr(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 41)
      let values = random.values { random in
        let address = Self.address(&random)
        let prefixLength = random.number(below: address.bitWidth + 1)
        let network = address.bits & (UInt128.max << UInt128(address.bitWidth - prefixLength))
        return PostgresCIDR(
          address.version == .v4
            ? PostgresIPAddress(v4: UInt32(truncatingIfNeeded: network)) : PostgresIPAddress(v6: network),
          prefixLength: prefixLength)
      }
      let networks = values.compactMap { $0 }
      #expect(networks.count == values.count)
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(networks, as: "cidr")
        let host = try await connection.value("SELECT '10.0.0.0/8'::cidr", as: PostgresInet.self)
        #expect(host.description == "10.0.0.0/8")
      }
      #expect(PostgresCIDR(PostgresIPAddress(v4: 1), prefixLength: 31) == nil)
    }

    @Test("Hardware addresses go out and come back", arguments: TestDriver.allCases)
    func macaddr(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 42)
      let short = ([0, (1 << 48) - 1] + random.values { $0.next() >> 16 }).compactMap {
        PostgresMACAddress(bits: $0)
      }
      let long = ([0, .max] + random.values { $0.next() }).map { PostgresMACAddress8(bits: $0) }
      #expect(short.count == randomCount + 2 && PostgresMACAddress(bits: 1 << 48) == nil)
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(short, as: "macaddr")
        try await connection.expectRoundTrip(long, as: "macaddr8")
      }
    }

    private static func address(_ random: inout SeededGenerator) -> PostgresIPAddress {
      guard random.number(below: 2) == 0 else {
        return PostgresIPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
      }
      // Words are zero every other time, for the sake of "::".
      let bits = (0..<8).reduce(UInt128(0)) { bits, _ in
        bits << 16 | UInt128(random.number(below: 2) * random.number(below: 0x10000))
      }
      return PostgresIPAddress(v6: bits)
    }
  }
}
