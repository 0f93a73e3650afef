/// What is wrong with a page: found by reading its tags, and nothing else of HTML.
struct HTMLCheck {
  /// A tag: the element's name, its attributes, and whether it ends the element.
  struct Tag {
    let name: String
    let attributes: [String: String]
    let isEnd: Bool
    let isEmpty: Bool
  }

  /// The tags in their order; what is within `style` and `script` is none.
  let tags: [Tag]
  /// Elements that are ended in another order than they began, and what else can't be read.
  private(set) var faults: [String] = []

  private static let empty: Set = ["meta", "input", "br", "link", "img", "hr"]

  /// What ends the element that is open: HTML, "Optional tags", of what the pages leave out.
  private static let ends: [String: Set<String>] = [
    "td": ["td", "th", "tr", "tbody"], "th": ["td", "th", "tr", "tbody"], "tr": ["tr", "tbody"],
    "thead": ["tbody"], "tbody": ["tbody"],
  ]

  init(_ page: String) {
    var tags: [Tag] = []
    var faults: [String] = []
    var open: [String] = []
    // Tags are ASCII; a mark that is written over the character before it would hide a bracket.
    let plain = page.unicodeScalars.map { $0.isASCII ? String($0) : "x\(String($0.value, radix: 16))" }
    var rest = Substring(plain.joined())
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      if rest.hasPrefix("!DOCTYPE") { continue }
      guard let (tag, after) = Self.tag(rest) else {
        faults.append("no tag: \(rest.prefix(40))")
        continue
      }
      rest = after
      tags.append(tag)
      while let last = open.last, let ends = Self.ends[last],
        tag.isEnd ? tag.name == "table" : ends.contains(tag.name)
      {
        open.removeLast()
      }
      if tag.isEnd {
        if open.popLast() != tag.name { faults.append("</\(tag.name)> ends \(open.last ?? "nothing")") }
      } else if !tag.isEmpty, !Self.empty.contains(tag.name) {
        open.append(tag.name)
      }
      if ["style", "script"].contains(tag.name), !tag.isEnd {
        guard let end = rest.firstRange(of: "</\(tag.name)>") else { continue }
        rest = rest[end.lowerBound...]
      }
    }
    if !open.isEmpty { faults.append("never ended: \(open)") }
    self.tags = tags
    self.faults = faults + Self.faults(of: tags)
  }

  /// Reads a tag after its bracket.
  private static func tag(_ text: Substring) -> (Tag, Substring)? {
    var rest = text
    let isEnd = rest.hasPrefix("/")
    if isEnd { rest = rest.dropFirst() }
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    guard !name.isEmpty else { return nil }
    rest = rest.dropFirst(name.count)
    var attributes: [String: String] = [:]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if rest.hasPrefix(">") || rest.hasPrefix("/>") {
        let isEmpty = rest.hasPrefix("/")
        return (
          Tag(name: String(name), attributes: attributes, isEnd: isEnd, isEmpty: isEmpty),
          rest.dropFirst(isEmpty ? 2 : 1)
        )
      }
      let key = rest.prefix { !$0.isWhitespace && !"=>/\"'<".contains($0) }
      guard !key.isEmpty, attributes[String(key)] == nil else { return nil }
      rest = rest.dropFirst(key.count)
      var value = Substring()
      if rest.hasPrefix("=") {
        rest = rest.dropFirst()
        if let quote = rest.first, quote == "\"" || quote == "'" {
          rest = rest.dropFirst()
          value = rest.prefix { $0 != quote }
          guard !value.contains("<"), value.endIndex < rest.endIndex else { return nil }
          rest = rest[value.endIndex...].dropFirst()
        } else {
          value = rest.prefix { !$0.isWhitespace && $0 != ">" }
          guard !value.contains(where: { "\"'<=`".contains($0) }) else { return nil }
          rest = rest.dropFirst(value.count)
        }
      }
      attributes[String(key)] = String(value)
    }
  }

  private static func faults(of tags: [Tag]) -> [String] {
    var faults: [String] = []
    let starts = tags.filter { !$0.isEnd }
    var ids: Set<String> = []
    for id in starts.compactMap({ $0.attributes["id"] }) where !ids.insert(id).inserted {
      faults.append("the id \(id) is there twice")
    }
    for tag in starts {
      for key in ["src", "href", "xlink:href", "action", "data"] {
        guard let target = tag.attributes[key] else { continue }
        if !target.hasPrefix("#") {
          faults.append("<\(tag.name) \(key)=\(target)> refers to elsewhere")
        } else if !ids.contains(String(target.dropFirst())) {
          faults.append("nothing is called \(target)")
        }
      }
      for key in tag.attributes.keys where key.hasPrefix("on") || key == "style" {
        faults.append("<\(tag.name)> has \(key)")
      }
      for label in ["aria-labelledby", "for"] {
        for id in (tag.attributes[label] ?? "").split(separator: " ") where !ids.contains(String(id)) {
          faults.append("nothing is called \(id)")
        }
      }
    }
    for (element, count) in [("h1", 1), ("main", 1), ("html", 1), ("header", 1)]
    where starts.count(where: { $0.name == element }) != count {
      faults.append("not \(count) <\(element)>")
    }
    // Charts have titles of their own.
    if starts.prefix(while: { $0.name != "style" }).count(where: { $0.name == "title" }) != 1 {
      faults.append("not 1 <title>")
    }
    let regions = starts.filter { $0.attributes["role"] == "region" }
    let labels = regions.compactMap { $0.attributes["aria-label"] }
    if Set(labels).count < regions.count { faults.append("two regions have one label") }
    if !regions.allSatisfy({ $0.attributes["tabindex"] == "0" }) { faults.append("a region without focus") }
    return faults + faultsOfTables(tags)
  }

  /// Tables whose rows don't begin with a header, or whose columns have none.
  private static func faultsOfTables(_ tags: [Tag]) -> [String] {
    var faults: [String] = []
    for table in tags.split(
      omittingEmptySubsequences: false, whereSeparator: { $0.name == "table" && $0.isEnd }
    )
    .dropLast() {
      let own = table.drop { !($0.name == "table" && !$0.isEnd) }.filter { !$0.isEnd }
      if own.count(where: { $0.name == "caption" }) != 1 { faults.append("a table without caption") }
      let rows = own.count { $0.name == "tr" } - 1
      let columns = own.filter { $0.attributes["scope"] == "col" }
      let cells = own.filter { ["td", "th"].contains($0.name) && $0.attributes["scope"] != "col" }
      func height(_ tags: [Tag]) -> Int {
        tags.reduce(0) { $0 + (Int($1.attributes["rowspan"] ?? "") ?? 1) }
      }
      if height(cells.filter { $0.name == "th" && $0.attributes["scope"] != nil }) != rows {
        faults.append("a row without header")
      }
      if height(cells) != rows * columns.count { faults.append("a table that is no rectangle") }
    }
    return faults
  }
}
