import PGServer

/// A commit as a person knows it: by its branch or tag, or else by its message.
struct CommitLabel: Sendable, CustomStringConvertible {
  let hash: String
  let name: String

  /// As many digits of the hash as tell it apart.
  var short: String { String(hash.prefix(10)) }

  /// Such as `feature/search (1d0ea6aae4)`.
  var description: String { "\(name) (\(short))" }

  init(hash: String, name: String) {
    self.hash = hash
    self.name = name
  }

  /// Finds how the head is called: on GitHub, which checks out a merge of the pull request, by its branch
  /// there.
  static func ofHead(
    _ hash: String, given name: String, in git: Git,
    environment: [String: String] = CallersEnvironment.current()
  ) async throws -> CommitLabel {
    let onGitHub = name == "HEAD" ? environment["GITHUB_HEAD_REF"].flatMap { $0.isEmpty ? nil : $0 } : nil
    if let known = await git.reference(name) ?? onGitHub { return CommitLabel(hash: hash, name: known) }
    return CommitLabel(hash: hash, name: try await quoted(hash, in: git))
  }

  /// Finds how the base is called: by the branch that was named, if it is where that is, or where the head
  /// has left it.
  static func ofBase(_ hash: String, given name: String, in git: Git) async throws -> CommitLabel {
    guard let known = await git.reference(name) else {
      return CommitLabel(hash: hash, name: try await quoted(hash, in: git))
    }
    let isTip = try await git.commit(name) == hash
    return CommitLabel(hash: hash, name: isTip ? known : "where it left \(known)")
  }

  private static func quoted(_ hash: String, in git: Git) async throws -> String {
    let subject = try await git.subject(of: hash)
    return "“\(subject.count > 60 ? subject.prefix(59) + "…" : subject)”"
  }
}
