import Foundation
import PGSystem
import Testing

@testable import PGMeasuring
@testable import PGReporting
@testable import PGVerdicts

@Suite("Baseline")
struct BaselineTests {
  private let here = Fingerprint(fields: ["CPU": "A", "build": "optimised"])

  private func stored(_ test: String, seed: UInt64 = 1) -> BaselineCase {
    BaselineCase(
      CaseIdentity(suite: "S", test: test, operations: 10),
      samples: Simulation(drift: 0).samples(seed: Seed(seed)))
  }

  /// A folder that is gone afterwards.
  private func withFile(_ body: (BaselineFile) throws -> Void) throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(try BaselineFile(name: "main", folder: folder))
  }

  @Test("What is written is read back, and the same baseline gives the same bytes")
  func roundTrip() throws {
    try withFile { file in
      let baseline = Baseline(fingerprint: here, cases: [stored("b"), stored("a")])
      try file.write(baseline)
      let first = try Data(contentsOf: URL(filePath: file.path))
      #expect(try file.read() == baseline)
      try file.write(Baseline(fingerprint: here, cases: [stored("a"), stored("b")]))
      #expect(try Data(contentsOf: URL(filePath: file.path)) == first)
      #expect(baseline.cases.map(\.test) == ["a", "b"])
    }
  }

  @Test("A case takes a few kilobytes, and times have no more than five digits")
  func small() throws {
    let data = try JSONEncoder().encode(stored("a"))
    #expect(data.count < 4000)
    for figure in try #require(stored("a").variants.first).figures {
      #expect(String(Int(figure.value)).count <= 5 || figure.value == Double(Int(figure.value)))
    }
  }

  @Test("Saving keeps the cases that this run did not measure, and replaces those that it did")
  func adding() throws {
    let old = Baseline(fingerprint: here, cases: [stored("a"), stored("b")])
    let new = Baseline(fingerprint: here, cases: [stored("b", seed: 2), stored("c")])
    let both = try old.adding(new)
    #expect(both.cases.map(\.test) == ["a", "b", "c"])
    #expect(both.cases[1] == stored("b", seed: 2))
    #expect(both.missing(from: new.cases.map(\.identity)).map(\.test) == ["a"])
  }

  @Test("Figures of another machine are not mixed in: the fields that differ are named")
  func otherMachine() {
    let old = Baseline(fingerprint: here, cases: [])
    let there = Baseline(
      fingerprint: Fingerprint(fields: ["CPU": "B", "build": "optimised", "x": "1"]), cases: [])
    #expect(throws: BaselineError.otherFingerprint(["CPU A there, B here", "x not known there, 1 here"])) {
      try old.adding(there)
    }
  }

  @Test(
    "A file that is missing, damaged, of something else or of a later format is refused, each with its reason"
  )
  func unreadable() throws {
    try withFile { file in
      func error() -> BaselineError? {
        do throws(BaselineError) { _ = try file.read() } catch { return error }
        return nil
      }
      #expect(error()?.description.contains("no such file") == true)
      try file.write(Baseline(fingerprint: here, cases: [stored("a")]))
      let text = try String(contentsOfFile: file.path, encoding: .utf8)
      for (damaged, words) in [
        (String(text.prefix(text.count / 2)), "it is no JSON"), ("", "it is no JSON"),
        ("[]", "of another type"),
        ("{}", "has no key \"format\""),
        (text.replacing("\"relativeError\"", with: "\"x\""), "has no key \"relativeError\""),
        (text.replacing("\"format\" : 2", with: "\"format\" : 3"), "has format 3"),
        (text.replacing("\"format\" : 2", with: "\"format\" : 1"), "delete it, and save it anew"),
      ] {
        try AtomicFile.write(damaged, to: file.path)
        #expect(error()?.description.contains(words) == true, "\(words): \(String(describing: error()))")
      }
    }
  }

  @Test(
    "A file with a case twice, as one that was put together may be, is refused, and the message names the case"
  )
  func twice() throws {
    try withFile { file in
      try file.write(Baseline(fingerprint: here, cases: [stored("a"), stored("a", seed: 2)]))
      let error = #expect(throws: BaselineError.self) { try file.read() }
      #expect(error?.description.contains("the case \"S / a / 10\" more than once") == true)
      let text = try String(contentsOfFile: file.path, encoding: .utf8)
      #expect(throws: BaselineError.self) { try MeasuredRun(from: text) }
    }
  }

  @Test("Cases that differ in their arguments or their call only have figures of their own")
  func told() throws {
    let cases = [("paid", 1), ("open", 1), ("open", 2)].enumerated().map { index, one in
      BaselineCase(
        CaseIdentity(
          suites: ["S"], test: "t", arguments: [.init(name: "status", value: one.0)], operations: 10,
          call: one.1),
        samples: Simulation(drift: 0).samples(seed: Seed(UInt64(index))))
    }
    let baseline = Baseline(fingerprint: here, cases: cases)
    for one in cases { #expect(baseline[one.identity] == one) }
    #expect(baseline.cases.map(\.call) == [1, 2, 1])
  }

  @Test(
    "A name that would be another file is refused",
    arguments: ["", "../main", "a/b", ".hidden", "a b", "-x", String(repeating: "n", count: 201)])
  func badName(name: String) {
    #expect(throws: BaselineError.badName(name)) { try BaselineFile(name: name, folder: "/tmp") }
  }

  @Test("A case against its baseline: changes with intervals, new variants, and a refusal elsewhere")
  func comparison() throws {
    let identity = CaseIdentity(suite: "S", test: "a", operations: 10)
    let baseline = Baseline(fingerprint: here, cases: [stored("a")])
    var samples = Simulation(ratio: 1.5, drift: 0).samples(seed: Seed(2))
    samples.series.append(SampleSet.Series(variant: "x", blocks: samples.series[0].blocks))
    let comparison = BaselineComparison(name: "main", baseline, of: identity, samples: samples, here: here)
    #expect(comparison.changes.map(\.variant) == [.sync, .async, "x"])
    #expect(try #require(comparison.changes[1].low) > 1.05)
    #expect(comparison.changes[2].ratio == nil && comparison.refusal == nil)
    let elsewhere = BaselineComparison(
      name: "main", baseline, of: identity, samples: samples, here: Fingerprint(fields: [:]))
    #expect(elsewhere.changes.isEmpty && elsewhere.refusal?.contains("CPU A there, not known here") == true)
  }
}
