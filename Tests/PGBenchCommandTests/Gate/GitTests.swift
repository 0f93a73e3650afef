import PGTestSupport
import Testing

@testable import pgbenchkit

@Suite("Git", .paced)
struct GitTests {
  @Test("A package in a subfolder is found with its place in the repository")
  func prefix() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Examples/Shop/Package.swift")
      try await repository.commit("One")
      let git = try await Git(around: "\(repository.folder)/Examples/Shop")
      #expect(git.root == repository.folder)
      #expect(git.prefix == "Examples/Shop/")
    }
  }

  @Test("A folder without a package is refused, with what to do")
  func noPackage() async throws {
    try await ScratchRepository.with { repository in
      try await repository.commit("One")
      let failure = await #expect(throws: GateFailure.self) { try await Git(around: repository.folder) }
      #expect(failure?.reason == .gitFailed)
      #expect(failure?.description.contains("run the command in the folder of the package") ?? false)
    }
  }

  @Test("The base is where the head left the branch, not the branch's tip")
  func mergeBase() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      let fork = try await repository.commit("Where they part")
      try await repository.git("checkout", "--quiet", "-b", "feature")
      let head = try await repository.commit("A feature")
      try await repository.git("checkout", "--quiet", "main")
      let tip = try await repository.commit("Somebody else's")
      let git = try await Git(around: repository.folder)
      #expect(try await git.mergeBase(try await git.commit("main"), try await git.commit("feature")) == fork)
      #expect(try await git.commit("main") == tip)
      #expect(try await git.subject(of: head) == "A feature")
    }
  }

  @Test(
    "A commit that git doesn't know is named, with the remedy, be its name an option or not",
    arguments: ["nowhere", "--all"])
  func unknown(name: String) async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      let git = try await Git(around: repository.folder)
      let failure = await #expect(throws: GateFailure.self) { try await git.commit(name) }
      #expect(failure?.description.hasPrefix("git knows no commit \(name): fetch it first") ?? false)
    }
  }

  @Test("Changes that are not committed are noticed, files that git doesn't know are not")
  func changes() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      let git = try await Git(around: repository.folder)
      try repository.write("", to: "new.txt")
      #expect(try await !git.hasChanges())
      try repository.write("// changed", to: "Package.swift")
      #expect(try await git.hasChanges())
    }
  }
}
