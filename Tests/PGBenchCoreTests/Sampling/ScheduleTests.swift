import PGMeasuring
import PGSystem
import Testing

@Suite("Schedule")
struct ScheduleTests {
  @Test("Every round runs every variant once", arguments: 1...5)
  func permutations(count: Int) {
    let schedule = Schedule(variantCount: count, seed: Seed(1))
    for session in 0..<4 {
      for round in 0..<50 {
        #expect(schedule.order(session: session, round: round).sorted() == Array(0..<count))
      }
    }
  }

  @Test("The second round of a pair runs backwards, so mean positions are equal", arguments: 2...4)
  func balance(count: Int) {
    let schedule = Schedule(variantCount: count, seed: Seed(7))
    for pair in 0..<50 {
      let first = schedule.order(session: 2, round: 2 * pair)
      let second = schedule.order(session: 2, round: 2 * pair + 1)
      #expect(second == first.reversed())
    }
  }

  @Test("The same seed gives the same schedule, another seed another one")
  func seeded() {
    func orders(_ seed: UInt64) -> [[Int]] {
      let schedule = Schedule(variantCount: 3, seed: Seed(seed))
      return (0..<40).map { schedule.order(session: 0, round: $0) }
    }
    #expect(orders(42) == orders(42))
    #expect(orders(42) != orders(43))
  }

  @Test("Either of two variants starts about half of the pairs")
  func fairStarts() {
    let schedule = Schedule(variantCount: 2, seed: Seed(3))
    let starts = (0..<1000).count { schedule.order(session: 0, round: 2 * $0) == [0, 1] }
    #expect((440...560).contains(starts))
  }

  @Test("The variants of a group run next to each other, in either order, and so do the groups")
  func groups() {
    let schedule = Schedule(groups: [[0, 1], [2, 3], [4]], seed: Seed(5))
    var orders: Set<[Int]> = []
    for round in 0..<200 {
      let order = schedule.order(session: 1, round: round)
      #expect(order.sorted() == Array(0..<5))
      let places = order.enumerated().map { ($1 / 2, $0) }
      for group in 0..<2 {
        let ends = places.filter { $0.0 == group }.map(\.1)
        #expect(ends[1] - ends[0] == 1)
      }
      orders.insert(order)
    }
    // 3! orders of the groups, and 2 of each pair.
    #expect(orders.count == 24)
  }

  @Test("No variants, no order", arguments: [0, -1])
  func empty(count: Int) {
    #expect(Schedule(variantCount: count, seed: Seed(0)).order(session: 0, round: 0).isEmpty)
  }
}
