/// A file descriptor that is closed once, from whichever thread comes first.
package final class OwnedDescriptor: Sendable {
  private let descriptor: Lock<CInt?>

  package init(_ descriptor: CInt) { self.descriptor = Lock(descriptor < 0 ? nil : descriptor) }

  deinit { close() }

  /// What is made of it while it is open; nil if it isn't, or never was.
  package func withDescriptor<Answer>(_ body: (CInt) -> Answer?) -> Answer? {
    descriptor.withLock { $0.flatMap(body) }
  }

  /// Closes it; later calls do nothing.
  package func close() {
    let open = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    if let open { UnixSocket.close(open) }
  }
}

/// Writes to files, pipes and terminals.
enum DescriptorIO {
  /// Writes all bytes, however many calls that takes; returns the error's number if that fails, else nil.
  static func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) -> CInt? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let count = Darwin.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Glibc)
        let count = Glibc.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Musl)
        let count = Musl.write(file, piece.baseAddress, piece.count)
      #endif
      // No device takes nothing and says so for ever.
      guard count != 0 else { return EIO }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
    }
    return nil
  }
}

/// Writes to the process's standard streams, whole and at once, so that lines of parallel tests don't mix.
package enum Console {
  /// Why a stream took less than all of a text: the system's error number.
  package struct Failure: Error, CustomStringConvertible {
    package let code: Int32

    /// Whether no process reads any more, as at the end of `… | head`: that is the reader's wish.
    package var isOfReader: Bool { code == EPIPE }

    package var description: String { "The output could not be written: \(String(cString: strerror(code)))." }
  }

  @discardableResult
  package static func standardOutput(_ text: String) -> Failure? { write(text, to: STDOUT_FILENO) }

  @discardableResult
  package static func standardError(_ text: String) -> Failure? { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to file: Int32) -> Failure? {
    var text = text
    return text.withUTF8 { DescriptorIO.write(UnsafeRawBufferPointer($0), to: file).map(Failure.init(code:)) }
  }
}

/// How many columns a terminal shows.
package enum TerminalWidth {
  /// The columns of the terminal that a stream is; nil where it is none, or where that doesn't say.
  package static func of(_ file: Int32) -> Int? {
    var size = winsize()
    guard ioctl(file, numericCast(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// The columns of the terminal that this process was started from; nil where there is none.
  ///
  /// `swift test` reads what its tests print and prints it itself, so that the output is no terminal;
  /// the input is.
  package static func ofThisProcess() -> Int? {
    of(STDOUT_FILENO) ?? of(STDERR_FILENO) ?? of(STDIN_FILENO)
  }
}
