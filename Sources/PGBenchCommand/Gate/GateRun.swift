import Foundation
import PGBenchHost
import PGMeasuring
import PGReporting
import PGServer
import PGSystem
import PGVerdicts

/// One run of `pgbench-kit gate`: from two names of commits to an exit code.
struct GateRun {
  private let command: GateCommand

  init(_ command: GateCommand) { self.command = command }

  /// Compares, prints, writes the reports, and returns the exit code.
  func run() async throws -> Int32 {
    let git = try await Git(around: FileManager.default.currentDirectoryPath)
    let head = try await git.commit(command.head)
    let base = try await git.mergeBase(try await git.commit(command.base), head)
    let labels = (
      base: try await CommitLabel.ofBase(base, given: command.base, in: git),
      head: try await CommitLabel.ofHead(head, given: command.head, in: git)
    )
    for (side, commit) in [(CommitSide.base, base), (.head, head)] {
      say("\(side.rawValue) \(commit.prefix(10)): \(try await git.subject(of: commit))")
    }
    if base == head { say("Both sides are the same commit: this shows how quiet the machine is.") }
    // Whether there is any can't be asked: to find out, git runs the user's filters, and refreshes files of
    // the index.
    if command.head == "HEAD" { say("What is not committed is not measured.") }

    let products = try await builds(base: base, head: head, git)
    defer { for product in products.values { product.slot.lock.unlock() } }
    let start = MonotonicClock.now()
    Housekeeping.keepOffMeasuredCPU()
    let outcome = try await comparison(products)
    let seconds = (MonotonicClock.now() - start) / 1_000_000_000
    try Task.checkCancellation()
    let report = GateReport(outcome, base: labels.base, head: labels.head, git: git, products: products)
    let failures = report.write(to: command.reportDir)
    let reports =
      "Reports: \(command.reportDir)/\(GateReport.fileName).html, \(GateReport.fileName).md and "
      + "\(GateReport.fileName).json"
    say("Measured in \(seconds) s.\(failures.isEmpty ? " \(reports)" : "")")
    switch report.result.conclusion {
    case .regressed, .suspect:
      for failure in failures { say(failure) }
      return report.result.conclusion == .regressed ? 1 : 12
    case .fine, .inconclusive, .removed:
      guard failures.isEmpty else { throw GateFailure(.machineRefused, failures.joined(separator: "\n")) }
      return command.strict && report.result.conclusion != .fine ? 2 : 0
    }
  }

  /// Both sides are checked out before the first is built, so that what is missing shows before that takes
  /// its time.
  private func builds(base: String, head: String, _ git: Git) async throws -> [CommitSide: CommitBuild
    .Product]
  {
    let cache = try BuildCache(for: git)
    let recipe = try await BuildRecipe(
      configuration: command.configuration, buildSystem: command.buildSystem, preparation: command.prepare,
      environment: environment.ofBuild,
      passed: command.passed, in: git.root + "/" + git.prefix)
    let build = CommitBuild(git: git, recipe: recipe, say: say, progress: .standardError)
    let slots = try await build.slots(of: [base, head], in: cache)
    do {
      var sources: [String: CommitBuild.Sources] = [:]
      let sides = [(CommitSide.base, base), (.head, head)]
      for (side, commit) in sides where sources[commit] == nil {
        guard let slot = slots[commit] else { continue }
        sources[commit] = try await build.checkOut(commit, for: side, in: slot)
      }
      var products: [CommitSide: CommitBuild.Product] = [:]
      for (side, commit) in sides {
        if side == .head, base == head { products[.head] = products[.base] }
        guard products[side] == nil, let sources = sources[commit] else { continue }
        products[side] = try await build.product(of: sources)
      }
      cache.prune(keeping: Array(slots.values))
      return products
    } catch {
      for slot in slots.values {
        // Of an error the person may want to look at the files; of what they broke off there is nothing to
        // see.
        if Task.isCancelled, slot.programs == nil { slot.remove() }
        slot.lock.unlock()
      }
      throw error
    }
  }

  private func comparison(_ products: [CommitSide: CommitBuild.Product]) async throws -> Coordinator.Outcome {
    let server: any DatabaseServer
    do {
      server = try await SharedServer.server()
    } catch {
      throw GateFailure(.serverFailed, "\(error)")
    }
    let listener: WorkerListener
    do {
      listener = try WorkerListener()
    } catch {
      await server.stop()
      throw error
    }
    do {
      let outcome = try await Coordinator(
        products: products, settings: settings, server: server, listener: listener, say: say
      ).run()
      listener.close()
      await server.stop()
      return outcome
    } catch {
      listener.close()
      // What a test program says of a server that is gone explains less than the server's own log.
      let cause = error is CancellationError ? nil : await server.causeOfFailure()
      await server.stop()
      guard let cause else {
        throw error is DatabaseServerError ? GateFailure(.serverFailed, "\(error)") : error
      }
      throw GateFailure(.serverFailed, "\(error) \(cause)")
    }
  }

  private var environment: ChildEnvironment { ChildEnvironment(passing: command.passed) }

  private var settings: CoordinatorSettings {
    CoordinatorSettings(
      filter: command.filter, tolerance: .percent(command.tolerance),
      falseAlarmRate: command.falseAlarms / 100, budget: .seconds(command.seconds / 2),
      patience: .seconds(command.patience), seed: Seed(command.seed ?? .random(in: 0...999_999_999)),
      profile: ProcessInfo.processInfo.environment["PGBENCH_PROFILE"] ?? "gate",
      inherited: environment.ofPrograms)
  }

  private func say(_ text: String) { Console.standardError("\(text)\n") }
}
