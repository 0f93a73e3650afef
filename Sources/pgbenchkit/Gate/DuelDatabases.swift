import PGBenchCore
import PGBenchHost
import PGDriver

/// The databases of a case in a duel, one for each series, which the series swap from session to session.
///
/// Of both sides with the same fixture all are clones of one template. Where a commit changes the fixture, each side keeps to
/// clones of its own.
struct DuelDatabases: Sendable {
  private let groups: [[DuelSide]: [Database]]
  private let series: [DuelSeries]

  /// Makes the databases.
  init(for entry: DuelRoster.Entry, on server: any DatabaseServer) async throws {
    series = entry.series
    let isShared = entry.isCommon && entry.base?.fixtureScript == entry.head?.fixtureScript
    let owners: [[DuelSide]] = isShared ? [DuelSide.allCases] : entry.sides.map { [$0] }
    var groups: [[DuelSide]: [Database]] = [:]
    for sides in owners {
      guard let described = sides.lazy.compactMap({ entry[$0] }).first else { continue }
      let fixture = Fixture(name: described.fixture, script: described.fixtureScript)
      for _ in series.filter({ sides.contains($0.side) }) {
        groups[sides, default: []].append(try await server.database(for: fixture))
      }
    }
    self.groups = groups
  }

  /// libpq's parameters of the databases that a side's variants work in, in the order of the side's list.
  func parameters(for side: DuelSide, session: Int) -> [[String: String]] {
    for (sides, databases) in groups where sides.contains(side) {
      let members = series.filter { sides.contains($0.side) }
      let placed = members.enumerated().filter { $0.element.side == side }
      return placed.sorted { $0.element.index < $1.element.index }.map { place, _ in
        databases[(place + session) % databases.count].configuration.parameters
      }
    }
    return []
  }

  /// Drops them.
  func drop() async {
    for database in groups.values.flatMap(\.self) { try? await database.drop() }
  }
}
