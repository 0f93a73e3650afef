import Foundation
import PGSystem
import Testing

@testable import PGVerdicts

@Suite("Files of others' making")
struct BoundedFileTests {
  private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test("A file is read whole, up to the limit and not beyond it")
  func limit() throws {
    try inTemporaryFolder { folder in
      let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
      try Data(bytes).write(to: URL(filePath: "\(folder)/file"))
      #expect(try BoundedFile.bytes(of: "\(folder)/file") == bytes)
      #expect(try BoundedFile.bytes(of: "\(folder)/file", atMost: 200_000) == bytes)
      #expect(throws: BoundedFile.Failure.self) {
        try BoundedFile.bytes(of: "\(folder)/file", atMost: 199_999)
      }
    }
  }

  @Test("A file without an end is refused, and so is what is no file")
  func noFile() throws {
    try inTemporaryFolder { folder in
      let endless = #expect(throws: BoundedFile.Failure.self) {
        try BoundedFile.bytes(of: "/dev/zero", atMost: 1 << 20)
      }
      #expect(endless?.description == "has more than 1 MB, which no report or baseline has")
      #expect(throws: BoundedFile.Failure.self) {
        try BoundedFile.bytes(of: "/dev/null", mustBeRegular: true)
      }
      let isFolder = #expect(throws: BoundedFile.Failure.self) { try BoundedFile.bytes(of: folder) }
      #expect(isFolder?.description == "is a folder")
      let missing = #expect(throws: BoundedFile.Failure.self) { try BoundedFile.bytes(of: "\(folder)/none") }
      #expect(missing?.isMissing == true)
    }
  }

  @Test("To delete a baseline removes a file that is one, and nothing else")
  func delete() throws {
    try inTemporaryFolder { folder in
      let files = FileManager.default
      func file(_ name: String) throws -> BaselineFile { try BaselineFile(name: name, folder: folder) }
      try file("good").write(Baseline(fingerprint: Fingerprint(fields: [:]), cases: []))
      let later = #"{"format": 99, "fingerprint": {}, "cells": []}"#
      try later.write(toFile: "\(folder)/later.json", atomically: true, encoding: .utf8)
      try "{}".write(toFile: "\(folder)/package.json", atomically: true, encoding: .utf8)
      try files.createDirectory(atPath: "\(folder)/d.json/inside", withIntermediateDirectories: true)
      try files.createSymbolicLink(atPath: "\(folder)/link.json", withDestinationPath: "\(folder)/good.json")
      for (name, words) in [
        ("d", "is no regular file"), ("link", "is no regular file"), ("package", "holds no baseline"),
        ("none", "is not there"),
      ] {
        let error = #expect(throws: BaselineError.self) { try file(name).delete() }
        #expect(error?.description.contains("\(folder)/\(name).json \(words)") == true)
      }
      #expect(files.fileExists(atPath: "\(folder)/d.json/inside"))
      try file("good").delete()
      try file("later").delete()
      #expect(
        try files.contentsOfDirectory(atPath: folder).sorted() == ["d.json", "link.json", "package.json"])
    }
  }
}
