import Foundation
import PGTestSupport
import Testing

@testable import PGBenchCommand

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

  @Test("A commit is found by every name that git has for one: a branch, an annotated tag, its message")
  func names() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      let first = try await repository.commit("The first of them")
      try await repository.git("tag", "--annotate", "--message", "Release", "1.0.0")
      let second = try await repository.commit("Two")
      let git = try await Git(around: repository.folder)
      for name in ["1.0.0", ":/first", "HEAD~1", "main^", first] {
        #expect(try await git.commit(name) == first, "\(name)")
      }
      #expect(try await git.commit("main") == second)
    }
  }

  @Test(
    "What names no commit is refused with the reason",
    arguments: [
      ("^HEAD", "^HEAD leaves commits out"),
      ("HEAD^{tree}", "is no commit but a tree"),
      ("tree", "tree is no commit but a tree"),
      ("HEAD~99", "the history of HEAD doesn't reach so far; `git log HEAD` shows it."),
      ("HEAD^2", "the history of HEAD doesn't reach so far"),
      ("nowhere~1", "fetch it first"),
      (String(repeating: "a1", count: 20), "fetch it first"),
      (":/no such text", "or check its name"),
    ])
  func noCommit(name: String, words: String) async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      try await repository.git("tag", "tree", "HEAD^{tree}")
      let git = try await Git(around: repository.folder)
      let failure = await #expect(throws: GateFailure.self) { try await git.commit(name) }
      #expect(failure?.description.contains(words) ?? false, "\(failure?.description ?? "")")
    }
  }

  @Test("Objects that are missing are called that, and not different histories")
  func missingObjects() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      let middle = try await repository.commit("Two")
      let head = try await repository.commit("Three")
      try await repository.git("checkout", "--quiet", "--orphan", "other")
      let other = try await repository.commit("Another")
      let git = try await Git(around: repository.folder)
      let parted = await #expect(throws: GateFailure.self) { try await git.mergeBase(other, head) }
      #expect(parted?.description.contains("different histories") ?? false)
      let file = "\(repository.folder)/.git/objects/\(middle.prefix(2))/\(middle.dropFirst(2))"
      try FileManager.default.removeItem(atPath: file)
      let failure = await #expect(throws: GateFailure.self) { try await git.mergeBase(other, head) }
      #expect(failure?.description.contains("`git fsck` tells what the repository lacks") ?? false)
      #expect(!(failure?.description.contains("different histories") ?? true))
    }
  }

  @Test("A repository is found whose path has a line break at its end, and one within")
  func lineBreaks() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/one\ntwo\n")
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      #expect(try await Git(around: repository.folder).root == repository.folder)
    }
  }

  @Test("A long subject is cut")
  func subject() async throws {
    try await ScratchRepository.with { repository in
      try repository.write("// a package", to: "Package.swift")
      let commit = try await repository.commit(String(repeating: "x", count: 5000))
      let subject = try await Git(around: repository.folder).subject(of: commit)
      #expect(subject.count == 100)
      #expect(subject.hasSuffix("x…"))
    }
  }
}
