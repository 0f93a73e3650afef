import PGDriver
import Subprocess

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program that doesn't outlive this process, however this process ends.
///
/// A shell starts it as its child in a session of its own, and reads from a pipe whose writing end only this process holds: at
/// the pipe's end, which a crash and SIGKILL bring as well, it ends the program, and a few seconds later whatever else
/// runs in that session.
package final class SupervisedProcess: Sendable {
  private let writingEnd: OwnedDescriptor
  private let ending: Task<Int32, Never>
  private let running = Lock<pid_t?>(nil)

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
    var ends: [CInt] = [-1, -1]
    guard UnixSocket.makePipe(&ends) == 0 else {
      throw BenchmarkError("No pipe could be made: \(String(cString: strerror(errno))).")
    }
    writingEnd = OwnedDescriptor(ends[1])
    let readingEnd = FileDescriptor(rawValue: ends[0])
    var changes: [Environment.Key: String?] = [:]
    for (name, value) in environment { Environment.Key(rawValue: name).map { changes[$0] = value } }
    var options = PlatformOptions()
    // The terminal's signals, Ctrl-C above all, are for this process, which then ends the program.
    options.createSession = true
    let configuration = Configuration(
      executable: .path("/bin/sh"), arguments: Arguments(["-c", Self.script, "pgbenchkit", log] + command),
      environment: .inherit.updating(changes), workingDirectory: FilePath(folder), platformOptions: options)
    ending = Task.detached { [running] in
      let result = try? await Subprocess.run(
        configuration, input: .fileDescriptor(readingEnd, closeAfterSpawningProcess: true),
        output: .sequence, error: .discarded
      ) { execution in
        running.withLock { $0 = execution.processIdentifier.value }
        for try await _ in execution.standardOutput {}
      }
      switch result?.terminationStatus {
      case .exited(let code)?: return Int32(code)
      case .signaled(let signal)?: return 128 + Int32(signal)
      case nil: return 127
      }
    }
  }

  /// Waits for the end, and answers the exit code; of a program that a signal ended 128 and the signal's number, of one that
  /// could not be started 127, as shells have it.
  package func exitCode() async -> Int32 { await ending.value }

  /// Has the program ended; does not wait for it.
  package func end() { writingEnd.close() }

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
