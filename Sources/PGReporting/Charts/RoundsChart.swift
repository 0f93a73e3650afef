package import PGMeasuring
import PGStatistics

/// Rounds in the order in which they ran: the time of an operation in each, variant by variant, session by
/// session.
package struct RoundsChart: Sendable, Hashable {
  /// The rounds of a variant.
  package struct Series: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// How it looks.
    package let look: ChartStyle.Look
    /// The blocks that are compared, in the order in which they ran.
    package let blocks: [Block]
    /// The blocks of rounds that were taken again.
    package let retaken: [Block]

    /// Makes a series.
    package init(_ name: String, _ look: ChartStyle.Look, blocks: [Block], retaken: [Block] = []) {
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
    From left to right the rounds ran one after the other; a mark is the time of an operation in one of \
    them, the mean of its block. Grey lines part sessions, which have connections of their own. Marks that \
    rise and fall together are drift of the machine, which ratios within rounds are free of. A session that \
    lies apart is a property of its connections. Where there are more than 200 rounds a variant, or 400 in \
    all, a mark is the median of neighbouring rounds in a session. Crosses are rounds that something \
    disturbed and that were taken again. Marks at the upper edge lie beyond it.
    """

  /// Where a round stands: its session's place and its own.
  private struct Turn: Hashable, Comparable {
    let session: Int
    let round: Int

    static func < (a: Turn, b: Turn) -> Bool { (a.session, a.round) < (b.session, b.round) }
  }

  private struct Mark {
    let x: Double
    let y: Double
  }

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    var svg = SVG()
    let turns = Set(series.flatMap(\.blocks).map(Self.turn)).sorted()
    let places = Dictionary(uniqueKeysWithValues: turns.enumerated().map { ($1, Double($0)) })
    let most = min(Self.greatestMarks, Self.greatestMarksOfAll / max(1, series.count))
    let marks = series.map { Self.marks(of: $0.blocks, at: places, atMost: max(1, most)) }
    let retaken = series.map { $0.retaken.compactMap { Self.mark(of: $0, at: places, nextTo: turns) } }
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
    let starts = Self.sessionStarts(turns)
    let frame = PlotFrame(
      (
        .places("session", Self.sessionNames(starts, rounds: turns.count)),
        .linear("time of an operation", .duration)
      ),
      (
        Scale(places: [-0.5, max(0.5, Double(turns.count) - 0.5)]),
        Scale(.linear, of: shown, from: .automatic)
      ),
      from: y, reserve: 12, into: &svg)
    var lines = SVGPath()
    for start in starts.dropFirst() {
      lines.vertical(x: frame.horizontal(start.place - 0.5), from: frame.top, to: frame.bottom)
    }
    svg.path(lines, "g")
    for (index, one) in series.enumerated() {
      svg.group(one.look.colour) { svg in
        draw(marks[index], one.look, frame, into: &svg)
        var crosses = SVGPath()
        for mark in retaken[index].prefix(Self.greatestMarks) {
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

  private static func turn(_ block: Block) -> Turn { Turn(session: block.session, round: block.round) }

  /// The first round of each session, with its place among all.
  private static func sessionStarts(_ turns: [Turn]) -> [(session: Int, place: Double)] {
    var starts: [(Int, Double)] = []
    for (place, turn) in turns.enumerated() where turn.session != starts.last?.0 {
      starts.append((turn.session, Double(place)))
    }
    return starts
  }

  /// The numbers of sessions, from 1, in the middle of each.
  private static func sessionNames(
    _ starts: [(session: Int, place: Double)], rounds: Int
  ) -> [ChartAxis.Name] {
    let ends = starts.dropFirst().map(\.place) + [Double(rounds)]
    return zip(starts, ends).map { start, end in
      // A file may hold any number.
      ChartAxis.Name((start.place + end - 1) / 2, "\(start.session.addingReportingOverflow(1).partialValue)")
    }
  }

  /// A mark for each block, or for as many neighbours of a session that `greatestMarks` are enough.
  private static func marks(
    of blocks: [Block], at places: [Turn: Double], atMost most: Int
  ) -> [Mark] {
    let all = blocks.compactMap { block -> (session: Int, mark: Mark)? in
      guard let time = block.timePerOperation, let place = places[turn(block)] else { return nil }
      return (block.session, Mark(x: place, y: time))
    }
    guard all.count > most else { return all.map(\.mark) }
    let bySession = Dictionary(grouping: all, by: \.session).sorted { $0.key < $1.key }.map(\.value)
    // With so many sessions, neighbours in each would still be too many marks.
    let groups = bySession.count > most ? [all] : bySession
    var size = (all.count + most - 1) / most
    func count() -> Int { groups.reduce(0) { $0 + ($1.count + size - 1) / size } }
    while count() > most { size += 1 }
    return groups.flatMap { group in
      stride(from: 0, to: group.count, by: size).compactMap { start in
        let bin = group[start..<min(start + size, group.count)].map(\.mark)
        guard let x = Median.of(bin.map(\.x)), let y = Median.of(bin.map(\.y)) else { return nil }
        return Mark(x: x, y: y)
      }
    }
  }

  /// A round that was taken again stands just before the one that was kept.
  private static func mark(of block: Block, at places: [Turn: Double], nextTo turns: [Turn]) -> Mark? {
    guard let time = block.timePerOperation else { return nil }
    if let place = places[turn(block)] { return Mark(x: place - 0.5, y: time) }
    // The last of its session was taken again, and time was up.
    guard let last = turns.last(where: { $0.session == block.session }), let place = places[last] else {
      return nil
    }
    return Mark(x: place + 0.5, y: time)
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
