/// What cases are called among others: where two would read alike, each with its function's name.
package struct CaseNames: Sendable {
  private let ambiguous: Set<CasePlace>

  /// Looks at the cases that are shown together.
  package init(_ identities: some Sequence<CaseIdentity>) {
    var functions: [CasePlace: Set<String>] = [:]
    for one in identities { functions[Self.shown(one), default: []].insert(one.function ?? "") }
    ambiguous = Set(functions.filter { $0.value.count > 1 }.keys)
  }

  /// The whole name, such as `Users / Find a user by name / 1000`.
  package func full(_ identity: CaseIdentity) -> String {
    function(of: identity).map { "\(identity) [\($0)]" } ?? identity.description
  }

  /// The name within its suite and without the count, such as `Find (status: paid)`.
  package func title(_ identity: CaseIdentity) -> String {
    function(of: identity).map { "\(identity.title) [\($0)]" } ?? identity.title
  }

  private func function(of identity: CaseIdentity) -> String? {
    ambiguous.contains(Self.shown(identity)) ? identity.function ?? identity.test : nil
  }

  private static func shown(_ identity: CaseIdentity) -> CasePlace {
    CasePlace(
      suites: identity.suites, test: identity.test, function: nil, arguments: identity.arguments)
  }
}

extension Sequence<CaseIdentity> {
  /// The first that is there more than once, if any is.
  package var firstDuplicate: CaseIdentity? {
    var seen: Set<CaseIdentity> = []
    return first { !seen.insert($0).inserted }
  }
}
