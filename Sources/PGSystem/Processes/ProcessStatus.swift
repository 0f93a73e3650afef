/// What the kernel tells of a running process; Linux only (proc(5)).
package struct ProcessStatus: Sendable, Hashable {
  /// The user as whom it acts.
  package let user: uid_t
  /// The name of its program, such as `swift`.
  ///
  /// No arguments, which may hold a password.
  package let program: String?

  /// Asks the kernel; nil if there is no such process, or the system doesn't tell.
  package init?(of process: pid_t, files: FileProbe = .machine) {
    guard let status = files.text("/proc/\(process)/status"), let user = Self.user(inStatus: status) else {
      return nil
    }
    self.user = user
    let command = files.text("/proc/\(process)/cmdline") ?? ""
    let first = command.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let name = first.split(separator: "/").last.map(String.init) ?? files.text("/proc/\(process)/comm")
    program = name.flatMap(Self.printable)
  }

  /// A process gives itself any name, which may be printed on a terminal.
  private static func printable(_ name: String) -> String? {
    let letters = name.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(40)
    return letters.isEmpty ? nil : String(String.UnicodeScalarView(letters))
  }

  /// The effective user of `Uid:  real  effective  saved  file system`.
  package static func user(inStatus text: String) -> uid_t? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("Uid:") }
    let numbers = line?.split { $0 == " " || $0 == "\t" }.dropFirst().compactMap { uid_t($0) }
    return numbers.flatMap { $0.count == 4 ? $0[1] : nil }
  }
}
