import PGDriver

/// What an operation is given, made before it is measured.
struct LinearInput {
  /// A value, or text for COPY; of the whole amount, or of a part of it.
  var bytes: [UInt8] = []
  var script = ""
  var queries: [PostgresQuery] = []
  var rows: [[any PostgresEncodable]] = []

  init(_ operation: LinearOperation, megabytes: Int) {
    let parts = operation.parts(megabytes: megabytes)
    switch operation {
    case .parameter, .copyRow: bytes = Array(repeating: 120, count: parts)
    case .script:
      // Of several literals: the server's scanner doubles the memory for one, up to 512 MiB.
      let text = String(repeating: "x", count: operation.part - 20)
      script = String(repeating: "SELECT length('\(text)');\n", count: parts)
    case .pipeline:
      // All share one value.
      let value = [UInt8](repeating: 120, count: operation.part)
      queries = Array(repeating: "SELECT length(\(value))", count: parts)
    case .executeMany:
      let value = [UInt8](repeating: 120, count: operation.part)
      rows = (0..<parts).map { _ in [value] }
    case .copyInPieces: bytes = Self.lines(operation.part)
    case .copyInWhole: bytes = Self.lines(parts)
    case .copyRows: bytes = Array(repeating: 120, count: operation.part)
    case .copyOut, .rows, .value, .stream, .notifications, .notices: break
    }
  }

  /// Lines of 1000 bytes, as COPY takes them in text format.
  private static func lines(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 120, count: count)
    for end in stride(from: 999, to: count, by: 1000) { bytes[end] = 10 }
    return bytes
  }
}
