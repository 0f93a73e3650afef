/// How all charts look: colours, lines, texts.
///
/// The colours of the light scheme are those of Okabe and Ito, "Color Universal Design" (2002, modified
/// 2008, jfly.uni-koeln.de/color), which people with any kind of colour vision tell apart; purple is a little
/// darker, and brown stands for yellow, so that each has a contrast of 3 to white. The dark scheme has
/// lighter ones of the same hues. Texts have 4.5 at least (WCAG 2.2, 1.4.3 and 1.4.11). A colour is never
/// alone: series also differ in the shape of their marks and in the dashes of their lines, and bars stand
/// beside their names.
package enum ChartStyle {
  /// What tells a series from others: colour and shape, and for the base of two commits a hollow mark and a
  /// dotted line.
  package struct Look: Sendable, Hashable {
    /// Of the colours and shapes; beyond `count` they begin anew.
    package let index: Int
    /// Whether it is the side that another is held against, which has the same colour and shape.
    package let isBase: Bool

    /// Chooses a look.
    package init(_ index: Int, isBase: Bool = false) {
      self.index = index
      self.isBase = isBase
    }

    /// The place among the colours and shapes.
    var place: Int { Int(index.magnitude % UInt(ChartStyle.count)) }
    /// The class of its colour.
    var colour: String { "s\(place)" }
    /// The class of its dashes.
    var dash: String { isBase ? "y2" : "y\(place)" }
  }

  /// How many colours and shapes there are.
  package static let count = 6

  /// The colours of a scheme, as `#rrggbb`.
  package struct Scheme: Sendable, Hashable {
    /// What is behind a chart that is a file.
    package let paper: String
    /// Names and figures.
    package let ink: String
    /// Ticks and what axes are called.
    package let faint: String
    /// Lines behind the data.
    package let grid: String
    /// What a gate allows.
    package let zone: String
    /// The colours of series.
    package let series: [String]

    fileprivate var properties: String {
      let named = [("paper", paper), ("ink", ink), ("faint", faint), ("grid", grid), ("zone", zone)]
      return (named + series.enumerated().map { ("\($0)", $1) })
        .map { "--chart-\($0):\($1);" }.joined()
    }
  }

  /// The light scheme.
  package static let light = Scheme(
    paper: "#ffffff", ink: "#1a1d21", faint: "#555b63", grid: "#dde0e5", zone: "#e6efe9",
    series: ["#0072b2", "#d55e00", "#009e73", "#bd6598", "#6b4a00", "#1a1d21"])

  /// The dark scheme.
  package static let dark = Scheme(
    paper: "#14171a", ink: "#e8eaed", faint: "#a5adb6", grid: "#343a41", zone: "#1f2f28",
    series: ["#56b4e9", "#f0803c", "#1fae86", "#e3a1c8", "#f0e442", "#e8eaed"])

  /// The size of texts, in a chart's units.
  static let textSize = 13.0

  /// The style sheet: custom properties for both schemes, and the classes of everything in a chart.
  ///
  /// A page may set the properties itself, `--chart-paper` above all, which hollow marks are filled with.
  package static let css: String = {
    let colours = light.series.indices.map { ".chart .s\($0){color:var(--chart-\($0))}" }.joined()
    return """
      :root{\(light.properties)}\
      @media(prefers-color-scheme:dark){:root{\(dark.properties)}}\
      .chart{display:block;width:100%;max-width:30rem;height:auto;\
      font:\(Int(textSize))px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--chart-ink)}\
      .chart path,.chart circle{stroke-linejoin:round;stroke-width:1.5}\
      .chart text{paint-order:stroke;stroke:var(--chart-paper);stroke-width:2.5px;stroke-linejoin:round}\
      .chart .p{fill:var(--chart-paper)}.chart .b{font-weight:600}.chart .f{fill:var(--chart-faint)}\
      .chart .e{text-anchor:end}.chart .m{text-anchor:middle}\
      .chart .g{fill:none;stroke:var(--chart-grid);stroke-width:1}\
      .chart .x{fill:none;stroke:var(--chart-faint);stroke-width:1}\
      .chart .z{fill:var(--chart-zone)}\
      .chart .v{fill:none;stroke:var(--chart-ink);stroke-dasharray:4 3}\
      .chart .w{fill:none;stroke:var(--chart-ink)}\
      .chart .l{fill:none;stroke:currentColor;stroke-width:2}\
      .chart .d{fill:currentColor;opacity:.2}\
      .chart .k{fill:currentColor;stroke:currentColor}\
      .chart .h{fill:var(--chart-paper);stroke:currentColor}\
      .chart .q{fill:none;stroke:currentColor;stroke-width:3}.chart .o{stroke-linecap:round}\
      .chart .n{stroke-linecap:square}\
      .chart .y1{stroke-dasharray:7 3}.chart .y2{stroke-dasharray:2 3}.chart .y3{stroke-dasharray:8 3 2 3}\
      .chart .y4{stroke-dasharray:4 2}.chart .y5{stroke-dasharray:1 2}\
      \(colours)
      """
  }()
}
