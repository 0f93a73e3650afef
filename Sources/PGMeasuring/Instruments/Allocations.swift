import CPGAllocations

extension Metric {
  /// Calls of malloc and its kin on the client's threads.
  public static let allocations = Metric("allocations", unit: .count)
  /// Bytes that those calls asked for; what is freed isn't subtracted.
  public static let allocatedBytes = Metric("allocated bytes", unit: .bytes)
}

/// Reads what the client's threads allocated.
struct Allocations: Instrument {
  private let threads: [Int32]

  init(_ session: MeteredSession) { threads = session.threads }

  var metrics: [Metric] { [.allocations, .allocatedBytes] }

  func read(into reading: inout UsageReading) {
    let (count, bytes) =
      threads.isEmpty
      ? Self.both(pg_allocations_of_process())
      : threads.sums { Self.both(pg_allocations_of_thread($0)) }
    reading.note(count: count)
    reading.note(count: bytes)
  }

  func whyMissing(_ metric: Metric) -> String {
    "allocations are counted on glibc only, and not under a sanitizer"
  }

  private static func both(_ all: pg_allocations) -> (Int64, Int64) { (all.count, all.bytes) }
}
