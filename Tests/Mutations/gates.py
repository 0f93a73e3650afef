#!/usr/bin/env python3
"""Inverts each branch of a gate's decision in turn, and checks that a test fails.

A test suite that passes whatever the code says proves nothing (DeMillo, Lipton and Sayward, "Hints on test data
selection", Computer 11, 1978). The layers from PGSystem to PGReporting and their tests are copied to a scratch package, so that
a mutant costs one small build. Prints each mutant with the number of tests that noticed; ends with 1 if one survived.

Usage: python3 Tests/Mutations/gates.py
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
    ("GateMeasurement.swift", "estimate.value - claim > bound", "estimate.value - claim <= bound"),
    ("GateMeasurement.swift", "estimate.value - claim > bound", "estimate.value + claim > bound"),
    ("GateMeasurement.swift", "estimate.value + claim < improvement", "estimate.value + claim >= improvement"),
    ("GateMeasurement.swift", "estimate.value + claim < improvement", "estimate.value - claim < improvement"),
    ("GateMeasurement.swift", "margin(errorRate: rates.miss) <= bound", "margin(errorRate: rates.miss) > bound"),
    ("GateMeasurement.swift", "margin(errorRate: rates.miss) <= bound", "margin(errorRate: rates.falseAlarm) <= bound"),
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
    ("GateMeasurement.swift", "guard group.count >= percentile.samplesNeeded", "guard true || group.count >= percentile.samplesNeeded"),
    ("GateMeasurement.swift", "guard groups.count >= fewestGroups", "guard groups.count >= 0"),
    ("GateMeasurement.swift", "case .value(let value) where metric.isCounted", "case .value(let value) where !metric.isCounted"),
    ("GateMeasurement.swift", "guard values.isEmpty else { return values }", "guard !values.isEmpty else { return values }"),
    ("GateMeasurement.swift", "if let reason = series.unusable[metric] {", "if let reason = series.unusable[metric], false {"),
    ("Gate.swift", "!known.contains(metric)", "known.contains(metric)"),
    ("ErrorRates.swift", "(isLast ? 1 : spent(look + 1)) - spent(look)", "1.0"),
    ("GatePlan.swift", "guard expected > 0 else", "guard expected < 0 else"),
    ("Budget.swift", "max(greatestRatio, 1 + floor / reference)", "min(greatestRatio, 1 + floor / reference)"),
    ("GateDecision.swift", "self == .withinTolerance || self == .improved", "self != .withinTolerance && self != .improved"),
    ("GateDecision.swift", "self != .inconclusive", "self == .inconclusive"),
    ("GatePlan.swift", "guard planned.isOptional, case", "guard !planned.isOptional, case"),
    ("CaseMeasurement.swift", "due.isLast || (", "true || ("),
    ("CaseMeasurement.swift", "(plan.mayEnd(operations: sampling.operations) && ", "(true && "),
    ("CaseMeasurement.swift", "guard !isOver, sessions > 0 else", "guard !isOver else"),
    ("SamplingPlan.swift", "isOverdue(spent) ? Look(look.number, isLast: true) : look", "look"),
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
    command = ["swift", "test", "--filter", "Gate|Verdict|CaseMeasurement|AlphaSpending|FalseAlarmBudget|SessionEstimate|Tolerance|SampleSet|Sampler|SelfCheck"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        package = pathlib.Path(scratch)
        for folder in [f"Sources/{layer}" for layer in LAYERS] + [f"Tests/{test}" for test in TESTS]:
            shutil.copytree(ROOT / folder, package / folder)
        (package / "Package.swift").write_text(MANIFEST)
        passed, output = run(package)
        if not passed:
            print(output)
            print("The tests fail without any mutant.")
            return 1
        survivors = 0
        for name, original, mutated in MUTANTS:
            path = next((package / "Sources").rglob(name))
            text = path.read_text()
            if original not in text:
                print(f"{name}: nothing says `{original}` any more: bring the list of mutants up to date.")
                return 1
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
        print(f"{len(MUTANTS)} mutants, {survivors} survived.")
        return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
