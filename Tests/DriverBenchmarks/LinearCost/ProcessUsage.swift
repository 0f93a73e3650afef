#if os(Linux)
  #if canImport(FoundationEssentials)
    import FoundationEssentials
  #else
    import Foundation
  #endif

  import PGSystem

  /// What this process has in memory and took of the CPUs, as the kernel counts it: proc(5), `/proc/pid/status`.
  enum ProcessUsage {
    /// The CPU time of all its threads since it was started.
    static func cpuSeconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// In bytes.
    static func now() throws -> Int { try field("VmRSS:") }

    /// The most since `resetPeak`, in bytes.
    static func peak() throws -> Int { try field("VmHWM:") }

    /// Lets the peak begin at what is in memory now: proc(5), `/proc/pid/clear_refs`.
    static func resetPeak() throws {
      guard let file = fopen("/proc/self/clear_refs", "w") else { throw MissingField(name: "clear_refs") }
      let isWritten = fputs("5", file) >= 0
      guard fclose(file) == 0, isWritten else { throw MissingField(name: "clear_refs") }
    }

    /// Gives back to the kernel what is free, if the C library can.
    static func trim() {
      #if canImport(Glibc)
        _ = trimFunction?(0)
      #endif
    }

    #if canImport(Glibc)
      /// `malloc_trim` of the GNU C library, of which Swift's module leaves the header out.
      private static let trimFunction = dlsym(nil, "malloc_trim").map {
        unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
      }
    #endif

    private static func field(_ name: String) throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      for line in status.split(separator: "\n") where line.hasPrefix(name) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        if fields.count > 1, let kilobytes = Int(fields[1]) { return kilobytes << 10 }
      }
      throw MissingField(name: name)
    }

    private struct MissingField: Error {
      let name: String
    }
  }
#endif
