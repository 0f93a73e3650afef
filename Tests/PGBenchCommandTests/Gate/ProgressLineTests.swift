import Foundation
import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchCommand

@Suite("ProgressLine", .paced)
struct ProgressLineTests {
  @Test("The last line that says something is shown, and nothing that steers a terminal")
  func last() {
    #expect(
      ProgressLine.last(of: "[1/80] Compiling A\n[12/80] Compiling B b.swift\n\n  \n")
        == "[12/80] Compiling B b.swift")
    #expect(ProgressLine.last(of: "one\r\u{1B}[2Ktwo") == "[2Ktwo")
    #expect(ProgressLine.last(of: "\n \n") == nil)
  }

  @Test(
    "On a terminal a line takes the place of the one before, and is no longer than fits; elsewhere it is a line"
  )
  func text() {
    let terminal = ProgressLine(isTerminal: true, columns: 40) { _ in }
    #expect(terminal.text("base: [1/2]") == "\r\u{1B}[Kbase: [1/2]")
    let long = terminal.text(String(repeating: "x", count: 100))
    #expect(long.count == "\r\u{1B}[K".count + 39)
    #expect(ProgressLine(isTerminal: false, columns: 40) { _ in }.text("base: [1/2]") == "base: [1/2]\n")
  }

  @Test("A log is followed line by line, each once, and a terminal is left clean", arguments: [true, false])
  func follow(isTerminal: Bool) async throws {
    try await ScratchFolder.with { folder in
      let written = Lock<[String]>([])
      let progress = ProgressLine(isTerminal: isTerminal, columns: 80, pause: .milliseconds(5)) { text in
        written.withLock { $0.append(text) }
      }
      let log = "\(folder)/build.log"
      let following = Task { await progress.follow(log, named: "base 1234567890") }
      var text = ""
      for number in 1...3 {
        text += String(repeating: "noise\n", count: 2000) + "[\(number)/3] Compiling\n"
        try text.write(toFile: log, atomically: true, encoding: .utf8)
        _ = await eventually { written.withLock(\.count) >= number }
      }
      following.cancel()
      await following.value
      let expected = (1...3).map { progress.text("base 1234567890: [\($0)/3] Compiling") }
      #expect(written.withLock { $0 } == expected + (isTerminal ? ["\r\u{1B}[K"] : []))
    }
  }
}
