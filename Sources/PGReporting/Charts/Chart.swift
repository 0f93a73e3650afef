/// A chart as SVG, with the words that belong to it.
///
/// The title isn't drawn inside `markup`: a page shows it as the figure's caption, with `guide` beside it. In
/// a file of its own it is drawn above.
package struct Chart: Sendable, Hashable {
  /// Letters a to z, digits and hyphens, unique in a report: the file's stem and the element's id.
  package let name: String
  /// What it shows, in a few words: plain text.
  package let title: String
  /// What it shows, in a sentence or two, for those who can't see it.
  package let summary: String
  /// How to read it, in plain words.
  package let guide: String

  private let height: Double
  private let drawing: String

  /// Puts a chart together.
  ///
  /// - Parameter name: What isn't a letter, digit or hyphen is replaced (`slug`).
  /// - Parameter height: Of the drawing, which is `Chart.width` wide.
  init(name: String, title: String, summary: String, guide: String, height: Double, _ drawing: SVG) {
    self.name = Self.slug(name)
    self.title = title
    self.summary = summary
    self.guide = guide
    self.height = height
    self.drawing = drawing.markup
  }

  /// How wide every chart is, in its own units.
  ///
  /// A phone of 390 px shows about 350 of them, so that a unit is about a pixel there, and texts of 13 units
  /// are read without zooming; wider screens scale it up to `ChartStyle`'s greatest width.
  static let width = 360.0

  /// The `svg` element for a page whose style has `ChartStyle.css`.
  ///
  /// It has the role of an image that its title and description name, as "Accessible SVG and ARIA" of
  /// data.europa.eu's Data Visualisation Guide recommends. Its ids are the chart's name, and that with
  /// `-t` and `-d`.
  package var markup: String {
    element(attributes: "", top: 0, before: "")
  }

  /// The chart as an SVG document of its own: with its style, light and dark, its title and a background.
  package func file() -> String {
    let heading = 30.0
    var before = SVG()
    before.rectangle(x: 0, y: -heading, width: Self.width, height: height + heading, "p")
    let shown = Label.shortened(title, width: Self.width - 16, isBold: true)
    before.text(shown, x: 8, y: -heading + 20, "b")
    let (width, whole) = (SVG.number(Self.width * 1.5), SVG.number((height + heading) * 1.5))
    let svg = element(
      attributes: #" xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(whole)""#, top: -heading,
      // As a picture it has a size of its own, where a page gives it the width that there is.
      before: "<style>\(ChartStyle.css).chart{width:\(width)px;max-width:100%}</style>\(before.markup)")
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(svg)\n"
  }

  /// Whether these bytes are those of a chart's file, which is called as its element.
  package static func isFile(_ bytes: [UInt8], named name: String) -> Bool {
    String(decoding: bytes.prefix(400), as: UTF8.self).contains(#"class="chart" id="\#(name)""#)
  }

  private func element(attributes: String, top: Double, before: String) -> String {
    let box = "0 \(SVG.number(top)) \(SVG.number(Self.width)) \(SVG.number(height - top))"
    return
      #"<svg\#(attributes) class="chart" id="\#(name)" viewBox="\#(box)" role="img" "#
      + #"aria-labelledby="\#(name)-t \#(name)-d"><title id="\#(name)-t">\#(SVG.escaped(title))</title>"#
      + #"<desc id="\#(name)-d">\#(SVG.escaped(summary))</desc>\#(before)\#(drawing)</svg>"#
  }

  /// A text as a part of a name: lower-case letters and digits with hyphens between them, at most 80 of them.
  package static func slug(_ text: String) -> String {
    var slug = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        slug.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): slug.unicodeScalars.append(Unicode.Scalar(byte + 32))
      default: if !slug.isEmpty, !slug.hasSuffix("-") { slug += "-" }
      }
      if slug.utf8.count >= 80 { break }
    }
    while slug.hasSuffix("-") { slug.removeLast() }
    return slug.isEmpty ? "chart" : slug
  }
}
