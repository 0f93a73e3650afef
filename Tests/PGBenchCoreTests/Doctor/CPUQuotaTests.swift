import Testing

@testable import PGReporting

@Suite("A quota of CPU time")
struct CPUQuotaTests {
  @Test(
    "is read from cpu.max",
    arguments: [
      ("max 100000\n", CPUQuota.unlimited), ("150000 100000\n", .cpus(1.5)), ("50000 100000", .cpus(0.5)),
      ("", nil), ("max", nil), ("150000 0\n", nil), ("few 100000\n", nil),
    ])
  func unified(text: String, quota: CPUQuota?) {
    #expect(CPUQuota(cpuMax: text) == quota)
  }

  @Test(
    "is read from the two files of the older control groups",
    arguments: [
      ("-1\n", "100000\n", CPUQuota.unlimited), ("200000\n", "100000\n", .cpus(2)), ("x\n", "100000\n", nil),
      ("200000\n", "", nil),
    ])
  func legacy(quota: String, period: String, expected: CPUQuota?) {
    #expect(CPUQuota(cfsQuota: quota, cfsPeriod: period) == expected)
  }

  @Test("of a group and its ancestors is the tightest of them")
  func tightest() {
    #expect(CPUQuota.unlimited.tightened(by: .unlimited) == .unlimited)
    #expect(CPUQuota.unlimited.tightened(by: .cpus(3)) == .cpus(3))
    #expect(CPUQuota.cpus(3).tightened(by: .unlimited) == .cpus(3))
    #expect(CPUQuota.cpus(3).tightened(by: .cpus(2)) == .cpus(2))
  }
}
