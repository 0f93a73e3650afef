import PGDriver

extension StormCall {
  /// One of each, to be cancelled while another has the connection; none of them begins.
  static let waiting = [
    StormCall(name: "query") { connection, _ in _ = try await connection.query("INSERT INTO t VALUES (1)") },
    StormCall(name: "execute") { connection, _ in try await connection.execute("INSERT INTO t VALUES (1)") },
    StormCall(name: "pipeline") { connection, _ in
      _ = try await connection.pipeline(["INSERT INTO t VALUES (1)", "SELECT 1"])
    },
    StormCall(name: "executeMany") { connection, _ in
      try await connection.executeMany("INSERT INTO t VALUES ($1)", [[1], [2]])
    },
    StormCall(name: "transaction") { connection, _ in
      try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
    },
    StormCall(name: "withCursor") { connection, _ in
      try await connection.withCursor(for: "SELECT 1") { _ in true }
    },
    StormCall(name: "withRows") { connection, _ in
      try await connection.withRows(of: "INSERT INTO t VALUES (1) RETURNING n") { rows in
        for try await _ in rows {}
      }
    },
    StormCall(name: "copyIn") { connection, _ in
      try await connection.copyIn("COPY t FROM STDIN") { try await $0.write("1\n".utf8) }
    },
    StormCall(name: "copyRows") { connection, _ in
      try await connection.copyRows(into: "t") { try await $0.append(1) }
    },
    StormCall(name: "copyOut") { connection, _ in
      try await connection.copyOut("COPY (SELECT 1) TO STDOUT") { pieces in
        for try await _ in pieces {}
      }
    },
    StormCall(name: "notifications(on:)") { connection, _ in
      _ = try await connection.notifications(on: "waiting")
    },
  ]
}
