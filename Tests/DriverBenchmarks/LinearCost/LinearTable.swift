/// The figures of an operation, by driver and amount, as a Markdown table.
struct LinearTable {
  let operation: LinearOperation
  var figures: [LinearDriver: [Int: LinearFigures]] = [:]

  /// The amount that others are compared with: small ones are mostly the round trip's latency.
  static let reference = 16

  /// The CPU time per megabyte over that of the reference; nil without a reference.
  func growth(_ driver: LinearDriver, megabytes: Int) -> Double? {
    guard let all = figures[driver], let here = all[megabytes], let there = all[Self.reference]
    else { return nil }
    return here.cpuSeconds / Double(megabytes) / (there.cpuSeconds / Double(Self.reference))
  }

  var markdown: String {
    let columns = [
      "ms/MB", "×16 MB's", "peak MB", "peak B/B", "kept MB", "allocator's", "connection's", "left",
    ]
    let drivers = LinearDriver.allCases
    let names = drivers.flatMap { driver in columns.map { "\(driver.rawValue) \($0)" } }
    var lines = [
      "### \(operation.rawValue)", "",
      "| MB | \(names.joined(separator: " | ")) |",
      "|--:|" + String(repeating: "--:|", count: names.count),
    ]
    for megabytes in Set(figures.values.flatMap(\.keys)).sorted() {
      let cells = drivers.flatMap { driver -> [String] in
        guard let here = figures[driver]?[megabytes] else { return columns.map { _ in "–" } }
        return [
          Self.text(here.seconds * 1000 / Double(megabytes), 3),
          Self.text(here.cpuSeconds * 1000 / Double(megabytes), 3),
          growth(driver, megabytes: megabytes).map { Self.text($0, 2) } ?? "–",
          Self.text(Double(here.peak) / 1e6, 1),
          Self.text(Double(here.peak) / 1e6 / Double(megabytes), 2),
          Self.text(Double(here.kept) / 1e6, 1),
          Self.text(Double(here.keptByAllocator) / 1e6, 1),
          Self.text(Double(here.keptByConnection) / 1e6, 1),
          Self.text(Double(here.left) / 1e6, 1),
        ]
      }
      lines.append("| \(megabytes) | \(cells.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ number: Double, _ digits: Int) -> String {
    let scale = [1.0, 10, 100, 1000][digits]
    let scaled = Int((abs(number) * scale).rounded())
    let sign = number < 0 && scaled > 0 ? "-" : ""
    let fraction = String(scaled % Int(scale))
    let padding = String(repeating: "0", count: digits - fraction.count)
    return "\(sign)\(scaled / Int(scale)).\(padding)\(fraction)"
  }
}

/// The driver that an operation is run on.
enum LinearDriver: String, Codable, CaseIterable, Sendable {
  case sync
  case async
}
