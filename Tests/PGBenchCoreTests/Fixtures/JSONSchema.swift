import Foundation

/// As much of JSON Schema (draft 2020-12) as the published schema uses, to hold reports against it.
///
/// Stricter in one point: a key that the schema does not name is a problem, since the schema leaves room for
/// keys of later versions but this version's own must all be documented.
struct JSONSchema {
  private let root: [String: Any]

  /// The schema in `docs/`.
  static func published(file: String = #filePath) throws -> JSONSchema {
    let package = URL(filePath: file).appending(path: "../../../..").standardized
    let data = try Data(contentsOf: package.appending(path: "docs/benchmark_report.schema.json"))
    guard let root = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw CocoaError(.coderReadCorrupt)
    }
    return JSONSchema(root: root)
  }

  /// What is wrong with a value, as paths with reasons; empty for a valid one.
  func problems(in value: Any) -> [String] {
    problems(value, root, "$")
  }

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    for (keyword, rule) in schema {
      switch (keyword, rule) {
      case ("$ref", let reference as String):
        let definitions = root["$defs"] as? [String: [String: Any]]
        let name = reference.replacing("#/$defs/", with: "")
        guard let target = definitions?[name] else { return ["\(path): the schema lacks \(reference)"] }
        found += problems(value, target, path)
      case ("type", let type as String):
        if !matches(value, type) { found.append("\(path): not of type \(type)") }
      case ("const", let constant as NSObject):
        if value as? NSObject != constant { found.append("\(path): not \(constant)") }
      case ("enum", let choices as [NSObject]):
        let isKnown = choices.contains { $0 == value as? NSObject }
        if !isKnown { found.append("\(path): none of \(choices)") }
      case ("minimum", let minimum as NSNumber):
        if let number = value as? NSNumber, number.doubleValue < minimum.doubleValue {
          found.append("\(path): below \(minimum)")
        }
      case ("items", let items as [String: Any]):
        for (index, item) in (value as? [Any] ?? []).enumerated() {
          found += problems(item, items, "\(path)[\(index)]")
        }
      case ("required", let keys as [String]):
        guard let object = value as? [String: Any] else { continue }
        found += keys.filter { object[$0] == nil }.map { "\(path): lacks \($0)" }
      case ("properties", let properties as [String: [String: Any]]):
        guard let object = value as? [String: Any] else { continue }
        for (key, member) in object {
          guard let rule = properties[key] else {
            found.append("\(path): \(key) is not documented")
            continue
          }
          found += problems(member, rule, "\(path).\(key)")
        }
      case ("additionalProperties", let rule as [String: Any]):
        for (key, member) in value as? [String: Any] ?? [:] {
          found += problems(member, rule, "\(path).\(key)")
        }
      case ("$schema", _), ("$id", _), ("$defs", _), ("title", _), ("description", _):
        continue
      default:
        found.append("\(path): the schema uses \(keyword), which is not checked here")
      }
    }
    return found
  }

  private func matches(_ value: Any, _ type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "integer": (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number": value is NSNumber
    case "boolean": value is Bool
    default: false
    }
  }
}
