import PGMeasuring

/// Writes the elements of a drawing, so that nothing in it can be anything but what was meant.
///
/// Texts are escaped and have no characters that XML forbids or that turn the text around. Numbers are finite
/// and have one decimal at most: a tenth of a unit is less than anybody sees.
struct SVG {
  /// The elements so far.
  private(set) var markup = ""

  /// A number as an attribute holds it; 0 for what is no finite number.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(max(value, -100_000), 100_000) * 10).rounded())
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
  }

  /// A text as an element or an attribute holds it, in one line.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in Printable.line(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      // What XML 1.0 (section 2.2, "Characters") doesn't allow, and Printable lets through.
      case "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Adds a text; `y` is its base line.
  mutating func text(_ text: String, x: Double, y: Double, _ classes: String = "") {
    let place = #" x="\#(Self.number(x))" y="\#(Self.number(y))""#
    markup += "<text\(Self.attribute(classes))\(place)>\(Self.escaped(text))</text>"
  }

  /// Adds a path with its tooltip.
  mutating func path(_ path: SVGPath, _ classes: String = "", title: String? = nil) {
    guard !path.isEmpty else { return }
    add(#"path\#(Self.attribute(classes)) d="\#(path.data)""#, title)
  }

  /// Adds a rectangle; a negative width or height is none.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ classes: String = "", title: String? = nil
  ) {
    let numbers = [("x", x), ("y", y), ("width", max(0, width)), ("height", max(0, height))]
    add("rect\(Self.attribute(classes))\(Self.attributes(numbers))", title)
  }

  /// Adds a circle.
  mutating func circle(x: Double, y: Double, radius: Double, _ classes: String = "", title: String? = nil) {
    add("circle\(Self.attribute(classes))\(Self.attributes([("cx", x), ("cy", y), ("r", radius)]))", title)
  }

  /// Adds elements that share a class.
  mutating func group(_ classes: String, _ body: (inout SVG) -> Void) {
    var inner = SVG()
    body(&inner)
    if !inner.markup.isEmpty { markup += "<g\(Self.attribute(classes))>\(inner.markup)</g>" }
  }

  /// Adds a mark of a series' shape.
  mutating func mark(_ look: ChartStyle.Look, x: Double, y: Double, title: String? = nil) {
    let classes = look.isBase ? "h" : "k"
    if look.place == 0 {
      circle(x: x, y: y, radius: 3.5, classes, title: title)
    } else {
      var path = SVGPath()
      path.mark(look, x: x, y: y)
      self.path(path, classes, title: title)
    }
  }

  private mutating func add(_ element: String, _ title: String?) {
    guard let title else {
      markup += "<\(element)/>"
      return
    }
    let name = element.prefix { $0 != " " }
    markup += "<\(element)><title>\(Self.escaped(title))</title></\(name)>"
  }

  private static func attribute(_ classes: String) -> String {
    classes.isEmpty ? "" : " class=\"\(classes)\""
  }

  private static func attributes(_ numbers: [(String, Double)]) -> String {
    numbers.map { " \($0)=\"\(number($1))\"" }.joined()
  }
}

/// The data of a path.
struct SVGPath {
  /// As the attribute `d` holds it.
  private(set) var data = ""

  /// Whether nothing is drawn.
  var isEmpty: Bool { data.isEmpty }

  /// Goes to a point without drawing.
  mutating func move(_ x: Double, _ y: Double) { data += "M\(SVG.number(x)) \(SVG.number(y))" }

  /// Draws a line to a point.
  mutating func line(_ x: Double, _ y: Double) { data += "L\(SVG.number(x)) \(SVG.number(y))" }

  /// Draws a horizontal line.
  mutating func horizontal(from x: Double, to end: Double, y: Double) {
    move(x, y)
    data += "H\(SVG.number(end))"
  }

  /// Draws a vertical line.
  mutating func vertical(x: Double, from y: Double, to end: Double) {
    move(x, y)
    data += "V\(SVG.number(end))"
  }

  /// Closes the shape.
  mutating func close() { data += "Z" }

  /// Draws a rectangle; nothing where it has no width.
  mutating func rectangle(x: Double, end: Double, y: Double, height: Double) {
    guard end > x else { return }
    horizontal(from: x, to: end, y: y)
    data += "v\(SVG.number(height))H\(SVG.number(x))z"
  }

  /// A dot as wide as the line.
  mutating func dot(_ x: Double, _ y: Double) {
    move(x, y)
    data += "h.01"
  }

  /// Draws a shape from where it is.
  mutating func shape(_ relative: String) { data += relative }

  /// Draws the shape of a series around a point.
  mutating func mark(_ look: ChartStyle.Look, x: Double, y: Double) {
    move(x, y)
    let shape =
      switch look.place {
      case 1: "m-3-3h6v6h-6z"
      case 2: "m0-4l4 7h-8z"
      case 3: "m0-4.5l4.5 4.5l-4.5 4.5l-4.5-4.5z"
      case 4: "m0 4l4-7h-8z"
      case 5: "m-1-4h2v3h3v2h-3v3h-2v-3h-3v-2h3z"
      default: "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0"
      }
    self.shape(shape)
  }
}
