import PGDriver
import PGServer
import PGVerdicts

/// The databases of a case in a comparison, one for each series, which the series swap from session to session.
///
/// Of both sides with the same fixture all are clones of one template. Where a commit changes the fixture,
/// each side keeps to clones of its own.
struct CommitDatabases: Sendable {
  /// Series that swap their databases with each other, and these.
  private struct Group {
    let members: [CommitSeries]
    let databases: [Database]
  }

  private let groups: [Group]

  /// Makes the databases.
  init(for entry: CaseMatching.Entry, on server: any DatabaseServer) async throws {
    let isShared = entry.isCommon && entry.base?.fixtureScript == entry.head?.fixtureScript
    var groups: [Group] = []
    for sides in isShared ? [entry.sides] : entry.sides.map({ [$0] }) {
      guard let described = sides.last.flatMap({ entry[$0] }) else { continue }
      let members = entry.series.filter { sides.contains($0.side) }
      let fixture = Fixture(name: described.fixture, script: described.fixtureScript)
      var databases: [Database] = []
      for _ in members { databases.append(try await server.database(for: fixture)) }
      groups.append(Group(members: members, databases: databases))
    }
    self.groups = groups
  }

  /// libpq's parameters of the databases that a side's variants work in, in the order of the side's list.
  func parameters(for side: CommitSide, session: Int) -> [[String: String]] {
    let placed = groups.flatMap { group in
      group.members.enumerated().map { place, member in
        (member: member, database: group.databases[(place + session) % group.databases.count])
      }
    }
    return placed.filter { $0.member.side == side }.sorted { $0.member.index < $1.member.index }
      .map(\.database.configuration.parameters)
  }

  /// Drops them.
  func drop() async {
    for database in groups.flatMap(\.databases) { try? await database.drop() }
  }
}
