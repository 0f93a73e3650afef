import PGTestSupport
import Testing

@testable import PGBenchCommand

@Suite("CommitLabel", .paced)
struct CommitLabelTests {
  @Test(
    "A commit is called by its branch or tag, the base also by where the head left it, and else by its message"
  )
  func names() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      let fork = try await repository.commit("Where *they* part")
      try await repository.git("tag", "1.0.0")
      try await repository.git("checkout", "--quiet", "-b", "feature/search")
      let head = try await repository.commit("Search")
      try await repository.git("branch", "--force", "main", "HEAD")
      let git = try await Git(around: repository.folder)
      func ofHead(_ hash: String, _ name: String, _ environment: [String: String] = [:]) async throws
        -> String
      {
        try await CommitLabel.ofHead(hash, given: name, in: git, environment: environment).description
      }
      func ofBase(_ name: String) async throws -> String {
        try await CommitLabel.ofBase(fork, given: name, in: git).description
      }
      #expect(try await ofHead(head, "HEAD") == "feature/search (\(head.prefix(10)))")
      #expect(try await ofHead(head, head) == "“Search” (\(head.prefix(10)))")
      #expect(try await ofBase("1.0.0") == "1.0.0 (\(fork.prefix(10)))")
      #expect(try await ofBase("main") == "where it left main (\(fork.prefix(10)))")
      #expect(try await ofBase("HEAD~1") == "“Where *they* part” (\(fork.prefix(10)))")
      try await repository.git("checkout", "--quiet", "--detach")
      #expect(try await ofHead(head, "HEAD") == "“Search” (\(head.prefix(10)))")
      let onGitHub = ["GITHUB_HEAD_REF": "stranger/patch"]
      #expect(try await ofHead(head, "HEAD", onGitHub) == "stranger/patch (\(head.prefix(10)))")
    }
  }
}
