import PGSystem

/// Whether a program would be found by its name.
enum SearchPath {
  static func has(_ program: String, in environment: [String: String]) -> Bool {
    (environment["PATH"] ?? "").split(separator: ":")
      .contains { FileProbe.machine.isExecutable("\($0)/\(program)") }
  }
}
