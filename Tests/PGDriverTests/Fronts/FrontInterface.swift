import Foundation
import Testing

/// The public interface of one front of the driver, as its sources declare it.
///
/// It is read from the sources, for at run time Swift doesn't tell what methods a type has.
struct FrontInterface {
  /// The front, by the prefix of its types: Sync or Async.
  let prefix: String
  /// For each of its types, without the prefix, the signatures of what is public in it.
  private(set) var members: [String: Set<String>] = [:]

  /// Reads a front.
  ///
  /// - Parameter sources: The texts of the driver's source files, of both fronts or of one.
  init(_ prefix: String, in sources: [String]) {
    self.prefix = prefix
    for source in sources { read(source) }
  }

  /// What of this one's types and members another front doesn't have.
  func lacking(in other: FrontInterface) -> Set<String> {
    var differences: Set<String> = []
    for (type, signatures) in members {
      guard let others = other.members[type] else {
        differences.insert("\(prefix)\(type)")
        continue
      }
      for signature in signatures.subtracting(others) { differences.insert("\(prefix)\(type): \(signature)") }
    }
    return differences
  }

  private mutating func read(_ source: String) {
    var type: String?
    var attributes = ""
    var signature = ""
    for line in source.split(separator: "\n") {
      guard line.utf8.first == UInt8(ascii: " ") else {
        type = declaredType(line)
        if let type, line.contains("public ") { members[type, default: []] = members[type, default: []] }
        continue
      }
      guard type != nil else { continue }
      let words = line.drop { $0 == " " }
      if signature.isEmpty {
        if words.hasPrefix("@"), !words.contains(" ") {
          attributes += words + " "
          continue
        }
        guard words.prefixMatch(of: #/(?:@\S+ )*public /#) != nil else {
          attributes = ""
          continue
        }
        signature = attributes
        attributes = ""
      }
      signature += words + " "
      guard let type, let whole = Self.declaration(signature) else { continue }
      members[type, default: []].insert(Self.normalised(whole))
      signature = ""
    }
  }

  /// The type that a line declares or extends, without the prefix; nil if it isn't of this front.
  ///
  /// What the protocol of both fronts adds to its types suspends, so it is the suspending connection's.
  private func declaredType(_ line: Substring) -> String? {
    let declaration = #/(?:[@\w()]+ )*(?:extension|class|struct|enum|protocol) (\w+)/#
    guard let type = line.prefixMatch(of: declaration)?.1 else { return nil }
    if type == "PostgresConnection", prefix == "Async" { return "Connection" }
    guard type.hasPrefix(prefix) else { return nil }
    return String(type.dropFirst(prefix.count))
  }

  /// What is declared, without its body; nil if the text ends before.
  private static func declaration(_ text: String) -> String? {
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "(", "[": depth += 1
      case ")", "]": depth -= 1
      case "{" where depth == 0: return String(text[..<index])
      default: break
      }
    }
    let hasNoBody = #/(?:public|static) (?:let|typealias) /#
    return depth == 0 && text.firstMatch(of: hasNoBody) != nil ? text : nil
  }

  /// A signature without what may tell the fronts apart: the types' prefixes, and what suspends.
  private static func normalised(_ signature: String) -> String {
    signature
      .replacing(#/\b(?:public|final|async|mutating) /#, with: "")
      .replacing(#/\b(?:Async|Sync)(?=[A-Z])/#, with: "")
      .replacing("(Self)", with: "(Connection)")
      .replacing("on loop: EventLoop? = nil, ", with: "")
      .replacing("( ", with: "(").replacing(#/,? \)/#, with: ")")
      .trimmingCharacters(in: .whitespaces)
  }
}
