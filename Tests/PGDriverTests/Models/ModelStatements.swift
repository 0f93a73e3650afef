import PGDriver

/// The SQL of a model's statements.
enum ModelStatements {
  static func insertion(of numbers: [Int]) -> PostgresQuery {
    guard numbers.count == 1 else { return "INSERT INTO model SELECT unnest(\(numbers))" }
    return "INSERT INTO model VALUES (\(numbers[0]))"
  }

  static func returningInsertion(of numbers: [Int]) -> PostgresQuery {
    "INSERT INTO model SELECT unnest(\(numbers)) RETURNING n"
  }

  static func script(_ numbers: [Int]) -> String {
    numbers.map { "INSERT INTO model VALUES (\($0))" }.joined(separator: "; ")
  }

  static func pipeline(_ numbers: [Int]) -> [PostgresQuery] {
    numbers.map { "INSERT INTO model VALUES (\($0))" }
  }

  static let many = "INSERT INTO model VALUES ($1)"

  static func rows(_ numbers: [Int]) -> [[any PostgresEncodable]] { numbers.map { [$0] } }

  /// The table has a row 0 from the start.
  static func failing(_ failure: ModelProgram.Failure) -> PostgresQuery {
    switch failure {
    case .division: "SELECT 1 / (n - 2) FROM generate_series(1, 3) n"
    case .unique: "INSERT INTO model VALUES (0)"
    }
  }

  /// One that fails for a row of parameters: by the parameter of 0, which divides, or is there already.
  static func failingMany(_ failure: ModelProgram.Failure) -> String {
    switch failure {
    case .division: "INSERT INTO model SELECT $1::int8 / $1::int8 * $1::int8"
    case .unique: many
    }
  }
}
