import PGSystem
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs small POSIX shell scripts as the server's user, in an environment that holds nothing of the caller's.
///
/// Whatever touches the server's folder goes through it, so that a process of root never follows a path that
/// another user could have prepared, and no PG variable of the caller reaches a server.
struct ServerShell: Sendable {
  let user: ServerUser
  /// The caller's environment, of which only the search path and the loader's folders are passed on.
  let callersEnvironment: [String: String]

  /// Removes the segment of shared memory of a killed server, whose folder is `$folder`.
  ///
  /// A server that ended by itself has removed the segment and `postmaster.pid`; a killed one leaves the
  /// file, with the segment's number in the seventh line.
  static let removalOfSharedMemory = #"""
    segment=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null)
    [ -n "$segment" ] && ipcrm -m "$segment" 2>/dev/null
    """#

  /// What a script printed, standard error included, and whether it succeeded.
  struct Outcome: Sendable {
    let output: String
    let isSuccess: Bool
  }

  /// Runs the script to its end; `$1`, `$2`, … are the arguments.
  func run(_ script: String, _ arguments: [String]) async throws(DatabaseServerError) -> Outcome {
    do {
      let result = try await Subprocess.run(
        configuration(script, arguments), output: .string(limit: 1 << 20), error: .combinedWithOutput)
      // What a cancellation has ended says nothing of the program.
      if !result.terminationStatus.isSuccess { try Task.checkCancellation() }
      return Outcome(output: result.standardOutput, isSuccess: result.terminationStatus.isSuccess)
    } catch is CancellationError {
      throw DatabaseServerError(.startFailed, "The task was cancelled while the server was being started.")
    } catch {
      throw DatabaseServerError(.startFailed, "No program could be run as user \(user.name): \(error)")
    }
  }

  /// The configuration under which a script runs.
  ///
  /// A session of its own keeps the terminal's signals, Ctrl-C above all, from it.
  func configuration(_ script: String, _ arguments: [String]) -> Configuration {
    var options = PlatformOptions()
    options.createSession = true
    var command = ["/bin/sh", "-c", script, "pgbenchkit"] + arguments
    if user.isOther, let becomingUser = Self.command(as: user, script, arguments) {
      command = becomingUser
    } else if user.isOther {
      options.userID = user.userID
      options.groupID = user.groupID
      options.supplementaryGroups = []
    }
    return Configuration(
      executable: .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(environment),
      // Not the caller's folder, which the user may not be able to enter, and others may have prepared.
      workingDirectory: "/", platformOptions: options)
  }

  /// The command that becomes another user and runs a script, by util-linux's setpriv or BusyBox's su; nil
  /// where there is neither.
  ///
  /// Preferred to the options of Subprocess 1.0: its child comes from a bare clone(2), of which glibc knows
  /// nothing, so that setuid(2) there waits for ever for a thread that was just being started in the parent.
  static func command(
    as user: ServerUser, _ script: String, _ arguments: [String], files: FileProbe = .machine
  ) -> [String]? {
    guard let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first(where: files.isExecutable) else {
      return nil
    }
    // Its setpriv lacks these options. Not Alpine's link /bin/su, which leads to another program.
    if let busyBox = files.resolved(setpriv), busyBox.hasSuffix("/busybox") {
      return [busyBox, "su", "-p", "-s", "/bin/sh", "-c", script, "--", user.name, "pgbenchkit"] + arguments
    }
    let options = ["--reuid=\(user.userID)", "--regid=\(user.groupID)", "--clear-groups"]
    return [setpriv] + options + ["/bin/sh", "-c", script, "pgbenchkit"] + arguments
  }

  private var environment: [Environment.Key: String] {
    var environment: [Environment.Key: String] = ["LC_ALL": "C", "TZ": "UTC0"]
    // The system's programs first; the caller's folders, for systems that keep them elsewhere.
    environment["PATH"] = (["/usr/bin", "/bin", "/usr/sbin", "/sbin"] + folders(in: "PATH")).joined(
      separator: ":")
    // A PostgreSQL built by hand may need these to find its own libpq.
    for name in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
      let folders = folders(in: name)
      if !folders.isEmpty, let key = Environment.Key(rawValue: name) {
        environment[key] = folders.joined(separator: ":")
      }
    }
    return environment
  }

  /// The folders of a search path, without those that depend on where it is run: `.`, and the empty one that
  /// means the same.
  private func folders(in variable: String) -> [String] {
    (callersEnvironment[variable] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
  }
}

/// The environment that the test process was started with.
package enum CallersEnvironment {
  package static func current() -> [String: String] { ProcessInfo.processInfo.environment }

  /// The variables of libpq that reach a connection whatever its parameters say.
  ///
  /// libpq takes an empty parameter for one that is not set and then reads the variable; PGTZ, PGDATESTYLE
  /// and PGGEQO have no parameter at all (PostgreSQL manual, section 34.15, "Environment Variables").
  package static let connectionVariables = [
    "PGHOSTADDR", "PGOPTIONS", "PGREQUIREPEER", "PGSERVICE", "PGREQUIREAUTH", "PGSSLCERTMODE",
    "PGSSLNEGOTIATION", "PGMINPROTOCOLVERSION", "PGMAXPROTOCOLVERSION", "PGTZ", "PGDATESTYLE", "PGGEQO",
  ]

  /// Takes those variables out of this process, before it connects to a server of the kit's own.
  package static func withdrawConnectionVariables() {
    for name in connectionVariables where getenv(name) != nil { unsetenv(name) }
  }
}
