import PGTestSupport
import Testing

@testable import PGBenchCommand

@Suite("GitCommand", .paced)
struct GitCommandTests {
  @Test(
    "Nothing that git calls local to a repository is left in its environment, and its connection and set-up are"
  )
  func environment() async throws {
    try await ScratchRepository.with { repository in
      let local = try await repository.lines("rev-parse", "--local-env-vars")
      #expect(local.contains("GIT_INDEX_FILE"))
      let others = [
        "GIT_TRACE", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_KEY_0", "GIT_EXTERNAL_DIFF",
      ]
      let kept = ["PATH", "HOME", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL", "GITHUB_SHA"]
      let variables = Dictionary(uniqueKeysWithValues: (local + others + kept).map { ($0, "value") })
      #expect(GitCommand.cleaned(variables).keys.sorted() == kept.sorted())
    }
  }
}
