/// Lends Swift strings to C as a NULL-terminated array of C strings.
enum CStrings {
  /// Calls `body` with pointers that are valid during the call.
  static func withPointers<Answer>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
  ) -> Answer {
    var bytes: [CChar] = []
    let starts = strings.map { string in
      defer { bytes.append(contentsOf: string.utf8CString) }
      return bytes.count
    }
    return bytes.withUnsafeBufferPointer { bytes in
      let pointers: [UnsafePointer<CChar>?] =
        starts.map { start in bytes.baseAddress.map { $0 + start } } + [nil]
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
