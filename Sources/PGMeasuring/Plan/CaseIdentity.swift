/// Which benchmark case: the suites around its test, the test, what the test was given, the count, and which
/// call it was.
///
/// Two cases are the same when all of this is: what one run says of a case is held against what another says
/// of it.
public struct CaseIdentity: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  public let suites: [String]

  /// The test's display name.
  public let test: String

  /// The name of the test's function, where the display name is another; it tells two tests of one display
  /// name apart.
  public let function: String?

  /// What the test was given, but for the count.
  public let arguments: [Argument]

  /// The count of the sweep: how many iterations of the test's body a variant runs at least.
  public let operations: Int

  /// Which of the benchmarks with all the above it is, from 1: the second call in a test, the second turn of
  /// a loop, the second repetition of the run.
  public let call: Int

  /// An argument of a test, in words.
  public struct Argument: Sendable, Hashable, Codable {
    /// The parameter's name; nil where it has none.
    public let name: String?
    /// The value in words.
    public let value: String

    /// Names an argument.
    public init(name: String?, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Names a case.
  public init(
    suites: [String], test: String, function: String? = nil, arguments: [Argument] = [], operations: Int,
    call: Int = 1
  ) {
    self.suites = suites
    self.test = test
    self.function = function == test ? nil : function
    self.arguments = arguments
    self.operations = operations
    self.call = call
  }

  /// Names a case of a test without arguments in a suite that is in no other.
  public init(suite: String, test: String, operations: Int) {
    self.init(suites: [suite], test: test, operations: operations)
  }

  /// The suites' names in one.
  public var suite: String { Self.joined(suites) }

  /// Suites' names in one.
  package static func joined(_ suites: [String]) -> String { suites.joined(separator: " / ") }

  /// What it belongs to: the same test with the same arguments.
  package var place: CasePlace {
    CasePlace(suites: suites, test: test, function: function, arguments: arguments)
  }

  /// The test, whatever it was given.
  package var withoutArguments: CasePlace {
    CasePlace(suites: suites, test: test, function: function, arguments: [])
  }

  /// The test with its arguments and the call, such as `Find (status: paid), call 2`; the first call isn't
  /// counted.
  public var title: String { place.title + (call == 1 ? "" : ", call \(call)") }

  /// By suites, test, arguments, count and call: the order of files that are read side by side.
  public static func comesFirst(_ a: CaseIdentity, _ b: CaseIdentity) -> Bool {
    for (x, y) in zip(a.words, b.words) where x != y { return x.lexicographicallyPrecedes(y) }
    return (a.operations, a.call) < (b.operations, b.call)
  }

  private var words: [[String]] {
    [suites, [test], [function ?? ""], arguments.flatMap { [$0.name ?? "", $0.value] }]
  }
}

extension CaseIdentity: CustomStringConvertible {
  /// Such as `Users / Find a user by name / 1000`; stable, and so fit to derive a seed from.
  public var description: String {
    (suites + [place.title, "\(operations)"]).joined(separator: " / ") + (call == 1 ? "" : " (call \(call))")
  }
}

/// A test with the arguments that it was given: what cases of several counts and calls share.
package struct CasePlace: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  package let suites: [String]
  /// The test's display name.
  package let test: String
  /// The name of the test's function, where the display name is another.
  package let function: String?
  /// What the test was given, but for the count.
  package let arguments: [CaseIdentity.Argument]

  /// Names a test and its arguments.
  package init(suites: [String], test: String, function: String?, arguments: [CaseIdentity.Argument]) {
    self.suites = suites
    self.test = test
    self.function = function == test ? nil : function
    self.arguments = arguments
  }

  /// The test with its arguments, such as `Find (status: paid)`.
  package var title: String {
    guard !arguments.isEmpty else { return test }
    let words = arguments.map { argument in argument.name.map { "\($0): \(argument.value)" } ?? argument.value
    }
    return "\(test) (\(words.joined(separator: ", ")))"
  }

  /// A case of it.
  package func identity(operations: Int, call: Int) -> CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }
}

extension CasePlace: CustomStringConvertible {
  /// Such as `Orders / By status (status: paid)`.
  package var description: String { (suites + [title]).joined(separator: " / ") }
}

/// What cases are called among others: where two would read alike, each with its function's name.
package struct CaseNames: Sendable {
  private let ambiguous: Set<CasePlace>

  /// Looks at the cases that are shown together.
  package init(_ identities: some Sequence<CaseIdentity>) {
    var functions: [CasePlace: Set<String>] = [:]
    for one in identities { functions[Self.shown(one), default: []].insert(one.function ?? "") }
    ambiguous = Set(functions.filter { $0.value.count > 1 }.keys)
  }

  /// The whole name, such as `Users / Find a user by name / 1000`.
  package func full(_ identity: CaseIdentity) -> String {
    Printable.name(function(of: identity).map { "\(identity) [\($0)]" } ?? identity.description)
  }

  /// The name within its suite and without the count, such as `Find (status: paid)`.
  package func title(_ identity: CaseIdentity) -> String {
    Printable.name(function(of: identity).map { "\(identity.title) [\($0)]" } ?? identity.title)
  }

  private func function(of identity: CaseIdentity) -> String? {
    ambiguous.contains(Self.shown(identity)) ? identity.function ?? identity.test : nil
  }

  private static func shown(_ identity: CaseIdentity) -> CasePlace {
    CasePlace(
      suites: identity.suites, test: identity.test, function: nil, arguments: identity.arguments)
  }
}

extension Sequence<CaseIdentity> {
  /// The first that is there more than once, if any is.
  package var firstDuplicate: CaseIdentity? {
    var seen: Set<CaseIdentity> = []
    return first { !seen.insert($0).inserted }
  }
}

extension Array where Element: Hashable {
  /// The elements, each once, in the order of their first places.
  package var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
