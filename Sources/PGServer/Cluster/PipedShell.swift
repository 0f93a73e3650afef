import PGDriver
package import PGSystem
package import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

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
