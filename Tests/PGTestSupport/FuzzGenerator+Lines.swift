extension FuzzGenerator {
  /// A valid text with some faults in it: bytes changed, left out, doubled and moved, numbers replaced by extreme ones, cut short.
  public mutating func damaged(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0...below(4) {
      guard !bytes.isEmpty else { return bytes }
      let place = below(bytes.count)
      switch below(8) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(pick(Array("{}[]\",:\\-0e.tn".utf8)), at: place)
      case 3: bytes.removeLast(bytes.count - place)
      case 4:
        let part = bytes[place..<min(bytes.count, place + 1 + below(12))]
        bytes.insert(contentsOf: part, at: below(bytes.count))
      case 5:
        let end = min(bytes.count, place + 1 + below(12))
        bytes.removeSubrange(place..<end)
      default: replaceNumber(in: &bytes, near: place)
      }
    }
    return bytes
  }

  /// Arbitrary bytes, most of which JSON is made of.
  public mutating func bytes(atMost length: Int) -> [UInt8] {
    let json = Array(#"{}[]":,0123456789-+.eEtruefalsn\u "#.utf8)
    return (0..<below(length + 1)).map { _ in below(4) == 0 ? UInt8(below(256)) : pick(json) }
  }

  private mutating func replaceNumber(in bytes: inout [UInt8], near place: Int) {
    func isDigit(_ index: Int) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) }
    guard let start = bytes.indices[place...].first(where: isDigit) else { return }
    let end = bytes.indices[start...].first { !isDigit($0) } ?? bytes.count
    let extreme = pick([
      "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "1e400",
      "0.5",
      "4294967296", "\(next())", "null",
    ])
    bytes.replaceSubrange(start..<end, with: Array(extreme.utf8))
  }
}
