import PGSystem

/// The command that installs PostgreSQL's server on this platform.
struct InstallAdvice: Sendable {
  var files: FileProbe

  var command: String {
    #if canImport(Darwin)
      return "brew install postgresql@17"
    #else
      return Self.command(osRelease: files.text("/etc/os-release") ?? files.text("/usr/lib/os-release") ?? "")
    #endif
  }

  /// Chooses by ID, then by ID_LIKE, of an os-release file (os-release(5)).
  static func command(osRelease: String) -> String {
    let families = field("ID", of: osRelease) + field("ID_LIKE", of: osRelease)
    for family in families {
      switch family {
      case "debian", "ubuntu": return "apt-get install postgresql"
      case "fedora", "rhel", "centos": return "dnf install postgresql-server"
      case "alpine": return "apk add postgresql"
      case "arch": return "pacman -S postgresql"
      case "suse", "opensuse": return "zypper install postgresql-server"
      default: continue
      }
    }
    return "see https://www.postgresql.org/download/"
  }

  private static func field(_ name: String, of osRelease: String) -> [String] {
    let line = osRelease.split(separator: "\n").first { $0.hasPrefix(name + "=") }
    guard let line else { return [] }
    return line.dropFirst(name.count + 1)
      .split { $0 == " " || $0 == "\"" || $0 == "'" }
      .map { $0.lowercased() }
  }
}
