import Testing

@testable import PGBenchCommand

@Suite("TestProgram")
struct TestProgramTests {
  @Test("A filter of tests matches these, with any arguments, and no others")
  func filter() throws {
    let filter = try Regex(TestProgram.filter(for: ["Module.Suite/find", "Module.Other/a+b"]))
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
}
