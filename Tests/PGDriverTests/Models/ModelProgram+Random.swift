import PGSystem

extension ModelProgram {
  /// The program of a seed.
  ///
  /// - Parameter hasTasks: Whether it may cancel its task.
  static func random(seed: UInt64, hasTasks: Bool) -> ModelProgram {
    var maker = Maker(generator: SeededGenerator(seed: seed), hasTasks: hasTasks)
    return maker.program(seed)
  }

  private struct Maker {
    var generator: SeededGenerator
    let hasTasks: Bool
    private var lastNumber = 0
    private var lastScope = 0

    init(generator: SeededGenerator, hasTasks: Bool) {
      self.generator = generator
      self.hasTasks = hasTasks
    }

    private mutating func isOne(in count: Int) -> Bool { generator.number(below: count) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[generator.number(below: elements.count)]
    }

    mutating func program(_ seed: UInt64) -> ModelProgram {
      let holder: Holder = pick([.connection, .connection, .pool(size: 1), .pool(size: 2)])
      let cacheSize = pick([256, 256, 256, 4, 1, 0])
      var isPooled = false
      if case .pool = holder { isPooled = true }
      let items = (0...generator.number(below: 5)).map { _ in item(isPooled: isPooled) }
      return ModelProgram(seed: seed, holder: holder, statementCacheSize: cacheSize, items: items)
    }

    private mutating func item(isPooled: Bool) -> Item {
      if isPooled, isOne(in: 8) {
        return Item(steps: [Step(action: .insert(numbers(), .query), isSwallowed: false)], leavesOpen: true)
      }
      var steps = (0...generator.number(below: 3)).map { _ in topStep() }
      if !steps.contains(where: { if case .scope = $0.action { true } else { false } }) {
        steps.append(Step(action: .scope(scope(depth: 1)), isSwallowed: false))
      }
      var item = Item(steps: steps)
      if hasTasks, isOne(in: 5) { item.cancelAfter = generator.number(below: pick([300, 3000, 20_000])) }
      if isOne(in: 12) { item.terminateAfter = generator.number(below: pick([1000, 5000, 20_000])) }
      return item
    }

    private mutating func topStep() -> Step {
      let action: Action =
        switch generator.number(below: 10) {
        case 0...5: .scope(scope(depth: 1))
        case 6...7: .insert(numbers(), way())
        case 8: failure()
        default: .own(pick([.discardAll, .deallocateAll]), asQuery: isOne(in: 2))
        }
      return Step(action: action, isSwallowed: isOne(in: 2))
    }

    private mutating func scope(depth: Int) -> Scope {
      lastScope += 1
      let id = lastScope
      var savepoints: [String] = []
      let steps = (0..<generator.number(below: 7)).map { _ in step(in: id, depth: depth, &savepoints) }
      return Scope(id: id, steps: steps, throwsAtEnd: isOne(in: 5))
    }

    private mutating func step(in scope: Int, depth: Int, _ savepoints: inout [String]) -> Step {
      let action: Action =
        switch generator.number(below: 40) {
        case 0...16: .insert(numbers(), way())
        case 17...20: failure()
        case 21...29 where depth < 3: .scope(self.scope(depth: depth + 1))
        case 30...33: .own(savepoint(in: scope, &savepoints), asQuery: isOne(in: 2))
        case 34: .own(.rollback, asQuery: isOne(in: 2))
        case 35: .own(.commit, asQuery: isOne(in: 2))
        case 36: .own(pick([.deallocateAll, .deallocateAll, .discardAll]), asQuery: isOne(in: 2))
        case 37 where isOne(in: 3): .terminate
        case 38 where hasTasks && isOne(in: 2): .cancel
        default: .insert(numbers(), way())
        }
      return Step(action: action, isSwallowed: isOne(in: 2))
    }

    /// The savepoints of a scope are its own: what a scope in it does can't undo the outer one's.
    private mutating func savepoint(in scope: Int, _ known: inout [String]) -> Own {
      if known.isEmpty || isOne(in: 3) {
        known.append("own_\(scope)_\(known.count)")
        return .savepoint(known[known.count - 1])
      }
      let name = pick(known)
      return isOne(in: 2) ? .rollbackTo(name) : .release(name)
    }

    private mutating func failure() -> Action {
      let way = way()
      let after = way == .query || way == .rows ? [] : numbers()
      return .fail(pick(Failure.allCases), after: after, way)
    }

    private mutating func way() -> Way { pick(Way.allCases) }

    private mutating func numbers() -> [Int] {
      let first = lastNumber + 1
      lastNumber += 1 + generator.number(below: 3)
      return Array(first...lastNumber)
    }
  }
}
