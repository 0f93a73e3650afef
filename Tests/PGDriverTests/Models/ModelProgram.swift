import PGDriver

/// A program of statements and transactions, which a model can say the outcome of.
struct ModelProgram: Sendable {
  /// Who has the connections.
  enum Holder: Sendable {
    case connection
    case pool(size: Int)
  }

  /// By which call a statement is run.
  enum Way: Sendable, CaseIterable {
    case query, execute, pipeline, executeMany, rows
  }

  /// What a statement fails of.
  enum Failure: Sendable, CaseIterable {
    case division, unique
  }

  /// A statement about transactions or statements that a user writes by hand.
  enum Own: Sendable, Hashable {
    case rollback, commit, discardAll, deallocateAll
    case savepoint(String)
    case rollbackTo(String)
    case release(String)

    var sql: String {
      switch self {
      case .rollback: "ROLLBACK"
      case .commit: "COMMIT"
      case .discardAll: "DISCARD ALL"
      case .deallocateAll: "DEALLOCATE ALL"
      case .savepoint(let name): "SAVEPOINT \(name)"
      case .rollbackTo(let name): "ROLLBACK TO SAVEPOINT \(name)"
      case .release(let name): "RELEASE SAVEPOINT \(name)"
      }
    }
  }

  indirect enum Action: Sendable {
    /// Inserts numbers, all or none.
    case insert([Int], Way)
    /// Inserts numbers and then fails, in one go where the way has more than one statement.
    case fail(Failure, after: [Int], Way)
    case own(Own, asQuery: Bool)
    case scope(Scope)
    /// Has the backend terminated, and waits until it is gone.
    case terminate
    /// The task cancels itself.
    case cancel
  }

  struct Step: Sendable {
    var action: Action
    /// Whether what the action throws is caught, and the next step taken.
    var isSwallowed: Bool
  }

  /// A call of `transaction`.
  struct Scope: Sendable {
    let id: Int
    var steps: [Step]
    var throwsAtEnd: Bool
  }

  /// What is done in one go: in a task of its own, and with one connection of the pool.
  struct Item: Sendable {
    var steps: [Step]
    /// When the task is cancelled from outside, in microseconds.
    var cancelAfter: Int?
    /// When the backend is terminated from outside, in microseconds.
    var terminateAfter: Int?
    /// Whether it begins a transaction by hand, which it leaves open.
    var leavesOpen = false
  }

  let seed: UInt64
  var holder: Holder
  var statementCacheSize: Int
  var items: [Item]
}

/// What a body throws to have its transaction rolled back.
struct ModelStop: Error, Hashable {
  let scope: Int
}

// MARK: - Smaller programs

extension ModelProgram {
  /// The programs with one part less, to find which part a failure needs.
  var smaller: [ModelProgram] {
    var all: [ModelProgram] = []
    for index in items.indices {
      var without = self
      without.items.remove(at: index)
      all.append(without)
      for steps in Self.smaller(items[index].steps) {
        var fewer = self
        fewer.items[index].steps = steps
        all.append(fewer)
      }
      if items[index].cancelAfter != nil || items[index].terminateAfter != nil {
        var calmer = self
        (calmer.items[index].cancelAfter, calmer.items[index].terminateAfter) = (nil, nil)
        all.append(calmer)
      }
    }
    if case .pool = holder {
      var direct = self
      direct.holder = .connection
      all.append(direct)
    }
    return all
  }

  private static func smaller(_ steps: [Step]) -> [[Step]] {
    steps.indices.flatMap { index -> [[Step]] in
      var without = steps
      without.remove(at: index)
      guard case .scope(let scope) = steps[index].action else { return [without] }
      return [without]
        + smaller(scope.steps).map { fewer in
          var (changed, inner) = (steps, scope)
          inner.steps = fewer
          changed[index].action = .scope(inner)
          return changed
        }
    }
  }
}

// MARK: - In words

extension ModelProgram: CustomStringConvertible {
  var description: String {
    let parts = items.enumerated().map { index, item in
      let notes = [
        item.cancelAfter.map { "cancelled after \($0) µs" },
        item.terminateAfter.map { "terminated after \($0) µs" }, item.leavesOpen ? "BEGIN, left open" : nil,
      ].compactMap(\.self)
      let head = "item \(index + 1)" + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
      return ([head] + Self.lines(item.steps, indent: "  ")).joined(separator: "\n")
    }
    let head = "PGBENCH_MODEL_SEED=\(seed), held by \(holder), a cache of \(statementCacheSize)"
    return ([head] + parts).joined(separator: "\n")
  }

  private static func lines(_ steps: [Step], indent: String) -> [String] {
    steps.flatMap { step -> [String] in
      let mark = indent + (step.isSwallowed ? "try? " : "")
      switch step.action {
      case .insert(let numbers, let way): return ["\(mark)insert \(numbers) by \(way)"]
      case .fail(let failure, let numbers, let way):
        return ["\(mark)fail of \(failure) after \(numbers) by \(way)"]
      case .own(let own, let asQuery): return ["\(mark)\(own.sql) by \(asQuery ? "query" : "execute")"]
      case .terminate: return ["\(mark)terminate"]
      case .cancel: return ["\(mark)cancel"]
      case .scope(let scope):
        let end = scope.throwsAtEnd ? ["\(indent)  throw"] : []
        return ["\(mark)transaction \(scope.id) {"] + lines(scope.steps, indent: indent + "  ") + end
          + ["\(indent)}"]
      }
    }
  }
}
