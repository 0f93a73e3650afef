#!/usr/bin/env python3
"""Inverts each branch of a gate's decision in turn, and checks that a test fails.

A test suite that passes whatever the code says proves nothing (DeMillo, Lipton and Sayward, "Hints on test data
selection", Computer 11, 1978). The layers from PGSystem to PGReporting and their tests are copied to a scratch package, so that
a mutant costs one small build. Prints each mutant with the number of tests that noticed; ends with 1 if one survived.

Usage: python3 Tests/Mutations/gates.py [FILE …], such as Question.swift: the mutants of these files only
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYERS = ["CPGAllocations", "CPGSystem", "PGSystem", "PGStatistics", "PGMeasuring", "PGVerdicts", "PGReporting"]
TESTS = ["PGTestSupport", "PGBenchCoreTests"]

# File, what it says, what the mutant says instead.
MUTANTS = [
    ("GateMeasurement.swift", "estimate.value - claim > limit", "estimate.value - claim <= limit"),
    ("GateMeasurement.swift", "estimate.value - claim > limit", "estimate.value + claim > limit"),
    ("GateMeasurement.swift", "estimate.value + claim < improvement", "estimate.value + claim >= improvement"),
    ("GateMeasurement.swift", "estimate.value + claim < improvement", "estimate.value - claim < improvement"),
    ("GateMeasurement.swift", "margin(errorRate: rates.miss) <= limit", "margin(errorRate: rates.miss) > limit"),
    ("GateMeasurement.swift", "margin(errorRate: rates.miss) <= limit", "margin(errorRate: rates.falseAlarm) <= limit"),
    ("GateMeasurement.swift", "margin(errorRate: rates.falseAlarm)\n    if", "margin(errorRate: rates.miss)\n    if"),
    ("GateMeasurement.swift", "if gate.quantity == .time {", "if gate.quantity != .time {"),
    ("GateMeasurement.swift", "own.allSatisfy({ $0 == 0 })", "!own.allSatisfy({ $0 == 0 })"),
    ("GateMeasurement.swift", "{ $0 <= 0 || $1 <= 0 }", "{ _, _ in false }"),
    ("GateMeasurement.swift", "estimate.minus(stored.logRatio)", "estimate"),
    ("GateMeasurement.swift", "bound: limit, improvement: nil", "bound: -limit, improvement: nil"),
    ("GateDecision.swift", "if gate.needsBaseline, !(stored?.has", "if gate.needsBaseline, (stored?.has"),
    ("GateDecision.swift", "guard gate.needsBaseline else", "guard !gate.needsBaseline else"),
    ("GateDecision.swift", "guard differences.isEmpty else", "guard !differences.isEmpty else"),
    ("GateDecision.swift", "} else if !baseline.fingerprint", "} else if baseline.fingerprint"),
    ("SessionFigures.swift", "guard group.count >= percentile.samplesNeeded", "guard true || group.count >= percentile.samplesNeeded"),
    ("SessionFigures.swift", "guard groups.count >= fewestGroups", "guard groups.count >= 0"),
    ("SessionFigures.swift", "case .value(let value) where metric.isCounted", "case .value(let value) where !metric.isCounted"),
    ("SessionFigures.swift", "guard values.isEmpty else { return values }", "guard !values.isEmpty else { return values }"),
    ("SessionFigures.swift", "if let reason = series.unusable[metric] {", "if let reason = series.unusable[metric], false {"),
    ("Gate.swift", "!known.contains(metric)", "known.contains(metric)"),
    ("ErrorRates.swift", "(isLast ? 1 : spent(look + 1)) - spent(look)", "1.0"),
    ("FalseAlarmBudget.swift", "guard taken >= expected else", "guard taken < expected else"),
    ("FalseAlarmBudget.swift", "part /= 2", "part /= 1"),
    ("FalseAlarmBudget.swift", "guard let test, var part = parts[test] else", "guard let test, var part = parts[test], false else"),
    ("GateMeasurement.swift", "expectingNoChange ? .improved : .withinTolerance", ".improved"),
    ("GateMeasurement.swift", "expectingNoChange ? bound / 2 : bound", "expectingNoChange ? bound * 2 : bound"),
    ("GateMeasurement.swift", "expectingNoChange ? bound / 2 : bound", "bound / 2"),
    ("GateDecision.swift", "error.isOfTooFew && !look.isLast", "error.isOfTooFew"),
    ("GateDecision.swift", "error.isOfTooFew && !look.isLast", "false"),
    ("CommitGates.swift", "(own ?? gate, gate", "(gate, gate"),
    ("CommitGates.swift", "declared.filter { gate in !asked", "declared.filter { gate in asked"),
    ("CommitGates.swift", "asked.count - times + added.count", "asked.count - times"),
    ("Question.swift", "(1 - time) / Double(max(1, others))", "(1 - time)"),
    ("CommitGates.swift", "shares.other, own == nil)", "shares.other, true)"),
    ("CommitGates.swift", "expectsNoChange: isOfBase", "expectsNoChange: true"),
    ("CommitGates.swift", "commonVariants.contains(variant)\n        ||", "false\n        ||"),
    ("CommitGates.swift", "!declaredGates(of: variant, tolerance: .percent(0)).isEmpty", "false"),
    ("CaseMeasurement.swift", "guard !planned.isOptional, case .metric(let metric) =", "guard case .metric(let metric) ="),
    ("CaseMeasurement.swift", "return !samples.has(metric)", "return samples.has(metric)"),
    ("GateDecision.swift", "self == .inconclusive && look.isLast && isSuspicious", "self == .inconclusive && isSuspicious"),
    ("CountComparison.swift", "if probability <= rates.falseAlarm", "if probability > rates.falseAlarm"),
    ("CountComparison.swift", "if look.isLast { return isSuspicious ?", "if true { return isSuspicious ?"),
    ("CountComparison.swift", "return isSuspicious ? .inconclusive : .withinTolerance", "return .withinTolerance"),
    ("CountComparison.swift", "3 * (look.number + 1) >= 2 * looks", "3 * look.number >= 2 * looks"),
    ("CountComparison.swift", "isLate && isUnsuspicious", "isLate"),
    ("CountComparison.swift", "2 * count < fewest && probability > 0.2", "probability > 0.2"),
    ("CountComparison.swift", "count <= others ||", "count < others ||"),
    ("CountComparison.swift", "count >= fewest : probability <= 0.01", "count > fewest : probability <= 0.01"),
    ("CountComparison.swift", "count >= fewest : probability <= 0.01", "count >= fewest : probability <= 0.5"),
    ("CountComparison.swift", "samples.clients == 1 ? 2", "samples.clients != 1 ? 2"),
    ("CaseMeasurement.swift", "sampling.samples.clients = plan.clients", "sampling.samples.clients = 1"),
    ("CountComparison.swift", "$0 - middle > distance", "$0 - middle < distance"),
    ("CountComparison.swift", "max(Elementary.log(allowance.greatestRatio), 5", "min(Elementary.log(allowance.greatestRatio), 5"),
    ("Question.swift", "tolerance.percent >= 0", "tolerance.percent >= 100"),
    ("Question.swift", "time = !hasTime ? 0 : others > 0 ? 0.5 : 1", "time = !hasTime ? 0.0 : 1.0"),
    ("Question.swift", "tolerance.percent >= 5 ? tolerance", "tolerance.percent < 5 ? tolerance"),
    ("SessionFigures.swift", "(blocks + uncompared)", "blocks"),
    ("RawMean.swift", "ratioWithoutWorst > bound", "ratio > bound"),
    ("RawMean.swift", "ratioWithoutWorst > bound", "ratioWithoutWorst < bound"),
    ("RawMean.swift", "pairs.count >= 2", "pairs.count >= 0"),
    ("RawMean.swift", "without.min()", "without.max()"),
    ("GateDecision.swift", "(verdict.isKept && isMeanBeyond ? .inconclusive : verdict)", "verdict"),
    ("GateDecision.swift", "isSuspicious: isMeanBeyond\n            ||", "isSuspicious: false\n            ||"),
    ("SessionFigures.swift", "case .connecting: each(openings)", "case .connecting: each(firstOperations)"),
    ("SessionFigures.swift", "case .firstOperation: each(firstOperations)", "case .firstOperation: nil"),
    ("SessionFigures.swift", "case .wholeTime: sessionSums", "case .wholeTime, .time: sessionSums"),
    ("GatePlan.swift", "!decision.contradicts(outcome, of: planned.gate)", "true"),
    ("SessionFigures.swift", "Double($0) > latency", "Double($0) < latency"),
    ("SignTest.swift", "if all - chosen < max(0, count) { break }", "if all - chosen <= max(0, count) { break }"),
    ("GatePlan.swift", "if let outcome = decided[planned.gate.description],", "if let outcome = decided[planned.gate.description], false,"),
    ("CaseMeasurement.swift", "!open.isEmpty\n      && open", "open.isEmpty\n      && open"),
    ("Sampler.swift", "isBrief && round >=", "!isBrief && round >="),
    ("Sampler.swift", "retaking += now() - begin", "retaking += 0"),
    ("Sampler.swift", "if operations == 0 {", "if operations != 0 {"),
    ("Sampler.swift", "sampling.steadyBlockLength ?? estimate", "estimate"),
    ("Sampler.swift", "append(time / turn)", "append(time)"),
    ("Sampler.swift", "if turn > 0 { await", "if turn > 1 { await"),
    ("Sampler.swift", "    if isSteady {\n      sampling.samples", "    if true {\n      sampling.samples"),
    ("Sampler.swift", "10 * usual * Double(operations)", "10 * usual"),
    ("Budget.swift", "max(greatestRatio, 1 + floor / reference)", "min(greatestRatio, 1 + floor / reference)"),
    ("GateDecision.swift", "self == .withinTolerance || self == .improved", "self != .withinTolerance && self != .improved"),
    ("GateDecision.swift", "self != .inconclusive && self != .suspect", "self == .inconclusive"),
    ("GatePlan.swift", "guard planned.isOptional else", "guard !planned.isOptional else"),
    ("CaseMeasurement.swift", "due.isLast || (", "true || ("),
    ("CaseMeasurement.swift", "(plan.mayEnd(operations: sampling.operations) && ", "(true && "),
    ("CaseMeasurement.swift", "guard !isOver, sessions > 0 else", "guard !isOver else"),
    ("CaseMeasurement.swift", "asksWhatConnectingTakes ?", "!asksWhatConnectingTakes ?"),
    ("Sampler.swift", "known == nil ? min(length * 2, quarter) : quarter", "min(length * 2, quarter)"),
    ("Sampler.swift", "where !steady[index] {", "where true {"),
    ("SamplingPlan.swift", "<= 200_000_000 * openings", "> 200_000_000 * openings"),
    ("SamplingPlan.swift", "nanoseconds * (openings + 1)", "nanoseconds * openings"),
    ("SamplingPlan.swift", "isOverdue(spent) ? Look(look.number, isLast: true) : look", "look"),
    ("RawMean.swift", "let worst = logs.max()", "let worst = logs.min()"),
    ("RawMean.swift", "(sum - worst) / Double(logs.count - 1)", "sum / Double(logs.count)"),
    ("GateDecision.swift", "guard gate.quantity != .time else", "guard true else"),
    ("RateSearch.swift", "failures == 0 || successes == 2", "true"),
    ("RateSearch.swift", "if failures == 2 {", "if failures == 1 {"),
    ("RateSearch.swift", "latency <= goal.limit && held?.isHeld ?? false", "held?.isHeld ?? false"),
    ("RateSearch.swift", "latency <= goal.limit && held?.isHeld ?? false", "latency <= goal.limit"),
    ("RateSearch.swift", "high / low <= Self.resolution", "high / low <= 2"),
    ("RateSearch.swift", "isOver = high <= lowest", "isOver = true"),
    ("RateSearch.swift", "isOver = low >= ArrivalRate.greatest", "isOver = false"),
    ("Question.swift", "goal != nil && usual.percent < 10 ?", "goal == nil && usual.percent < 10 ?"),
    ("CommitGates.swift", "described.goal == nil\n      ?", "described.goal != nil\n      ?"),
    ("SamplingPlan.swift", "= budget, goal == nil else { return 1 }", "= budget else { return 1 }"),
    ("SamplingPlan.swift", "guard goal == nil, session >= 3,", "guard session >= 3,"),
]

MANIFEST = """// swift-tools-version: 6.2
import PackageDescription
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let package = Package(
  name: "Mutants", platforms: [.macOS(.v15)],
  targets: [
    .target(name: "CPGAllocations"),
    .target(name: "CPGSystem"),
    .target(name: "PGSystem", dependencies: ["CPGSystem"], swiftSettings: settings),
    .target(name: "PGStatistics", swiftSettings: settings),
    .target(
      name: "PGMeasuring", dependencies: ["CPGAllocations", "CPGSystem", "PGStatistics", "PGSystem"], swiftSettings: settings),
    .target(
      name: "PGVerdicts", dependencies: ["CPGSystem", "PGMeasuring", "PGStatistics", "PGSystem"], swiftSettings: settings),
    .target(
      name: "PGReporting", dependencies: ["CPGSystem", "PGMeasuring", "PGStatistics", "PGSystem", "PGVerdicts"],
      swiftSettings: settings),
    .target(
      name: "PGTestSupport", dependencies: ["CPGSystem", "PGSystem"], path: "Tests/PGTestSupport", swiftSettings: settings),
    .testTarget(
      name: "PGBenchCoreTests",
      dependencies: ["CPGSystem", "PGMeasuring", "PGReporting", "PGStatistics", "PGSystem", "PGTestSupport", "PGVerdicts"],
      exclude: ["Fixtures/make_reference_numbers.py"], swiftSettings: settings),
  ])
"""


def run(package: pathlib.Path) -> tuple[bool, str]:
    """Runs the tests of the decision; whether they passed, and what they said."""
    command = ["swift", "test", "--filter", "Gate|Verdict|CaseMeasurement|AlphaSpending|FalseAlarmBudget|CountComparison|RawMean|SessionFigures|Question|SignTest|SessionEstimate|Tolerance|SampleSet|Sampler|Suspension|SelfCheck|RateSearch|RateGoal|RateSampling|CaseMatching"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def main(files: list[str]) -> int:
    mutants = [mutant for mutant in MUTANTS if not files or mutant[0] in files]
    if unknown := set(files) - {mutant[0] for mutant in MUTANTS}:
        print(f"There are no mutants of {', '.join(sorted(unknown))}.")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        package = pathlib.Path(scratch)
        for folder in [f"Sources/{layer}" for layer in LAYERS] + [f"Tests/{test}" for test in TESTS]:
            shutil.copytree(ROOT / folder, package / folder)
        (package / "Package.swift").write_text(MANIFEST)
        for name, original, _ in mutants:
            if original not in next((package / "Sources").rglob(name)).read_text():
                print(f"{name}: nothing says `{original}` any more: bring the list of mutants up to date.")
                return 1
        passed, output = run(package)
        if not passed:
            print(output)
            print("The tests fail without any mutant.")
            return 1
        survivors = 0
        for name, original, mutated in mutants:
            path = next((package / "Sources").rglob(name))
            text = path.read_text()
            path.write_text(text.replace(original, mutated, 1))
            passed, output = run(package)
            path.write_text(text)
            failures = len(set(re.findall(r"✘ Test \"([^\"]+)\"", output)))
            if not passed and failures == 0 and "error:" in output:
                print(output)
                print(f"{name}: `{mutated}` doesn't compile: write another mutant.")
                return 1
            survivors += passed
            verdict = "SURVIVED" if passed else f"noticed by {failures} tests"
            print(f"{name}: `{original}` → `{mutated}`: {verdict}".replace("\n", " "), flush=True)
        print(f"{len(mutants)} mutants, {survivors} survived.")
        return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
