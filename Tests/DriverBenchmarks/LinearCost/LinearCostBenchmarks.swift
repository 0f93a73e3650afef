import PGServer

#if os(Linux)
  import PGBenchKit
  import PGDriver
  import Testing

  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  /// The amounts of data, in megabytes of 1,000,000 bytes.
  enum LinearAmounts {
    /// 0 if nothing is to be measured.
    static let largest = ProcessInfo.processInfo.environment["PGBENCH_LINEAR"].flatMap { Int($0) } ?? 0
    static let all = [1, 4, 16, 64, 256, 1000].filter { $0 <= largest }
  }

  extension LinearOperation {
    /// Those whose names PGBENCH_LINEAR_ONLY has, separated by commas; all without it.
    static let chosen: [LinearOperation] = {
      guard let names = ProcessInfo.processInfo.environment["PGBENCH_LINEAR_ONLY"] else { return allCases }
      return allCases.filter { names.split(separator: ",").contains("\($0)") }
    }()
  }

  /// Shows that what is sent and received costs time and memory in proportion to its size.
  ///
  ///     PGBENCH_LINEAR=1000 swift test --filter LinearCostBenchmarks
  ///     PGBENCH_LINEAR=256 PGBENCH_LINEAR_ONLY=rows,stream swift test --filter LinearCostBenchmarks
  ///
  /// The number is the largest amount in megabytes, up to 1000: a message holds less than 1 GiB. Each figure is of a
  /// process of its own, whose memory is that of one operation. They aren't compared with each other as a benchmark's
  /// variants are: other work on the machine shows in the times, but not in how these grow.
  @Suite("Linear cost", .serialized, .enabled(if: LinearAmounts.largest > 0))
  struct LinearCostBenchmarks {
    /// How much more of the process's CPU time a megabyte may take at the largest amount than at 16 MB.
    ///
    /// Of the CPU, not of the clock: beside other work, the same operation took up to 9 times as long. What grows with the square takes 16 times as long from 16 MB to 256 MB. Noise, caches that become too small, and
    /// pages that the kernel has to clear come to less than 2.
    private static let growthLimit = 4.0

    /// What of the memory may be left when the connection is closed, in MB.
    ///
    /// The GNU C library keeps up to 64 MB free at the top of a thread's arena (mallopt(3): M_TRIM_THRESHOLD grows to twice
    /// the largest M_MMAP_THRESHOLD), which malloc_trim leaves alone. The rest is code that was run for the first time.
    private static let leftLimit = 80.0

    @Test(arguments: LinearOperation.chosen)
    func cost(of operation: LinearOperation) async throws {
      let parameters = try await Self.parameters()
      var table = LinearTable(operation: operation)
      for driver in LinearDriver.allCases {
        for megabytes in LinearAmounts.all {
          table.figures[driver, default: [:]][megabytes] = try await Self.figures(
            operation, megabytes, driver, parameters)
        }
      }
      print(table.markdown)
      Self.judge(table)
    }

    private static func parameters() async throws -> [String: String] {
      let database = try await SharedServer.server().database(for: .empty)
      return database.configuration.parameters
    }

    /// Measures in a child process; nil if that fails, which is a failure of the test by itself.
    private static func figures(
      _ operation: LinearOperation, _ megabytes: Int, _ driver: LinearDriver, _ parameters: [String: String]
    ) async throws -> LinearFigures? {
      let result = await #expect(
        processExitsWith: .success, observing: [\.standardOutputContent],
        "\(operation.rawValue), \(megabytes) MB, \(driver)"
      ) {
        [
          operation = operation as LinearOperation, megabytes = megabytes as Int,
          driver = driver as LinearDriver, parameters = parameters as [String: String]
        ] in
        let configuration = PostgresConfiguration(parameters: parameters)
        let figures: LinearFigures
        switch driver {
        case .sync:
          figures = try await LinearFigures(
            of: operation, megabytes: megabytes, on: SyncLinearRun.self, to: configuration)
        case .async:
          figures = try await withTaskExecutorPreference(EventLoop.common()) {
            try await LinearFigures(
              of: operation, megabytes: megabytes, on: AsyncLinearRun.self, to: configuration)
          }
        }
        print(figures.line)
      }
      guard let result else { return nil }
      let figures: LinearFigures = try #require(LinearFigures(output: result.standardOutputContent))
      return figures
    }

    private static func judge(_ table: LinearTable) {
      for (driver, all) in table.figures {
        for (megabytes, figures) in all {
          let place: Comment = "\(table.operation.rawValue), \(megabytes) MB, \(driver)"
          #expect(
            Double(figures.peak) / 1e6 <= table.operation.memoryBound.limit(megabytes: megabytes), place)
          #expect(Double(figures.left) / 1e6 <= leftLimit, place)
        }
        guard let largest = all.keys.max(), largest > LinearTable.reference,
          let growth = table.growth(driver, megabytes: largest)
        else { continue }
        #expect(growth <= growthLimit, "\(table.operation.rawValue), \(largest) MB, \(driver)")
      }
    }
  }
#endif
