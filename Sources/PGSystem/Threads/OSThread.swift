import CPGSystem

/// Starts threads of the operating system.
package enum OSThread {
  private final class Body {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      pg_system_name_thread(name)
      body()
    }
  }

  /// Starts a detached thread that runs `body` once.
  ///
  /// - Parameter name: What profilers and debuggers show; at most 15 bytes, for Linux takes no more.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    // C hands one untyped pointer to the thread: a retained box, which the thread takes over.
    let box = Unmanaged.passRetained(Body(name, body))
    let failure = pg_system_start_thread(
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard failure == 0 else {
      box.release()
      throw SystemError("No thread could be started", code: failure)
    }
  }

  /// The kernel's identifier of the calling thread; 0 where there is none.
  package static var currentID: Int32 { pg_system_thread_id() }
}
