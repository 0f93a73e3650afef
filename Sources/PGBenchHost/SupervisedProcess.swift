import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program that doesn't outlive this process, however this process ends.
///
/// A shell starts it as its child in a session of its own. When this process ends, it ends the program, and a few seconds later
/// whatever else runs in that session.
package final class SupervisedProcess: Sendable {
  private let shell: PipedShell

  /// Starts a program.
  ///
  /// - Parameter command: The program's path or name, and its arguments.
  /// - Parameter folder: Where it runs.
  /// - Parameter environment: Changes to this process's environment; nil removes a variable.
  /// - Parameter log: The file that its output is added to.
  /// - Throws: `BenchmarkError` if no pipe can be made.
  package init(
    _ command: [String], in folder: String, environment: [String: String?] = [:], log: String
  ) throws(BenchmarkError) {
    var changes: [Environment.Key: String?] = [:]
    for (name, value) in environment { Environment.Key(rawValue: name).map { changes[$0] = value } }
    var options = PlatformOptions()
    // The terminal's signals, Ctrl-C above all, are for this process, which then ends the program.
    options.createSession = true
    shell = try PipedShell(
      Configuration(
        executable: .path("/bin/sh"), arguments: Arguments(["-c", Self.script, "pgbenchkit", log] + command),
        environment: .inherit.updating(changes), workingDirectory: FilePath(folder), platformOptions: options)
    )
  }

  /// Waits for the end, and answers the exit code; of a program that a signal ended 128 and the signal's number, of one that
  /// could not be started 127, as shells have it.
  package func exitCode() async -> Int32 { await shell.exitCode() }

  /// Has the program ended; does not wait for it.
  package func end() { shell.letGo() }

  /// Once the pipe has ended, the reader doesn't heed that the program has, for what that started may yet run.
  private static let script = #"""
    log=$1
    shift
    exec 3<&0 </dev/null 2>>"$log"
    "$@" 3<&- >&2 &
    child=$!
    (
      while read -r line <&3; do :; done
      trap '' TERM
      kill -TERM "$child"
      tries=0
      while kill -0 "$child" && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.02; done
      kill -KILL 0
    ) >/dev/null 2>&1 &
    reader=$!
    exec 3<&-
    wait "$child"
    status=$?
    exec >&-
    kill "$reader"
    exit "$status"
    """#
}
