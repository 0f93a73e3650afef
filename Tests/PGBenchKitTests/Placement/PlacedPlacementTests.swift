import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("Placement")
struct PlacedPlacementTests {
  @Test("A single client on the kit's server shares the last CPU with its backend")
  func single() {
    let placement = PlacedPlacement(.automatic, clients: 1, isOwnServer: true, cpus: [0, 1, 5])
    #expect(placement.clientCPU == 5)
    #expect(placement.usesBatchPolicy)
    #expect(placement.description == "clients and backends on CPU 5, SCHED_BATCH")
  }

  @Test("Split CPUs are the last two, and never the first where there are more")
  func split() {
    let placement = PlacedPlacement(.splitCPUs, clients: 1, isOwnServer: true, cpus: [0, 1, 5])
    #expect(placement.clientCPU == 5)
    #expect(placement.serverCPU == 1)
    #expect(!placement.isOneCPU)
    #expect(placement.description == "clients on CPU 5, backends on CPU 1, SCHED_BATCH")
    #expect(PlacedPlacement(.splitCPUs, clients: 1, isOwnServer: true, cpus: [0]).serverCPU == nil)
  }

  @Test("Several clients run where the scheduler puts them, unless one CPU is asked for")
  func several() {
    #expect(PlacedPlacement(.automatic, clients: 5, isOwnServer: true, cpus: [0, 1]).clientCPU == nil)
    #expect(PlacedPlacement(.oneCPU, clients: 5, isOwnServer: true, cpus: [0, 1]).clientCPU == 1)
    #expect(PlacedPlacement(.unbound, clients: 1, isOwnServer: true, cpus: [0, 1]).clientCPU == nil)
  }

  @Test(
    "A server that somebody else runs is never touched", arguments: [Placement.automatic, .oneCPU, .unbound])
  func external(placement: Placement) {
    let placed = PlacedPlacement(placement, clients: 1, isOwnServer: false, cpus: [0, 1])
    #expect(placed.clientCPU == nil)
    #expect(!placed.usesBatchPolicy)
    #expect(placed.description.contains("not the kit's own"))
  }

  @Test("Where the system binds no threads, the placement says so")
  func elsewhere() {
    let placed = PlacedPlacement(.oneCPU, clients: 1, isOwnServer: true, cpus: [])
    #expect(placed.clientCPU == nil)
    #expect(placed.description.contains("this system"))
  }
}
