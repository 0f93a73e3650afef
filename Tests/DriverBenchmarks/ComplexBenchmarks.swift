import PGBenchKit
import Testing

@Suite("Complex", .benchmark, .postgres(.study), .tolerance(.percent(5)))
struct ComplexBenchmarks {
  /// A user's products: how many, and their average price.
  struct Summary: Equatable {
    let fullName: String?
    let products: Int
    let averagePrice: Double
  }

  /// A product, and its price's rank from the highest.
  struct Ranked: Equatable {
    let name: String
    let price: Double
    let rank: Int
  }

  /// A user, and its number in the order of usernames.
  struct Numbered: Equatable {
    let username: String
    let email: String
    let number: Int
  }

  /// What the three queries of an operation returned.
  struct Answers: Equatable {
    let summaries: [Summary]
    let ranked: [Ranked]
    let numbered: [Numbered]
  }

  @Test(
    "Aggregates, ranks and row numbers",
    .gate(.async, notSlowerThan: .sync, by: .percent(20)),
    arguments: OperationCount.sweep([10_000]))
  func complex(operations: OperationCount) async throws {
    try await benchmark(operations, operationsPerIteration: 3) { connection, _ in
      let summaries = try await connection.query(
        """
        SELECT u.full_name, count(p.id), avg(p.price) FROM users u JOIN products p ON p.id = u.id
        GROUP BY u.full_name HAVING avg(p.price) > 0
        """)
      let ranked = try await connection.query(
        """
        SELECT p.name, p.price, r.rank
        FROM products p JOIN (SELECT id, rank() OVER (ORDER BY price DESC) AS rank FROM products) r ON r.id = p.id
        WHERE r.rank <= 5
        """)
      let numbered = try await connection.query(
        "SELECT username, email, row_number() OVER (ORDER BY username) FROM users")
      return Answers(
        summaries: try summaries.map {
          Summary(
            fullName: try $0.decode(at: 0), products: try $0.decode(at: 1), averagePrice: try $0.decode(at: 2)
          )
        },
        ranked: try ranked.map {
          Ranked(name: try $0.decode(at: 0), price: try $0.decode(at: 1), rank: try $0.decode(at: 2))
        },
        numbered: try numbered.map {
          Numbered(username: try $0.decode(at: 0), email: try $0.decode(at: 1), number: try $0.decode(at: 2))
        })
    }
  }
}
