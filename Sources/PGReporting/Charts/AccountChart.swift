package import PGMeasuring

/// Where the time of a run of the body goes: bars from zero, each in four parts.
package struct AccountChart: Sendable, Hashable {
  /// The account of a variant of a case.
  package struct Row: Sendable, Hashable {
    /// Whose it is.
    package let title: String
    /// Nanoseconds of wall time for an operation.
    package let wallTime: Double
    /// Shares of the wall time.
    package let account: LatencyAccount

    /// Makes a row.
    package init(_ title: String, wallTime: Double, _ account: LatencyAccount) {
      self.title = title
      self.wallTime = wallTime
      self.account = account
    }

    /// Nanoseconds of each part; what is no finite positive number counts as nothing.
    fileprivate var parts: [Double] {
      [account.client, account.server, account.waitingForCPU, account.transport].map { share in
        let part = share * wallTime
        return part.isFinite && part > 0 ? min(part, 1e15) : 0
      }
    }
  }

  private let rows: [Row]

  /// Makes a chart.
  package init(_ rows: [Row]) { self.rows = rows }

  /// How to read it.
  package static let guide = """
    Each bar is the wall time of a run of the body, from zero, in four parts: the client's CPU time, the \
    server's CPU time, waiting while others had the CPU, and the rest, in which neither could run as data or \
    a wake-up was on its way. The figures below a bar are in the order of the names on top. Where client and \
    server run at the same time, as with several clients, a bar is longer than the wall time.
    """

  private static let names = ["client CPU", "server CPU", "waiting", "transport"]
  private static let row = 54.0
  private static let columns = [8.0, 103, 202, 273]
  private static let right = Chart.width - 10

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    var svg = SVG()
    for (index, name) in Self.names.enumerated() {
      let x = Self.columns[index]
      svg.group(Self.look(index).colour) { svg in
        svg.rectangle(x: x, y: 6, width: 9, height: 11, Self.isHollow(index) ? "h" : "k")
      }
      svg.text(name, x: x + 13, y: 16)
    }
    let top = 26.0
    let scale = Scale(.linear, of: rows.map { $0.parts.reduce(0, +) }, from: .zero, ticks: 4)
    let bottom = top + Double(max(1, rows.count)) * Self.row
    ScaleLines.draw(
      .linear("time of a run of the body", .duration), scale, from: 8, to: Self.right, top: top,
      bottom: bottom, into: &svg)
    for index in Self.names.indices {
      var path = SVGPath()
      for (place, row) in rows.enumerated() {
        let start = row.parts[..<index].reduce(0, +)
        path.rectangle(
          x: scale.position(start, from: 8, to: Self.right),
          end: scale.position(start + row.parts[index], from: 8, to: Self.right),
          y: top + Double(place) * Self.row + 20, height: 13)
      }
      svg.group(Self.look(index).colour) { $0.path(path, Self.isHollow(index) ? "h" : "k") }
    }
    for (place, row) in rows.enumerated() {
      drawTexts(of: row, top + Double(place) * Self.row, into: &svg)
    }
    if rows.isEmpty { svg.text("No data", x: Chart.width / 2, y: top + 24, "f m") }
    return Chart(
      name: name, title: title, summary: summary, guide: guide, height: bottom + ScaleLines.height, svg)
  }

  private func drawTexts(of row: Row, _ y: Double, into svg: inout SVG) {
    let wall = ChartUnit.duration.figure(row.wallTime)
    let room = Chart.width - 16 - Label.width(wall) - 12
    svg.text(Label.shortened(row.title, width: room, isBold: true), x: 8, y: y + 15, "b")
    svg.text(wall, x: Chart.width - 8, y: y + 15, "e")
    svg.group("f") { svg in
      for (index, part) in row.parts.enumerated() {
        svg.text(ChartUnit.duration.figure(part), x: Self.columns[index], y: y + 47)
      }
    }
  }

  /// Client, server and transport have colours of their own; waiting is hollow, as nothing works then.
  private static func look(_ index: Int) -> ChartStyle.Look { ChartStyle.Look([0, 1, 5, 4][index]) }

  private static func isHollow(_ index: Int) -> Bool { index == 2 }
}
