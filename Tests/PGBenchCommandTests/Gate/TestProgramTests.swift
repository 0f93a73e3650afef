import Foundation
import PGServer
import Testing

@testable import PGBenchCommand

@Suite("TestProgram")
struct TestProgramTests {
  @Test("A filter of tests matches these, with any arguments, and no others")
  func filter() throws {
    let filter = try Regex(TestSelection(just: ["Module.Suite/find", "Module.Other/a+b"]).filter)
    for name in [
      "Module.Suite/find", "Module.Suite/find()", "Module.Suite/find(n:)/A.swift:3:4", "Module.Other/a+b()",
    ] {
      #expect(name.contains(filter), "\(name)")
    }
    for name in [
      "Module.Suite/findAll()", "XModule.Suite/find()", "ModuleXSuite/find()", "Module.Other/aab()",
    ] {
      #expect(!name.contains(filter), "\(name)")
    }
  }

  @Test("Programs are found that are of all test targets, and such as are of one each")
  func found() {
    #if !canImport(Darwin)
      #expect(
        TestProgram.all(in: "/b", ["A.o", "ShopPackageTests.xctest", "a.txt"]) == [
          "/b/ShopPackageTests.xctest"
        ])
      let each = ["B-test-runner", "A-test-runner", "A.so", "A_test_runner.swiftmodule"]
      #expect(TestProgram.all(in: "/b", each) == ["/b/A-test-runner", "/b/B-test-runner"])
      #expect(TestProgram.all(in: "/b", ["A.o"]).isEmpty)
    #endif
  }

  @Test("Of programs of one target each only those run that have the selected tests, if these are known")
  func selected() {
    let programs = ["/b/A-test-runner", "/b/AB-test-runner", "/b/B-test-runner"]
    let one = TestProgram.command(programs, TestSelection(just: ["B.Suite/test"]))
    #expect(one.suffix(2) == ["^(B\\.Suite\\/test)([(/]|$)", "/b/B-test-runner"])
    #expect(TestProgram.command(programs, TestSelection(matching: "test")).suffix(3) == programs[...])
    let bundle = ["/b/ShopPackageTests.xctest"]
    #expect(TestProgram.command(bundle, TestSelection(just: ["B.Suite/test"])).last == bundle[0])
  }

  #if !canImport(Darwin)
    @Test(
      "Programs run one after the other, and end as all of them together did",
      arguments: [
        ([69, 69], 69, 2), ([69, 0], 0, 2), ([0, 69], 0, 2), ([1, 0], 1, 2), ([0, 1], 1, 2),
        ([134, 0], 134, 1),
        ([69, 3, 0], 3, 2),
      ])
    func together(codes: [Int], expected: Int, started: Int) async throws {
      let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      var programs: [String] = []
      for (number, code) in codes.enumerated() {
        let program = "\(folder)/\(number)-test-runner"
        try "#!/bin/sh\necho \"$@\" >>'\(folder)/started'\nexit \(code)\n"
          .write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        programs.append(program)
      }
      let process = try SupervisedProcess(
        TestProgram.command(programs, TestSelection(matching: "a b|c")), in: folder, log: "\(folder)/log")
      #expect(await process.exitCode() == Int32(expected))
      let calls = try String(contentsOfFile: "\(folder)/started", encoding: .utf8)
        .split(separator: "\n").map(String.init)
      #expect(calls == Array(repeating: "--testing-library swift-testing --filter a b|c", count: started))
    }
  #endif
}
