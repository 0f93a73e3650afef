/// What every page has around a report.
enum HTMLPage {
  /// The whole file.
  ///
  /// - Parameter head: The first heading and what stands right below it.
  /// - Parameter sections: The names and headings of the sections, in their order.
  /// - Parameter body: The sections.
  static func text(
    title: String, head: String, sections: [(name: String, title: String)], body: String, hasCharts: Bool
  ) -> String {
    let links = sections.map { "<li><a href=\"#\($0.name)\">\(HTMLText.isolated($0.title))</a></li>" }
    let navigation =
      sections.count < 2
      ? "" : "<nav aria-label=\"Sections\"><ul>\n\(links.joined(separator: "\n"))\n</ul></nav>\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="PGBenchKit">
      <title>\(HTMLText.escaped(title))</title>
      <style>
      \(style)\(hasCharts ? ChartStyle.css : "")
      </style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the figures</a>
      <header>
      \(head)\(navigation)</header>
      <main id="main" tabindex="-1">
      \(body)</main>
      <footer><p>Written by PGBenchKit. Time ÷ a reference's is above 1 where it takes longer.</p></footer>
      <script>
      \(script)
      </script>
      </body>
      </html>

      """
  }

  /// What filters rows; the script shows it.
  static let tools = """
    <div id="tools" class="tools" hidden>
    <label for="filter">Show rows with</label> <input id="filter" type="search">
    <span id="found" role="status"></span>
    </div>

    """

  /// Nothing from elsewhere, whatever a name in the report may hold (W3C, "Content Security Policy Level 3").
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
}
