/// What an axis counts in.
package enum ChartUnit: Sendable, Hashable {
  /// A ratio.
  case ratio
}
