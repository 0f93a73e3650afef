import Foundation

/// One of the study's workloads.
struct Workload: Sendable {
  /// Its name in paths; nil of the one at the root.
  let name: String?
  let summary: String
  /// For how many operations one run of it counts.
  let operations: Int
  /// Runs it so many times.
  let run: @Sendable (_ repository: any ShopRepository, _ count: Int) async throws -> Void

  static let all = [standard, mixed, parallel, complex, concurrent]

  private static let standard = Workload(
    name: nil, summary: "Reads all users, then all products, count times.", operations: 2
  ) { repository, count in
    for _ in 0..<count { try await readAll(repository) }
  }

  private static let mixed = Workload(
    name: "mixed", summary: "Inserts, reads, updates and deletes by turns, count times.", operations: 2
  ) { repository, count in
    // No other run, at the same time or before, has the same names.
    let run = "\(UUID())-"
    do {
      for index in 0..<count { try await mixedStep(index, of: run, repository) }
    } catch {
      // What failed says more than what can't be cleared up after it.
      try? await clear(run, repository)
      throw error
    }
    try await clear(run, repository)
  }

  private static let parallel = Workload(
    name: "parallel", summary: "Four queries at once, each on a connection of its own, count times.",
    operations: 4
  ) { repository, count in
    for _ in 0..<count {
      async let users = repository.run(BenchmarkStatements.allUsers)
      async let dearest = repository.run(BenchmarkStatements.dearest)
      async let likeUser = repository.run(BenchmarkStatements.likeUser)
      async let owned = repository.run(BenchmarkStatements.owned)
      _ = try await (users, dearest, likeUser, owned)
    }
  }

  private static let complex = Workload(
    name: "complex", summary: "Aggregates, ranks and row numbers, one after another, count times.",
    operations: 3
  ) { repository, count in
    for _ in 0..<count {
      _ = try await repository.run(BenchmarkStatements.summaries)
      _ = try await repository.run(BenchmarkStatements.ranked)
      _ = try await repository.run(BenchmarkStatements.numbered)
    }
  }

  private static let concurrent = Workload(
    name: "concurrent", summary: "Five clients at once, three queries each, count times in all.",
    operations: 3
  ) { repository, count in
    let clients = 5
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<clients {
        let share = count / clients + (client < count % clients ? 1 : 0)
        group.addTask {
          for _ in 0..<share {
            _ = try await repository.run(BenchmarkStatements.users(after: Int32(client)))
            _ = try await repository.run(BenchmarkStatements.products(above: 10 + Double(client)))
            _ = try await repository.run(BenchmarkStatements.owners)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

// The steps of the mixed workload.
extension Workload {
  private static func mixedStep(_ index: Int, of run: String, _ repository: any ShopRepository) async throws {
    switch index % 4 {
    case 0: try await insert("\(run)\(index)", price: 9.99 + Double(index), repository)
    case 1: try await readAll(repository)
    case 2: try await updateFirst(index, repository)
    default: try await deleteLast(repository)
    }
  }

  private static func insert(_ name: String, price: Double, _ repository: any ShopRepository) async throws {
    if let user = try await repository.run(BenchmarkStatements.insertUser(name)) {
      _ = try await repository.run(BenchmarkStatements.user(user.id))
    }
    if let product = try await repository.run(BenchmarkStatements.insertProduct(name, price: price)) {
      _ = try await repository.run(BenchmarkStatements.product(product.id))
    }
  }

  private static func readAll(_ repository: any ShopRepository) async throws {
    _ = try await repository.run(BenchmarkStatements.allUsers)
    _ = try await repository.run(BenchmarkStatements.allProducts)
  }

  private static func updateFirst(_ index: Int, _ repository: any ShopRepository) async throws {
    if let user = try await repository.run(BenchmarkStatements.firstUser) {
      _ = try await repository.run(BenchmarkStatements.rename(user, "Updated \(index)"))
    }
    if let product = try await repository.run(BenchmarkStatements.firstProduct) {
      _ = try await repository.run(BenchmarkStatements.reprice(product, 11.99 + Double(index % 100)))
    }
  }

  private static func deleteLast(_ repository: any ShopRepository) async throws {
    if let user = try await repository.run(BenchmarkStatements.lastUser) {
      _ = try await repository.run(BenchmarkStatements.delete(user))
    }
    if let product = try await repository.run(BenchmarkStatements.lastProduct) {
      _ = try await repository.run(BenchmarkStatements.delete(product))
    }
  }

  private static func clear(_ run: String, _ repository: any ShopRepository) async throws {
    _ = try await repository.run(BenchmarkStatements.deleteUsers(of: run))
    _ = try await repository.run(BenchmarkStatements.deleteProducts(of: run))
  }
}
