import PGMeasuring
import PGSystem
import Testing

/// What a test case was given.
struct TestArgument: Sendable {
  /// The parameter's name; nil where it has none.
  let name: String?
  /// Sendable, as Swift Testing asks of arguments; reflection has forgotten it.
  nonisolated(unsafe) let value: Any

  /// The value in words, which is all that tells it apart from others in a report.
  var words: CaseIdentity.Argument { CaseIdentity.Argument(name: name, value: Self.words(value)) }

  /// Whether another is known to be equal.
  func isEqual(_ other: TestArgument) -> Bool {
    guard let value = value as? any Hashable, let other = other.value as? any Hashable else { return false }
    return AnyHashable(value) == AnyHashable(other)
  }

  /// On one line, and short: of a long text the beginning, and a number that follows from the whole of it.
  static func words(_ value: Any) -> String {
    let text = escaped(described(value))
    guard text.count > 80 else { return text }
    return "\(text.prefix(60))… #\(String(Seed(0).derived(text).value, radix: 16))"
  }

  /// As Swift Testing describes it; the same in every process, which a set's or a dictionary's own order
  /// isn't.
  private static func described(_ value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .set: return "[\(mirror.children.map { described($0.value) }.sorted().joined(separator: ", "))]"
    case .dictionary:
      let pairs = mirror.children.map { pair in
        Mirror(reflecting: pair.value).children.map { described($0.value) }.joined(separator: ": ")
      }
      return "[\(pairs.sorted().joined(separator: ", "))]"
    default: return String(describingForTest: value)
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        escaped.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

extension Test.Case {
  /// What the case was given; nil where that can't be found out.
  ///
  /// Swift Testing has no public way to it. Reflection finds the array of arguments, each with a value and
  /// its parameter.
  var benchmarkArguments: [TestArgument]? {
    guard isParameterized else { return [] }
    return Self.arguments(in: self, depth: 0)
  }

  private static func arguments(in value: Any, depth: Int) -> [TestArgument]? {
    for child in Mirror(reflecting: value).children {
      if let found = arguments(from: child.value) { return found }
      if depth < 3, let found = arguments(in: child.value, depth: depth + 1) { return found }
    }
    return nil
  }

  private static func arguments(from array: Any) -> [TestArgument]? {
    let mirror = Mirror(reflecting: array)
    guard mirror.displayStyle == .collection, !mirror.children.isEmpty else { return nil }
    var found: [TestArgument] = []
    for element in mirror.children {
      let parts = Mirror(reflecting: element.value).children
      guard let parameter = parts.first(where: { $0.label == "parameter" })?.value,
        let value = parts.first(where: { $0.label == "value" })?.value
      else { return nil }
      found.append(TestArgument(name: name(of: parameter), value: value))
    }
    return found
  }

  /// The name that the test's body has for it.
  private static func name(of parameter: Any) -> String? {
    let parts = Mirror(reflecting: parameter).children
    let names = ["secondName", "firstName"].compactMap { label in
      parts.first { $0.label == label }.flatMap { $0.value as? String }
    }
    return names.first { $0 != "_" }
  }
}

extension Test {
  /// How many cases the test has; nil where that can't be found out.
  ///
  /// Reflection again: the sequence of the cases is made before the first of them runs.
  var numberOfCases: Int? { Self.cases(in: self, depth: 0) }

  private static func cases(in value: Any, depth: Int) -> Int? {
    for child in Mirror(reflecting: value).children {
      if let cases = child.value as? any Sequence<Test.Case> {
        return cases.reduce(0) { number, _ in number + 1 }
      }
      if depth < 4, let found = cases(in: child.value, depth: depth + 1) { return found }
    }
    return nil
  }
}
