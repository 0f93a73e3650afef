import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

// Apple's Foundation has an XML parser, and Linux's FoundationXML.
#if canImport(FoundationXML) || canImport(ObjectiveC)
  /// What an XML parser says of a text.
  final class WellFormed: NSObject, XMLParserDelegate {
    /// The elements in their order, with their attributes and the text directly inside.
    struct Element {
      let name: String
      let attributes: [String: String]
      var text = ""
    }

    private(set) var elements: [Element] = []
    private(set) var error: String?
    private var open: [Int] = []

    init(_ text: String) {
      super.init()
      let parser = XMLParser(data: Data(text.utf8))
      parser.delegate = self
      if !parser.parse() { error = "\(parser.parserError.map { "\($0)" } ?? "?"), line \(parser.lineNumber)" }
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String] = [:]
    ) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
      if let last = open.last { elements[last].text += text }
    }
  }
#endif
