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
