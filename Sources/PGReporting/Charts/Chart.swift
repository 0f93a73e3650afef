/// A picture of figures, as SVG.
package struct Chart: Sendable, Hashable {
  /// What its file and its element are called: small letters, digits and hyphens, unique in a report.
  package let name: String
  /// What it is a picture of, as plain text.
  package let title: String
  /// What it shows in a sentence or two, for those who can't see it.
  package let summary: String
  /// How it is read, in plain words.
  package let guide: String
  /// The element for a page whose style has `ChartStyle.css`.
  package let markup: String

  /// Takes what a chart is made of.
  package init(name: String, title: String, summary: String, guide: String, markup: String) {
    self.name = name
    self.title = title
    self.summary = summary
    self.guide = guide
    self.markup = markup
  }

  /// The chart as a document of its own.
  package func file() -> String { markup }
}
