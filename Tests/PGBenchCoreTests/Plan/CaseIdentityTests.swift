import PGMeasuring
import Testing

@Suite("CaseIdentity")
struct CaseIdentityTests {
  private func identity(_ status: String? = nil, function: String? = nil, call: Int = 1) -> CaseIdentity {
    CaseIdentity(
      suites: ["Shop", "Orders"], test: "Find", function: function,
      arguments: status.map { [.init(name: "status", value: $0)] } ?? [], operations: 10, call: call)
  }

  @Test(
    "A case is described by all suites, the test, its arguments, the count, and the call if it isn't the first"
  )
  func description() {
    #expect(identity().description == "Shop / Orders / Find / 10")
    #expect(identity("paid").description == "Shop / Orders / Find (status: paid) / 10")
    #expect(identity(call: 2).description == "Shop / Orders / Find / 10 (call 2)")
    #expect(identity("paid", call: 3).title == "Find (status: paid), call 3")
  }

  @Test("A function is named only where two tests read alike")
  func names() {
    let (a, b, c) = (identity(function: "a()"), identity(function: "b()"), identity("paid", function: "a()"))
    let names = CaseNames([a, b, c])
    #expect(names.full(a) == "Shop / Orders / Find / 10 [a()]")
    #expect(names.title(b) == "Find [b()]")
    #expect(names.full(c) == c.description)
    #expect(CaseNames([a, c]).full(a) == a.description)
  }

  @Test("Cases are ordered by suites, test, arguments, count and call")
  func order() {
    let ordered = [
      identity(), identity(call: 2), identity("open"), identity("paid"), identity("paid", call: 2),
    ]
    #expect(ordered.reversed().sorted(by: CaseIdentity.comesFirst) == ordered)
  }
}
