import PGBenchHost
import PGDriver
import PGMeasuring
import PGReporting
import PGServer
import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds out what a run is measured on.
enum EnvironmentProbe {
  /// Everything that the report says about where it comes from.
  static func environment(
    settings: RunSettings, server: ServerInfo?, cases: [CaseReport], startedAt: String,
    kitCost: ReportEnvironment.KitCost?
  ) -> ReportEnvironment {
    let system = uname()
    return ReportEnvironment(
      cpu: cpu(), cores: cores(), operatingSystem: operatingSystem() ?? system.name,
      kernel: "\(system.name) \(system.release)", serverVersion: server?.version,
      transport: server?.transport.rawValue,
      libpqVersion: LibPQ.version, serverSettings: server?.settings ?? [:],
      placement: cases.map(\.placement).uniqued.joined(separator: "; "),
      buildMode: BuildMode.isOptimised ? .optimised : .debug,
      seed: settings.seed, commit: commit(), profile: settings.profile.rawValue, startedAt: startedAt,
      toolchain: nil, kitCost: kitCost)
  }

  /// The time in RFC 3339.
  static func timestamp() -> String { Date.now.formatted(.iso8601) }

  /// The commit of the sources: CI's variable, or what git's folder says.
  private static func commit() -> String? {
    let environment = CallersEnvironment.current()
    if let given = environment["GITHUB_SHA"], !given.isEmpty { return given }
    guard let head = text(".git/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else { return head }
    let reference = String(head.dropFirst(5))
    if let loose = text(".git/\(reference)") { return loose }
    let packed = text(".git/packed-refs")?.split(separator: "\n").first { $0.hasSuffix(" \(reference)") }
    return packed.map { String($0.prefix(while: { $0 != " " })) }
  }

  private static func cpu() -> String {
    #if canImport(Darwin)
      var size = 0
      sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
      var name = [CChar](repeating: 0, count: size + 1)
      sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #else
      let lines = (text("/proc/cpuinfo") ?? "").split(separator: "\n")
      let model = lines.first { $0.hasPrefix("model name") || $0.hasPrefix("Model") }
      guard let value = model?.split(separator: ":").last else {
        // ARM's kernels name no model, but the maker and its number for the core (proc(5)).
        let parts = ["CPU implementer", "CPU part", "CPU variant"].compactMap { key in
          lines.first { $0.hasPrefix(key) }?.split(separator: ":").last.map { "\(key)\($0)" }
        }
        return ([uname().machine] + parts).joined(separator: ", ")
      }
      return String(value.drop(while: { $0 == " " }))
    #endif
  }

  private static func cores() -> Int {
    let allowed = PlacedPlacement.allowedCPUs().count
    return allowed > 0 ? allowed : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  private static func operatingSystem() -> String? {
    #if canImport(Darwin)
      return "macOS \(ProcessInfo.processInfo.operatingSystemVersionString)"
    #else
      let line = text("/etc/os-release")?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
      return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
    #endif
  }

  private static func uname() -> (name: String, release: String, machine: String) {
    var names = utsname()
    guard withUnsafeMutablePointer(to: &names, { systemUname($0) }) == 0 else { return ("unknown", "", "") }
    func string<Tuple>(_ tuple: Tuple) -> String {
      withUnsafeBytes(of: tuple) { String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self) }
    }
    return (string(names.sysname), string(names.release), string(names.machine))
  }

  private static func text(_ path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingSuffix("\n")
  }
}

/// uname(3), under a name that the probe's own doesn't hide.
private func systemUname(_ names: UnsafeMutablePointer<utsname>) -> Int32 { uname(names) }

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
