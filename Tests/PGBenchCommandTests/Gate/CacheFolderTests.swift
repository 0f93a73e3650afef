import Foundation
import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchCommand

@Suite("CacheFolder", .paced)
struct CacheFolderTests {
  private static func mode(_ path: String) throws -> Int {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return Int(status.st_mode & 0o7777)
  }

  private static func folder(_ path: String, mode: mode_t) throws {
    try #require(mkdir(path, 0o700) == 0)
    try #require(chmod(path, mode) == 0)
  }

  private static func refusal(_ path: String) -> GateFailure? {
    #expect(throws: GateFailure.self) { try CacheFolder.make(path) }
  }

  @Test(
    "It is this user's alone, and so is what is made on the way to it; one that others may read is closed to them"
  )
  func isPrivate() async throws {
    try await ScratchFolder.with { folder in
      #expect(try CacheFolder.make("\(folder)/a/b") == "\(folder)/a/b")
      #expect(try Self.mode("\(folder)/a") == 0o700)
      try #require(chmod("\(folder)/a/b", 0o755) == 0)
      #expect(try CacheFolder.make("\(folder)/a/b/") == "\(folder)/a/b")
      #expect(try Self.mode("\(folder)/a/b") == 0o700)
    }
  }

  @Test("One that others may write to is refused, and one below such a folder, with what to do")
  func writable() async throws {
    try await ScratchFolder.with { folder in
      try Self.folder("\(folder)/open", mode: 0o777)
      try Self.folder("\(folder)/open/below", mode: 0o700)
      for path in ["\(folder)/open", "\(folder)/open/below", "\(folder)/open/new"] {
        let failure = Self.refusal(path)
        #expect(failure?.reason == .machineRefused)
        #expect(failure?.description.contains("can write to \(folder)/open (mode 777)") ?? false)
        #expect(failure?.description.contains("XDG_CACHE_HOME") ?? false)
      }
      try Self.folder("\(folder)/group", mode: 0o775)
      #expect(Self.refusal("\(folder)/group") != nil)
    }
  }

  @Test("A folder with the sticky bit, as /tmp is, may be above it, but not it")
  func sticky() async throws {
    try await ScratchFolder.with { folder in
      try Self.folder("\(folder)/sticky", mode: 0o1777)
      #expect(try CacheFolder.make("\(folder)/sticky/own") == "\(folder)/sticky/own")
      #expect(Self.refusal("\(folder)/sticky")?.description.contains("can write to") ?? false)
    }
  }

  @Test(
    "A symbolic link counts as the folder that it leads to; a file, and a link that leads nowhere, are refused"
  )
  func links() async throws {
    try await ScratchFolder.with { folder in
      try Self.folder("\(folder)/open", mode: 0o777)
      try #require(symlink("open", "\(folder)/link") == 0)
      #expect(Self.refusal("\(folder)/link/own")?.description.contains("\(folder)/open") ?? false)
      try #require(symlink("nowhere", "\(folder)/dangling") == 0)
      #expect(Self.refusal("\(folder)/dangling")?.description.contains("is no folder") ?? false)
      try "".write(toFile: "\(folder)/file", atomically: true, encoding: .utf8)
      #expect(Self.refusal("\(folder)/file/own")?.description.contains("is no folder") ?? false)
    }
  }

  @Test("One in a folder that is to stay as it is is refused, by whatever path, and nothing is made there")
  func kept() async throws {
    try await ScratchFolder.with { folder in
      try Self.folder("\(folder)/kept", mode: 0o700)
      try Self.folder("\(folder)/kept-too", mode: 0o700)
      try #require(symlink("kept", "\(folder)/link") == 0)
      for path in ["\(folder)/kept", "\(folder)/kept/a/b", "\(folder)/link/a"] {
        let failure = #expect(throws: GateFailure.self) {
          try CacheFolder.make(path, outside: ["\(folder)/nowhere", "\(folder)/link"])
        }
        #expect(failure?.description.contains("which is only read") ?? false)
        #expect(failure?.description.contains("XDG_CACHE_HOME") ?? false)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/kept") == [])
      #expect(
        try CacheFolder.make("\(folder)/kept-too/a", outside: ["\(folder)/kept"]).hasSuffix("kept-too/a"))
    }
  }

  @Test("Another user's folder is refused to root", .enabled(if: geteuid() == 0))
  func otherUser() async throws {
    try await ScratchFolder.with { folder in
      try Self.folder("\(folder)/theirs", mode: 0o700)
      try #require(chown("\(folder)/theirs", 65_534, 65_534) == 0)
      for path in ["\(folder)/theirs", "\(folder)/theirs/own"] {
        #expect(Self.refusal(path)?.description.contains("\(folder)/theirs belongs to user 65534") ?? false)
      }
    }
  }

  #if os(Linux)
    @Test(
      "A program that another user has planted as a build is not run, though the same one in the user's own cache would be",
      .enabled(if: geteuid() == 0), arguments: [true, false])
    func planted(isTheirs: Bool) async throws {
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        try repository.write("// a package", to: "Package.swift")
        let commit = try await repository.commit("One")
        let git = try await Git(around: repository.folder)
        let cache = try BuildCache(for: git, environment: ["XDG_CACHE_HOME": "\(folder)/cache"])
        let recipe = try await BuildRecipe(
          configuration: .release, environment: ChildEnvironment().ofBuild, in: repository.folder)
        let slots = try await CommitBuild(git: git, recipe: recipe, say: { _ in }).slots(
          of: [commit], in: cache)
        let slot = try #require(slots[commit])
        try slot.clear()
        slot.lock.unlock()
        let program = "\(slot.path)/program"
        try "#!/bin/sh\ntouch '\(folder)/was-run'\nexit 69\n".write(
          toFile: program, atomically: true, encoding: .utf8)
        try #require(chmod(program, 0o755) == 0)
        try program.write(toFile: slot.mark, atomically: true, encoding: .utf8)
        if isTheirs { try #require(chown(cache.folder, 65_534, 65_534) == 0) }
        let gate = try await GateProcess.run(
          "--base", "HEAD", in: repository.folder, cache: "\(folder)/cache")
        #expect(gate.exitCode == (isTheirs ? 11 : 5), "\(gate.output)")
        #expect(FileManager.default.fileExists(atPath: "\(folder)/was-run") == !isTheirs)
      }
    }
  #endif
}
