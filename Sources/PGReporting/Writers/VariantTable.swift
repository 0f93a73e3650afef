import PGMeasuring

/// Figures of each variant of each case of a suite.
enum VariantTable {
  /// A row for each variant: the test where there are several, the count, the variant, and a number in each
  /// column.
  static func table(
    of cases: [CaseReport], columns: [String], _ cells: (VariantSummary) -> [String]
  ) -> TextTable {
    let names = CaseNames(cases.map(\.identity))
    let showsTest = Set(cases.map { names.title($0.identity) }).count > 1
    var table = TextTable(
      columns: (showsTest ? [.text("test")] : []) + [.number("count"), .text("variant")]
        + columns.map { .number($0) })
    for report in cases {
      for variant in report.variants {
        table.rows.append(
          (showsTest ? [names.title(report.identity)] : []) + [
            Format.count(report.operations), variant.variant.name,
          ]
            + cells(variant))
      }
    }
    return table
  }
}
