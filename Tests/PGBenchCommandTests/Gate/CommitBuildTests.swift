import PGDriver
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchCommand

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Real builds of a package of one file, one at a time.
///
/// Each takes all CPUs.
@Suite("CommitBuild", .serialized, .alone)
struct CommitBuildTests {
  private static let manifest = """
    // swift-tools-version: 6.0
    import PackageDescription
    let package = Package(name: "Tiny", targets: [.testTarget(name: "TinyTests", path: "Tests")])
    """

  private static func build(
    _ commit: String, in repository: ScratchRepository, side: CommitSide = .base,
    preparation: String? = nil, said: Lock<[String]> = Lock([]),
    before: (BuildSlot) async -> Void = { _ in }
  ) async throws -> CommitBuild.Product {
    let git = try await Git(around: repository.folder)
    let cache = try BuildCache(for: git, environment: ["XDG_CACHE_HOME": "\(repository.folder)-cache"])
    let recipe = try await BuildRecipe(
      configuration: .debug, preparation: preparation, environment: ChildEnvironment().ofBuild, in: git.root)
    let build = CommitBuild(git: git, recipe: recipe) { text in said.withLock { $0.append(text) } }
    let slots = try await build.slots(of: [commit], in: cache)
    defer { for slot in slots.values { slot.lock.unlock() } }
    let slot = try #require(slots[commit])
    await before(slot)
    return try await build.product(of: try await build.checkOut(commit, for: side, in: slot))
  }

  @Test("A commit is built in a folder of its own, once, as it was and not as the work tree is")
  func once() async throws {
    try await ScratchRepository.with { repository in
      try repository.write(Self.manifest, to: "Package.swift")
      try repository.write("import Testing\n@Test func fine() {}\n", to: "Tests/Tests.swift")
      let commit = try await repository.commit("One")
      try repository.write("this is no Swift", to: "Tests/Tests.swift")
      let said = Lock<[String]>([])
      let product = try await Self.build(commit, in: repository, said: said)
      #expect(FileManager.default.isExecutableFile(atPath: product.programs[0]))
      #expect(product.folder.hasPrefix("\(repository.folder)-cache/pgbenchkit/gate/"))
      let again = try await Self.build(commit, in: repository, said: said)
      #expect(again.programs == product.programs)
      #expect(said.withLock { $0.last } == "base \(commit.prefix(10)): built already")
    }
  }

  @Test("A commit that has a symbolic link for .build is not built where that leads")
  func linkedBuild() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      let elsewhere = "\(folder)/elsewhere"
      try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
      try repository.write(Self.manifest, to: "Package.swift")
      try repository.write("import Testing\n@Test func fine() {}\n", to: "Tests/Tests.swift")
      try FileManager.default.createSymbolicLink(
        atPath: "\(repository.folder)/.build", withDestinationPath: elsewhere)
      let commit = try await repository.commit("A link")
      let product = try await Self.build(commit, in: repository)
      #expect(FileManager.default.isExecutableFile(atPath: product.programs[0]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == [])
    }
  }

  @Test("What a build that was given up has left is cleared away")
  func leftovers() async throws {
    try await ScratchRepository.with { repository in
      try repository.write(Self.manifest, to: "Package.swift")
      try repository.write("import Testing\n@Test func fine() {}\n", to: "Tests/Tests.swift")
      let commit = try await repository.commit("One")
      let rubbish = Lock("")
      let product = try await Self.build(commit, in: repository) { slot in
        rubbish.withLock { $0 = "\(slot.path)/rubbish" }
        try? FileManager.default.createDirectory(
          atPath: "\(slot.path)/rubbish", withIntermediateDirectories: true)
      }
      let left = rubbish.withLock { $0 }
      #expect(!FileManager.default.fileExists(atPath: left))
      #expect(left == "\(product.slot.path)/rubbish")
    }
  }

  @Test(
    "A side that doesn't build ends the comparison with a code of its own, and the compiler's errors",
    arguments: [(CommitSide.base, GateFailure.Reason.baseDoesNotBuild), (.head, .headDoesNotBuild)])
  func broken(side: CommitSide, reason: GateFailure.Reason) async throws {
    try await ScratchRepository.with { repository in
      try repository.write(Self.manifest, to: "Package.swift")
      try repository.write("let wrong: Int = \"text\"\n", to: "Tests/Tests.swift")
      let commit = try await repository.commit("Broken")
      let failure = await #expect(throws: GateFailure.self) {
        try await Self.build(commit, in: repository, side: side)
      }
      #expect(failure?.reason == reason)
      #expect(
        failure?.description.contains("error: cannot convert value of type 'String'") ?? false,
        "\(failure?.description ?? "")")
    }
  }

  @Test("A package without tests has no benchmarks")
  func noTests() async throws {
    try await ScratchRepository.with { repository in
      try repository.write(
        """
        // swift-tools-version: 6.0
        import PackageDescription
        let package = Package(name: "Tiny", targets: [.target(name: "Tiny", path: "Sources")])
        """, to: "Package.swift")
      try repository.write("public let one = 1\n", to: "Sources/One.swift")
      let commit = try await repository.commit("One")
      let failure = await #expect(throws: GateFailure.self) { try await Self.build(commit, in: repository) }
      #expect(failure?.reason == .noBenchmarks)
    }
  }

  @Test(
    "A set-up command runs in the package's folder before the build, and with another one a commit is built anew"
  )
  func preparation() async throws {
    try await ScratchRepository.with { repository in
      try repository.write(Self.manifest, to: "Package.swift")
      try repository.write(
        "import Testing\n@Test func fine() { #expect(generated == 1) }\n", to: "Tests/Tests.swift")
      let commit = try await repository.commit("One")
      let said = Lock<[String]>([])
      let prepare = "echo 'let generated = 1' >Tests/Generated.swift"
      let product = try await Self.build(commit, in: repository, preparation: prepare, said: said)
      #expect(FileManager.default.fileExists(atPath: "\(product.folder)Tests/Generated.swift"))
      _ = try await Self.build(commit, in: repository, preparation: prepare, said: said)
      #expect(said.withLock { $0.last } == "base \(commit.prefix(10)): built already")
      await #expect(throws: GateFailure.self) { try await Self.build(commit, in: repository) }
    }
  }
}
