/// How charts look.
package enum ChartStyle {
  /// The style sheet.
  package static let css = ""

  /// What tells a series from others.
  package struct Look: Sendable, Hashable {
    /// Of the colours and shapes.
    package let index: Int

    /// Chooses a look.
    package init(_ index: Int) { self.index = index }
  }
}
