package import PGMeasuring
import PGStatistics

/// Rounds in the order in which they ran: the time of a run of the body in each, variant by variant, session
/// by session.
package struct RoundsChart: Sendable, Hashable {
  /// The rounds of a variant.
  package struct Series: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// How it looks.
    package let look: ChartStyle.Look
    /// The blocks that are compared, in the order in which they ran.
    package let blocks: RoundColumns
    /// The blocks of rounds that were taken again.
    package let retaken: [Block]

    /// Makes a series.
    package init(_ name: String, _ look: ChartStyle.Look, blocks: RoundColumns, retaken: [Block] = []) {
      self.name = name
      self.look = look
      self.blocks = blocks
      self.retaken = retaken
    }
  }

  /// How many marks a variant has at most, without the rounds that were taken again.
  package static let greatestMarks = 200

  /// How many marks all variants have together.
  private static let greatestMarksOfAll = 400

  private let series: [Series]

  /// Makes a chart.
  package init(_ series: [Series]) { self.series = series }

  /// How to read it.
  package static let guide = """
    From left to right the rounds ran one after the other; a mark is the time of a run of the body in one of \
    them, the mean of its block. Grey lines part sessions, which have connections of their own. Marks that \
    rise and fall together are drift of the machine, which ratios within rounds are free of. A session that \
    lies apart is a property of its connections. Where there are more than 200 rounds a variant, or 400 in \
    all, a mark is the median of neighbouring rounds in a session. Crosses are rounds that something \
    disturbed and that were taken again. Marks at the upper edge lie beyond it.
    """

  private struct Mark {
    let x: Double
    let y: Double
  }

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    var svg = SVG()
    let sessions = Sessions(series.map(\.blocks))
    let most = max(1, min(Self.greatestMarks, Self.greatestMarksOfAll / max(1, series.count)))
    let marks = series.map { Self.marks(of: $0.blocks, at: sessions, atMost: most) }
    let retaken = series.map { one in
      one.retaken.prefix(Self.greatestMarks).compactMap { block -> Mark? in
        guard let time = block.timePerOperation else { return nil }
        return sessions.place(before: block).map { Mark(x: $0, y: time) }
      }
    }
    let values = marks.flatMap(\.self).map(\.y)
    // A few rounds that took many times as long would press all others into a line.
    let greatest = (Median.of(values) ?? 1) * 3
    let shown = (values + retaken.flatMap(\.self).map(\.y)).filter { $0 <= greatest }
    let isCrossed = retaken.contains { !$0.isEmpty }
    var y = Legend.draw(series.map { ($0.name, $0.look) }, .mark, into: &svg)
    if isCrossed {
      svg.text("× taken again", x: Chart.width - 8, y: y + 13, "f e")
      y += 2
    }
    let frame = PlotFrame(
      (
        .places("session", sessions.names),
        .linear("time of a run of the body", .duration)
      ),
      (
        Scale(places: [-0.5, max(0.5, Double(sessions.rounds) - 0.5)]),
        Scale(.linear, of: shown, from: .automatic)
      ),
      from: y, reserve: 12, into: &svg)
    var lines = SVGPath()
    for start in sessions.starts.dropFirst().prefix(Self.greatestMarks) {
      lines.vertical(x: frame.horizontal(Double(start) - 0.5), from: frame.top, to: frame.bottom)
    }
    svg.path(lines, "g")
    for (index, one) in series.enumerated() {
      svg.group(one.look.colour) { svg in
        draw(marks[index], one.look, frame, into: &svg)
        var crosses = SVGPath()
        for mark in retaken[index] {
          let place = frame.place(mark.x, mark.y)
          crosses.cross(place.x, place.y)
        }
        svg.path(crosses, "l")
      }
    }
    if values.isEmpty {
      svg.text("No data", x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2, "f m")
    }
    return Chart(name: name, title: title, summary: summary, guide: guide, height: frame.height, svg)
  }

  private func draw(_ marks: [Mark], _ look: ChartStyle.Look, _ frame: PlotFrame, into svg: inout SVG) {
    var path = SVGPath()
    for mark in marks {
      let place = frame.place(mark.x, mark.y)
      if look.place < 2, !look.isBase {
        path.dot(place.x, place.y)
      } else {
        path.smallMark(look, place.x, place.y)
      }
    }
    let isDots = look.place < 2 && !look.isBase
    svg.path(path, isDots ? (look.place == 0 ? "q o" : "q n") : look.isBase ? "h" : "k")
  }

  /// A mark for each block, or for as many neighbours of a session that `most` are enough.
  private static func marks(of blocks: RoundColumns, at sessions: Sessions, atMost most: Int) -> [Mark] {
    let runs = blocks.runs
    // With so many sessions, neighbours in each would still be too many marks.
    let groups =
      runs.count > most
      ? [RoundColumns.Run(session: runs[0].session, places: 0..<blocks.count)] : runs
    var size = max(1, (blocks.count + most - 1) / most)
    func count() -> Int { groups.reduce(0) { $0 + ($1.places.count + size - 1) / size } }
    while count() > most { size += 1 }
    var seen: [Int: Int] = [:]
    return groups.flatMap { group -> [Mark] in
      let first = sessions.start(of: group.session) + seen[group.session, default: 0]
      seen[group.session, default: 0] += group.places.count
      return stride(from: group.places.lowerBound, to: group.places.upperBound, by: size).compactMap {
        start in
        let bin = start..<min(start + size, group.places.upperBound)
        let middle = Double(first + start - group.places.lowerBound) + Double(bin.count - 1) / 2
        return blocks.medianTime(in: bin).map { Mark(x: middle, y: $0) }
      }
    }
  }
}

/// Where the sessions of several series stand in the order in which they ran.
///
/// Each has as many places as the series with the most of its blocks: variants that ran side by side have
/// blocks of the same rounds.
private struct Sessions {
  /// The first place of each session, in their order.
  private(set) var starts: [Int] = []
  /// How many places there are.
  private(set) var rounds = 0

  private var sessions: [Int] = []
  private var indices: [Int: Int] = [:]
  private var counts: [Int] = []

  init(_ series: [RoundColumns]) {
    for blocks in series {
      var own: [Int: Int] = [:]
      for run in blocks.runs {
        let session = run.session
        own[session, default: 0] += run.places.count
        if indices[session] == nil {
          indices[session] = sessions.count
          sessions.append(session)
          counts.append(0)
        }
        let index = indices[session] ?? 0
        counts[index] = max(counts[index], own[session] ?? 0)
      }
    }
    for count in counts {
      starts.append(rounds)
      rounds += count
    }
  }

  /// The first place of a session.
  func start(of session: Int) -> Int { indices[session].map { starts[$0] } ?? 0 }

  /// Between the places of a block's round and of the one before; nil for a session that has none.
  func place(before block: Block) -> Double? {
    guard let index = indices[block.session] else { return nil }
    return Double(starts[index] + min(max(0, block.round), counts[index])) - 0.5
  }

  /// The numbers of sessions, from 1, in the middle of each.
  var names: [ChartAxis.Name] {
    sessions.indices.map { index in
      // A file may hold any number.
      let number = sessions[index].addingReportingOverflow(1).partialValue
      return ChartAxis.Name(Double(starts[index]) + Double(counts[index] - 1) / 2, "\(number)")
    }
  }
}

extension SVGPath {
  /// Draws a cross around a point.
  fileprivate mutating func cross(_ x: Double, _ y: Double) {
    move(x - 3, y - 3)
    line(x + 3, y + 3)
    move(x - 3, y + 3)
    line(x + 3, y - 3)
  }

  /// Draws a small mark around a point.
  fileprivate mutating func smallMark(_ look: ChartStyle.Look, _ x: Double, _ y: Double) {
    move(x, y)
    let shape =
      switch look.place {
      case 0: "m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
      case 1: "m-2-2h4v4h-4z"
      case 2: "m0-2l2 4h-4z"
      case 3: "m0-2l2 2l-2 2l-2-2z"
      case 4: "m0 2l2-4h-4z"
      default: "m-2-1h4v2h-4z"
      }
    self.shape(shape)
  }
}
