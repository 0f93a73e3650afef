import Foundation
import PGTestSupport
import Testing

@testable import PGBenchCommand

@Suite("Checkout", .paced)
struct CheckoutTests {
  /// Checks the last commit of a repository out into a new folder, and answers that.
  private static func checkOut(_ repository: ScratchRepository, into folder: String) async throws -> String {
    let git = try await Git(around: repository.folder)
    let before = try FolderState(of: repository.folder)
    defer {
      let differences = (try? FolderState(of: repository.folder).differences(from: before)) ?? ["unreadable"]
      #expect(differences == [])
    }
    try await Checkout(git: git.command.fetching).make(try await git.commit("HEAD"), of: git, in: folder)
    return folder
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  /// A repository with a package and a submodule, which has one of its own; the clones that they came from are gone.
  private static func withSubmodules(in folder: String) async throws -> ScratchRepository {
    let innermost = try await ScratchRepository.made(at: "\(folder)/origins/innermost")
    try innermost.write("innermost", to: "innermost.txt")
    try await innermost.commit("Innermost")
    let inner = try await ScratchRepository.made(at: "\(folder)/origins/inner")
    try inner.write("inner", to: "inner.txt")
    try await inner.git("submodule", "--quiet", "add", innermost.folder, "Deep")
    try await inner.commit("Inner")
    let outer = try await ScratchRepository.made(at: "\(folder)/outer")
    try outer.write("// a package", to: "Package.swift")
    try await outer.git(
      "submodule", "--quiet", "add", "--name", "the inner one", inner.folder, "Vendor/Inner")
    try await outer.git("submodule", "--quiet", "update", "--init", "--recursive")
    try await outer.commit("Outer")
    try FileManager.default.removeItem(atPath: "\(folder)/origins")
    return outer
  }

  @Test("Submodules are filled from the clone, and those in them, though their origins are out of reach")
  func submodules() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await Self.withSubmodules(in: folder)
      let copy = try await Self.checkOut(outer, into: "\(folder)/copy")
      #expect(Self.text("\(copy)/Vendor/Inner/inner.txt") == "inner")
      #expect(Self.text("\(copy)/Vendor/Inner/Deep/innermost.txt") == "innermost")
      let innermost = ScratchRepository(folder: "\(copy)/Vendor/Inner/Deep")
      #expect(try await innermost.lines("log", "--format=%s") == ["Innermost"])
      #expect(try await ScratchRepository(folder: copy).lines("status", "--porcelain") == [])
    }
  }

  @Test("A submodule that keeps its repository in its own folder is filled from there")
  func ownRepository() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await ScratchRepository.made(at: "\(folder)/outer")
      try outer.write("// a package", to: "Package.swift")
      let inner = try await ScratchRepository.made(at: "\(outer.folder)/Vendor/Inner")
      try inner.write("inner", to: "inner.txt")
      try await inner.commit("Inner")
      try await outer.git("submodule", "--quiet", "add", "--name", "x", "file:///nowhere", "Vendor/Inner")
      try await outer.commit("Outer")
      let copy = try await Self.checkOut(outer, into: "\(folder)/copy")
      #expect(Self.text("\(copy)/Vendor/Inner/inner.txt") == "inner")
    }
  }

  @Test("A linked worktree, whose submodules are nowhere else, has them filled from the main one's")
  func submodulesOfWorktree() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await Self.withSubmodules(in: folder)
      try await outer.git("worktree", "add", "--quiet", "-b", "feature", "\(folder)/linked")
      let copy = try await Self.checkOut(
        ScratchRepository(folder: "\(folder)/linked"), into: "\(folder)/copy")
      #expect(Self.text("\(copy)/Vendor/Inner/Deep/innermost.txt") == "innermost")
    }
  }

  @Test("A submodule that the clone lacks is named, with how to get it, unless the user doesn't want it")
  func missingSubmodule() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await Self.withSubmodules(in: folder)
      try await outer.git("clone", "--quiet", ".", "\(folder)/clone")
      let clone = ScratchRepository(folder: "\(folder)/clone")
      let failure = await #expect(throws: GateFailure.self) {
        try await Self.checkOut(clone, into: "\(folder)/copy")
      }
      #expect(failure?.reason == .gitFailed)
      #expect(failure?.description.contains("The submodule the inner one of") ?? false)
      #expect(failure?.description.contains("git submodule update --init --recursive") ?? false)
      #expect(failure?.description.contains("git config 'submodule.the inner one.active' false") ?? false)
      try await clone.git("config", "submodule.the inner one.active", "false")
      let copy = try await Self.checkOut(clone, into: "\(folder)/without")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(copy)/Vendor/Inner") == [])
    }
  }

  @Test("A commit of a submodule that the clone lacks is named, with how to fetch it")
  func missingCommit() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await Self.withSubmodules(in: folder)
      let nowhere = String(repeating: "12345678", count: 5)
      try await outer.git("update-index", "--cacheinfo", "160000,\(nowhere),Vendor/Inner")
      try await outer.git("commit", "--quiet", "--message", "Later")
      let failure = await #expect(throws: GateFailure.self) {
        try await Self.checkOut(outer, into: "\(folder)/copy")
      }
      #expect(failure?.description.contains("is not at 1234567812 in this clone: fetch it") ?? false)
    }
  }

  @Test("A commit can't name a submodule of another folder than the repository's")
  func hostileName() async throws {
    try await ScratchFolder.with { folder in
      let outer = try await Self.withSubmodules(in: folder)
      let text = try #require(Self.text("\(outer.folder)/.gitmodules"))
      try outer.write(
        text.replacing("the inner one", with: "x/../../modules/the inner one"), to: ".gitmodules")
      try await outer.git("commit", "--quiet", "--all", "--message", "Hostile")
      let failure = await #expect(throws: GateFailure.self) {
        try await Self.checkOut(outer, into: "\(folder)/copy")
      }
      #expect(failure?.description.contains("would lie outside of its folder") ?? false)
    }
  }

  @Test("Files are as in the user's work tree, by their filters and attributes, and no hook runs")
  func settings() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("// a package", to: "Package.swift")
      try repository.write("loud", to: "file.txt")
      try repository.write("*.txt filter=loud\n", to: ".git/info/attributes")
      try await repository.git("config", "filter.loud.smudge", "tr a-z A-Z")
      try await repository.git("config", "filter.loud.clean", "tr A-Z a-z")
      try await repository.git("config", "filter.loud.required", "true")
      try await repository.commit("One")
      try repository.write("#!/bin/sh\necho hooked >'\(folder)/hooked'\n", to: ".git/hooks/post-checkout")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(repository.folder)/.git/hooks/post-checkout")
      try await repository.git("config", "core.hooksPath", "\(repository.folder)/.git/hooks")
      let copy = try await Self.checkOut(repository, into: "\(folder)/copy")
      #expect(Self.text("\(copy)/file.txt") == "LOUD")
      #expect(Self.text("\(folder)/hooked") == nil)
    }
  }

  @Test("A filter whose program is missing is said to be the user's own, with git's words")
  func missingFilter() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("// a package", to: "Package.swift")
      try repository.write("text", to: "file.txt")
      try repository.write("*.txt filter=big\n", to: ".gitattributes")
      try await repository.commit("One")
      try await repository.git("config", "filter.big.smudge", "no-such-program smudge %f")
      try await repository.git("config", "filter.big.required", "true")
      let failure = await #expect(throws: GateFailure.self) {
        try await Self.checkOut(repository, into: "\(folder)/copy")
      }
      #expect(failure?.description.contains("no-such-program") ?? false)
      #expect(failure?.description.contains("\nThey are written as in your own work tree") ?? false)
    }
  }

  @Test("Objects are borrowed from a folder whose path has a line break and quotation marks")
  func unusualPath() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/a\n\"b\"\\c")
      try repository.write("// a package", to: "Package.swift")
      try repository.write("text", to: "file.txt")
      try await repository.commit("One")
      let copy = try await Self.checkOut(repository, into: "\(folder)/copy")
      #expect(Self.text("\(copy)/file.txt") == "text")
    }
  }

  @Test("A checkout knows its history, as far as the clone has it, and its tags")
  func history() async throws {
    try await ScratchFolder.with { folder in
      let origin = try await ScratchRepository.made(at: "\(folder)/origin")
      try origin.write("// a package", to: "Package.swift")
      for number in 1...4 { try await origin.commit("\(number)") }
      try await origin.git("tag", "--annotate", "--message", "Release", "1.0.0")
      try await origin.git("clone", "--quiet", "--depth=2", "file://\(origin.folder)", "\(folder)/clone")
      let clone = ScratchRepository(folder: "\(folder)/clone")
      let copy = ScratchRepository(folder: try await Self.checkOut(clone, into: "\(folder)/copy"))
      #expect(try await copy.lines("log", "--format=%s") == ["4", "3"])
      #expect(try await copy.git("describe") == "1.0.0")
    }
  }

  @Test("What a partial clone lacks is fetched into the checkout, not into the clone")
  func partialClone() async throws {
    try await ScratchFolder.with { folder in
      let origin = try await ScratchRepository.made(at: "\(folder)/origin")
      try origin.write("// a package", to: "Package.swift")
      try origin.write("one", to: "file.txt")
      try await origin.commit("One")
      for name in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        try await origin.git("config", name, "true")
      }
      try await origin.git(
        "clone", "--quiet", "--filter=blob:none", "--sparse", "file://\(origin.folder)", "\(folder)/clone")
      let clone = ScratchRepository(folder: "\(folder)/clone")
      try await clone.git("sparse-checkout", "set", "--no-cone", "Package.swift")
      let copy = try await Self.checkOut(clone, into: "\(folder)/copy")
      #expect(Self.text("\(copy)/file.txt") == "one")
    }
  }
}
