import ShopServer

/// Checks values against the schemas of an OpenAPI document, as far as this service's schemas go.
struct SchemaCheck {
  let document: JSONValue

  /// What is wrong with a value; nil if it fits.
  func objection(to value: JSONValue, _ schema: JSONValue, at place: String = "the body") -> String? {
    if case .string(let reference)? = schema["$ref"] {
      let name = String(reference.split(separator: "/").last ?? "")
      guard let referred = document["components"]?["schemas"]?[name] else {
        return "there is no \(reference)"
      }
      return objection(to: value, referred, at: place)
    }
    if let types = schema["type"], !Self.names(types).contains(where: { Self.fits(value, $0) }) {
      return "\(place) is \(value), not \(types)"
    }
    switch value {
    case .object(let members): return objection(toMembers: members, schema, at: place)
    case .array(let elements):
      guard let items = schema["items"] else { return nil }
      return elements.lazy.compactMap { objection(to: $0, items, at: "an item of \(place)") }.first
    default: return nil
    }
  }

  private func objection(
    toMembers members: [String: JSONValue], _ schema: JSONValue, at place: String
  ) -> String? {
    for name in Self.names(schema["required"] ?? []) where members[name] == nil {
      return "\(place) lacks \(name)"
    }
    guard case .object(let properties)? = schema["properties"] else { return nil }
    for (name, member) in members {
      guard let property = properties[name] else { return "\(place) has \(name), which isn't described" }
      if let objection = objection(to: member, property, at: name) { return objection }
    }
    return nil
  }

  private static func names(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let name): [name]
    case .array(let values): values.flatMap(names)
    default: []
    }
  }

  private static func fits(_ value: JSONValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"),
      (.int, "integer"), (.int, "number"), (.double, "number"):
      true
    default: false
    }
  }
}
