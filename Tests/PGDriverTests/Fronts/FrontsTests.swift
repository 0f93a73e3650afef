import Foundation
import Testing

@Suite("The blocking and the suspending driver")
struct FrontsTests {
  /// Where one front has what the other lacks, and why.
  ///
  /// That a front suspends, that its types have its prefix, and that only a suspending connection is told
  /// which loop it lives on is no difference.
  private static let differences = [
    "AsyncConnection: let loop: EventLoop": "only waits that suspend need a loop",
    "AsyncPool: let loop: EventLoop": "only waits that suspend need a loop",
    "AsyncConnection: func transaction<Answer>(_ body: (Connection) throws -> Answer) throws -> Answer":
      "a protocol's requirement has no default options; the blocking method's own default is the same",
    "AsyncConnection: func notifications(on channel: String) throws(PostgresError) -> Notifications":
      "a sequence is filled, and its channel given up, while no call is in progress; a blocking connection "
      + "does nothing then",
    "AsyncNotifications": "of notifications(on:)",
    "AsyncListener": "it connects anew on a task of its own; a blocking caller's loop does it itself",
    "SyncConnection: func listen(on channel: String) throws(PostgresError)": "instead of notifications(on:)",
    "SyncConnection: func unlisten(on channel: String) throws(PostgresError)": "instead of a sequence's end",
    "SyncConnection: func nextNotification(timeout: Duration? = nil) throws(PostgresError) "
      + "-> PostgresNotification?":
      "instead of a sequence's next; tasks are cancelled, a thread's wait isn't",
    "AsyncRowStream: func makeAsyncIterator() -> Iterator": iterated,
    "AsyncRowStream: struct Iterator: IteratorProtocol": iterated,
    "AsyncCopyReader: func makeAsyncIterator() -> Iterator": iterated,
    "AsyncCopyReader: struct Iterator: IteratorProtocol": iterated,
  ]
  private static let iterated = "for try await takes it; Swift has no loop over a sequence that throws"

  /// The files of one front that correspond to none of the other, and why.
  private static let files = [
    "AsyncConnection+Operations": "turns of tasks; a blocking connection has one thread at a time",
    "AsyncListener": "as the type",
  ]

  /// The driver's sources by their files' names.
  private static func sources(test: String = #filePath) throws -> [String: String] {
    let package = URL(filePath: test).appending(path: "../../../..").standardized
    let folder = package.appending(path: "Sources/PGDriver")
    var sources: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    where path.hasSuffix(".swift") {
      let file = folder.appending(path: path)
      sources[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    return sources
  }

  private static func differences(of sources: [String]) -> Set<String> {
    let sync = FrontInterface("Sync", in: sources)
    let async = FrontInterface("Async", in: sources)
    return sync.lacking(in: async).union(async.lacking(in: sync))
  }

  @Test("have the same types with the same methods, but for those that have a reason")
  func interfaces() throws {
    let sources = try Self.sources()
    let found = Self.differences(of: Array(sources.values))
    let expected = Set(Self.differences.keys)
    #expect(found.subtracting(expected).sorted() == [], "Give the other front the same, or a reason here.")
    #expect(expected.subtracting(found).sorted() == [], "These are no differences any more.")
  }

  @Test("have files of the same names")
  func fileNames() throws {
    let names = try Self.sources().keys.filter { $0.hasPrefix("Sync") || $0.hasPrefix("Async") }
    let both = Dictionary(grouping: names) { $0.replacing(#/^A?[Ss]ync/#, with: "") }
    let alone = both.values.filter { $0.count == 1 }.joined()
    #expect(alone.sorted() == Self.files.keys.sorted())
  }

  @Test(
    "are found to differ when one has another name, label, default, error or result, or lacks a method",
    arguments: [
      ("func executeMany(", "func executeAll("),
      ("func copyOut<Answer>(", "func copyOut<Answer>(sql "),
      ("batchSize: Int = 1000", "batchSize: Int = 500"),
      ("execute(_ script: String) throws(PostgresError)", "execute(_ script: String) throws"),
      ("-> PostgresRows {", "-> [PostgresRow] {"),
      ("public func close() {", "func close() {"),
      ("public final class SyncRowStream", "final class RowStream"),
      ("  @discardableResult\n", ""),
    ])
  func changes(text: String, change: String) throws {
    var sources = try Self.sources()
    let name = try #require(
      sources.keys.sorted().first { $0.hasPrefix("Sync") && sources[$0]?.contains(text) == true })
    let before = Self.differences(of: Array(sources.values))
    sources[name] = sources[name]?.replacing(text, with: change)
    #expect(Self.differences(of: Array(sources.values)) != before)
  }
}
