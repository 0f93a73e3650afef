import PGDriver
package import PGSystem
package import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program that doesn't outlive this process, however this process ends.
///
/// A shell starts it as its child in a session of its own. When this process ends, the shell ends all
/// programs of that session, in whatever process groups they are: those that a build starts have groups
/// of their own.
package final class SupervisedProcess: Sendable {
  private let shell: PipedShell

  /// Starts a program.
  ///
  /// - Parameter command: The program's path or name, and its arguments.
  /// - Parameter folder: Where it runs.
  /// - Parameter inherited: The variables that it gets; those of this process unless others are given.
  /// - Parameter environment: Changes to these; nil removes a variable.
  /// - Parameter log: The file that its output is added to.
  /// - Throws: `SystemError` if no pipe can be made.
  package init(
    _ command: [String], in folder: String,
    inheriting inherited: [String: String] = CallersEnvironment.current(),
    environment: [String: String?] = [:], log: String
  ) throws(SystemError) {
    var variables: [Environment.Key: String] = [:]
    let changed = environment.reduce(into: inherited) { $0[$1.key] = $1.value }
    for (name, value) in changed { Environment.Key(rawValue: name).map { variables[$0] = value } }
    // macOS takes the loader's variables from the shell, as from all of the system's own programs.
    let ofLoader = changed.filter { $0.key.hasPrefix("DYLD_") }.map { "\($0.key)=\($0.value)" }.sorted()
    let program = ofLoader.isEmpty ? command : ["/usr/bin/env"] + ofLoader + command
    var options = PlatformOptions()
    // The terminal's signals, Ctrl-C above all, are for this process, which then ends the program.
    options.createSession = true
    shell = try PipedShell(
      Configuration(
        executable: .path("/bin/sh"), arguments: Arguments(["-c", Self.script, "pgbenchkit", log] + program),
        environment: .custom(variables), workingDirectory: FilePath(folder), platformOptions: options)
    )
  }

  /// Waits for the end and returns the exit code: 128 and the signal's number if a signal ended the program,
  /// 127 if it could not be started, as shells have it.
  ///
  /// After `end()` it waits until all programs of the session are gone.
  package func exitCode() async -> Int32 { await shell.exitCode() }

  /// Has the program ended; does not wait for it.
  package func end() { shell.letGo() }

  /// Once the pipe has ended, the reader goes on even if the program ends, since what the program started may
  /// still run; the shell then waits for the reader, which ends the shell with everything else.
  ///
  /// Linux tells the session of a process. Elsewhere the processes that descend from the shell are ended, as
  /// far as their parents are known.
  private static let script = #"""
    log=$1
    shift
    exec 3<&0 </dev/null 2>>"$log"
    has_proc() { [ -r "/proc/$$/stat" ]; }
    others() {
      if has_proc; then
        for file in /proc/[0-9]*/stat; do
          read -r line <"$file" || continue
          number=${line%% *}
          set -- ${line##*) }
          [ "$4" = "$$" ] && [ "$1" != Z ] && [ "$number" != "$$" ] && [ "$number" != "$reader" ] \
            && echo "$number"
        done
      else
        ps -A -o pid= -o ppid= | awk -v shell="$$" -v reader="$reader" '
          { parent[$1] = $2 }
          END {
            for (each in parent) {
              for (up = parent[each]; up in parent && up != shell && up > 1; up = parent[up]) ;
              if (up == shell && each != reader) print each
            }
          }'
      fi
    }
    # A zombie, which its parent has not waited for yet, doesn't count.
    is_alive() {
      if has_proc; then
        read -r line <"/proc/$1/stat" || return
        set -- ${line##*) }
        [ "$1" != Z ]
      else
        kill -0 "$1"
      fi
    }
    are_alive() {
      for each in $running; do is_alive "$each" && return; done
      return 1
    }
    "$@" 3<&- >&2 &
    child=$!
    (
      while read -r line <&3; do :; done
      trap '' TERM
      reader=$(exec sh -c 'echo "$PPID"')
      running=$(others)
      kill -TERM $running
      tries=0
      while are_alive && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.02; done
      for each in $running; do is_alive "$each" && kill -KILL "$each"; done
      # Twice, for one of them may just have started another.
      kill -KILL $(others)
      kill -KILL $(others)
      kill -KILL 0
    ) >/dev/null 2>&1 &
    reader=$!
    exec 3<&-
    wait "$child"
    status=$?
    # The shell would say of the reader that it was terminated.
    exec >&- 2>/dev/null
    kill "$reader"
    wait "$reader"
    exit "$status"
    """#
}

/// A shell that notices the end of this process, however that comes about.
///
/// Its script reads from a pipe whose writing end only this process holds: at an exit, a crash or SIGKILL,
/// the kernel closes that end, and the shell sees the end of its input.
package final class PipedShell: Sendable {
  private let writingEnd: OwnedDescriptor
  private let ending: Task<Int32, Never>
  private let state: Lock<State>

  private struct State {
    var processIdentifier: pid_t?
    var outputHasEnded = false
  }

  /// Starts the shell.
  ///
  /// - Throws: `SystemError` if no pipe can be made.
  package init(_ configuration: Configuration) throws(SystemError) {
    var ends: [CInt] = [-1, -1]
    guard UnixSocket.makePipe(&ends) == 0 else {
      throw SystemError("No pipe could be made")
    }
    writingEnd = OwnedDescriptor(ends[1])
    let readingEnd = FileDescriptor(rawValue: ends[0])
    let state = Lock(State())
    self.state = state
    ending = Task.detached {
      let result = try? await Subprocess.run(
        configuration, input: .fileDescriptor(readingEnd, closeAfterSpawningProcess: true),
        output: .sequence, error: .discarded
      ) { execution in
        state.withLock { $0.processIdentifier = execution.processIdentifier.value }
        // The script writes nothing: it closes its output when what it is for has ended.
        for try await _ in execution.standardOutput {}
        state.withLock { $0.outputHasEnded = true }
      }
      state.withLock { $0.outputHasEnded = true }
      switch result?.terminationStatus {
      case .exited(let code)?: return Int32(code)
      case .signaled(let signal)?: return 128 + Int32(signal)
      case nil: return 127
      }
    }
  }

  /// The process identifier of the shell; nil until it runs.
  package var processIdentifier: pid_t? { state.withLock(\.processIdentifier) }

  /// Whether the script has closed its output, or never ran.
  package var outputHasEnded: Bool { state.withLock(\.outputHasEnded) }

  /// Waits for the end and returns the exit code: 128 and the signal's number after a signal, 127 if the
  /// shell could not be started, as shells have it.
  package func exitCode() async -> Int32 { await ending.value }

  /// Ends the shell's input; does not wait for what follows from it.
  package func letGo() { writingEnd.close() }
}
