import PGTestSupport
import Testing

@testable import PGBenchCommand

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The command in repositories of all kinds, none of which it may change.
///
/// Their manifests don't compile: both commits are checked out, SwiftPM is started, and that is soon over.
@Suite("Guest", .paced)
struct GuestTests {
  /// Where the package is.
  enum Place: String, CaseIterable {
    case top = "at the top"
    case subfolder = "in a subfolder"
    case linkedWorktree = "in a linked worktree"
    case worktreeOfBare = "in a worktree of a bare repository"
    case submodule = "in a submodule"
    case shallowClone = "in a shallow clone"
    case partialClone = "in a partial clone, which lacks files of the base"
    case borrowingClone = "in a clone that borrows its objects"
    case beside = "beside a worktree that is elsewhere for the moment"
  }

  /// Commits a package twice; the folder is the repository's or one in it.
  private static func fill(_ repository: ScratchRepository, in folder: String = "") async throws {
    try repository.write("this is no manifest", to: folder + "Package.swift")
    try repository.write("one", to: folder + "file.txt")
    try await repository.commit("One")
    try repository.write("two", to: folder + "file.txt")
    try await repository.commit("Two")
  }

  /// Makes what the place needs in a folder; answers where the package is.
  private static func make(_ place: Place, in folder: String) async throws -> String {
    let repository = try await ScratchRepository.made(at: "\(folder)/origin")
    try await fill(repository, in: place == .subfolder ? "Examples/Shop/" : "")
    switch place {
    case .top: return repository.folder
    case .subfolder: return "\(repository.folder)/Examples/Shop"
    case .linkedWorktree:
      try await repository.git("worktree", "add", "--quiet", "-b", "feature", "\(folder)/linked")
      return "\(folder)/linked"
    case .worktreeOfBare:
      try await repository.git("clone", "--quiet", "--bare", ".", "\(folder)/bare.git")
      try await repository.git(
        "--git-dir=\(folder)/bare.git", "worktree", "add", "--quiet", "\(folder)/linked", "main")
      return "\(folder)/linked"
    case .submodule:
      let outer = try await ScratchRepository.made(at: "\(folder)/outer")
      try await outer.git("submodule", "--quiet", "add", "\(folder)/origin", "Packages/Inner")
      try await outer.commit("A submodule")
      return "\(outer.folder)/Packages/Inner"
    case .shallowClone:
      try await repository.git(
        "clone", "--quiet", "--depth=2", "file://\(repository.folder)", "\(folder)/clone")
      return "\(folder)/clone"
    case .partialClone:
      for name in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] {
        try await repository.git("config", name, "true")
      }
      try await repository.git(
        "clone", "--quiet", "--filter=blob:none", "file://\(repository.folder)", "\(folder)/clone")
      return "\(folder)/clone"
    case .borrowingClone:
      try await repository.git("clone", "--quiet", "--shared", ".", "\(folder)/clone")
      let alternates = "\(folder)/clone/.git/objects/info/alternates"
      try "../../../origin/.git/objects\n".write(toFile: alternates, atomically: true, encoding: .utf8)
      return "\(folder)/clone"
    case .beside:
      try await repository.git("worktree", "add", "--quiet", "-b", "feature", "\(folder)/linked")
      let linked = ScratchRepository(folder: "\(folder)/linked")
      try linked.write("staged", to: "new.txt")
      try await linked.git("add", "new.txt")
      try FileManager.default.moveItem(atPath: linked.folder, toPath: "\(folder)/away")
      return repository.folder
    }
  }

  @Test("A gate changes no byte of the repository", arguments: Place.allCases)
  func untouched(place: Place) async throws {
    try await ScratchFolder.with { cache in
      try await ScratchFolder.with { folder in
        let package = try await Self.make(place, in: folder)
        let before = try FolderState(of: folder)
        let gate = try await GateProcess.run("--base", "HEAD~1", in: package, cache: cache)
        #expect(gate.exitCode == 3, "\(gate.output)")
        #expect(gate.output.contains("does not build"), "\(gate.output)")
        #expect(try FolderState(of: folder).differences(from: before) == [])
        if place == .beside {
          try FileManager.default.moveItem(atPath: "\(folder)/away", toPath: "\(folder)/linked")
          let linked = ScratchRepository(folder: "\(folder)/linked")
          #expect(try await linked.git("status", "--porcelain") == "A  new.txt")
          #expect(try await linked.git("rev-parse", "--abbrev-ref", "HEAD") == "feature")
        }
      }
    }
  }

  @Test(
    "A gate asks for no state of files: no filter of the user's runs in their repository, and the shared index stays as old as it is"
  )
  func noStatus() async throws {
    try await ScratchFolder.with { cache in
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        try await Self.fill(repository)
        try repository.write("*.txt filter=traced\n", to: ".git/info/attributes")
        try await repository.git("config", "filter.traced.clean", "touch '\(folder)/cleaned'; cat")
        try await repository.git("update-index", "--split-index")
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(repository.folder)/.git")
        where name.hasPrefix("sharedindex.") {
          try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: "\(repository.folder)/.git/\(name)")
        }
        try repository.write("three", to: "file.txt")
        let before = try FolderState(of: folder)
        let gate = try await GateProcess.run("--base", "HEAD~1", in: repository.folder, cache: cache)
        #expect(gate.exitCode == 3, "\(gate.output)")
        #expect(gate.output.contains("What is not committed is not measured."), "\(gate.output)")
        #expect(try FolderState(of: folder).differences(from: before) == [])
      }
    }
  }

  @Test("A damaged index ends no gate, which needs none")
  func damagedIndex() async throws {
    try await ScratchFolder.with { cache in
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        try await Self.fill(repository)
        try repository.write("no index", to: ".git/index")
        let gate = try await GateProcess.run("--base", "HEAD~1", in: repository.folder, cache: cache)
        #expect(gate.output.contains("does not build"), "\(gate.output)")
      }
    }
  }

  @Test("A package folder that a commit has as a symbolic link is not built where that leads")
  func linkedPackage() async throws {
    try await ScratchFolder.with { cache in
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        let elsewhere = "\(folder)/elsewhere"
        try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
        try "this is no manifest".write(
          toFile: "\(elsewhere)/Package.swift", atomically: true, encoding: .utf8)
        try FileManager.default.createSymbolicLink(
          atPath: "\(repository.folder)/Shop", withDestinationPath: elsewhere)
        try await repository.commit("A link")
        try FileManager.default.removeItem(atPath: "\(repository.folder)/Shop")
        try await Self.fill(repository, in: "Shop/")
        let before = try FolderState(of: folder)
        let gate = try await GateProcess.run(
          "--base", "HEAD~2", in: "\(repository.folder)/Shop", cache: cache)
        #expect(gate.exitCode == 3, "\(gate.output)")
        #expect(gate.output.contains("has a symbolic link on the way to Shop/"), "\(gate.output)")
        #expect(try FolderState(of: folder).differences(from: before) == [])
      }
    }
  }

  @Test("A cache in the repository is refused, and nothing is made there")
  func cacheWithin() async throws {
    try await ScratchFolder.with { folder in
      let package = try await Self.make(.linkedWorktree, in: folder)
      let before = try FolderState(of: folder)
      for cache in ["\(folder)/linked/cache", "\(folder)/origin/.git/cache"] {
        let gate = try await GateProcess.run("--base", "HEAD~1", in: package, cache: cache)
        #expect(gate.exitCode == 11, "\(gate.output)")
        #expect(gate.output.contains("where the repository is, which is only read"), "\(gate.output)")
      }
      #expect(try FolderState(of: folder).differences(from: before) == [])
    }
  }

  @Test(
    "What a hook's variables say of the repository doesn't reach the gate's git, whose folder counts alone")
  func hookVariables() async throws {
    try await ScratchFolder.with { cache in
      try await ScratchFolder.with { folder in
        let package = try await Self.make(.subfolder, in: folder)
        let other = try await ScratchRepository.made(at: "\(folder)/other")
        try await other.commit("Another's")
        let before = try FolderState(of: folder)
        let git = "\(other.folder)/.git"
        let gate = try await GateProcess.run(
          "--base", "HEAD~1", in: package, cache: cache,
          environment: [
            "GIT_DIR": git, "GIT_INDEX_FILE": "\(git)/index", "GIT_WORK_TREE": other.folder,
            "GIT_OBJECT_DIRECTORY": "\(git)/objects", "GIT_COMMON_DIR": git, "GIT_PREFIX": "Sources/",
            "GIT_CONFIG_PARAMETERS": "'core.bare'='true'", "GIT_TRACE": "\(folder)/trace",
            "GIT_NAMESPACE": "x",
          ])
        #expect(gate.exitCode == 3, "\(gate.output)")
        #expect(gate.output.contains("does not build"), "\(gate.output)")
        #expect(try FolderState(of: folder).differences(from: before) == [])
      }
    }
  }

  @Test(
    "A gate in a pre-commit hook leaves the index to the commit, which becomes what it would without a hook")
  func hook() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try await Self.fill(repository)
      // What the hook sees before and after the gate, and the gate's own words, are beside the repository.
      try repository.write(
        """
        #!/bin/sh
        state() { find . -type f -exec cksum {} + | sort; }
        state >../before
        "$PROGRAM" gate --base HEAD~1 >../words 2>&1
        echo $? >../code
        state >../after
        """, to: ".git/hooks/pre-commit")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: "\(repository.folder)/.git/hooks/pre-commit")
      try repository.write("three", to: "file.txt")
      try await repository.git(
        "commit", "--quiet", "--all", "--message", "Three",
        environment: ["XDG_CACHE_HOME": "\(folder)/cache", "PROGRAM": GateProcess.program])
      func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      }
      let words = try text("words")
      #expect(try text("code") == "3\n", "\(words)")
      #expect(words.contains("does not build"))
      let after = try text("after")
      #expect(try after == text("before"))
      #expect(try await repository.lines("ls-tree", "--name-only", "HEAD") == ["Package.swift", "file.txt"])
      #expect(try await repository.lines("diff", "--name-status", "HEAD~1", "HEAD") == ["M\tfile.txt"])
      #expect(try await repository.lines("status", "--porcelain") == [])
    }
  }
}
