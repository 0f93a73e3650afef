#!/usr/bin/env python3
"""Plants faults in the driver of one side, compares it with the other again and again, and counts what came of it.

    Tests/Comparisons/planted.py TIMES [--rows WORD …] [--busy] [--out FILE] -- path/to/pgbench-kit

In a scratch clone of this repository's HEAD, one commit has the faults, and both sides are that commit: the head is told by a variable
to have one. So both are the same build. Prints a line for each comparison, and a table in the end. A row is as expected when its
comparisons end red, or at least suspect where the fault is within 1 % of what is allowed; the variants that the fault isn't in, libpq's,
must be within tolerance. Takes some ten seconds a comparison, and a build before.
"""

import argparse
import collections
import os
import statistics
import subprocess
import sys
import tempfile
import time

from common import arguments, gate, gates, other_work

POINT = "ToolbenchBenchmarks/point"
CLIENTS = "ConcurrentBenchmarks"

# Name: the plan of `Planted`, the exit codes that are expected, the benchmarks.
ROWS = {
    "nothing planted": ("", {0}, POINT),
    "every 200th + 5 ms": ("every=200,wait=5000000", {1}, POINT),
    "every 100th + 1 ms": ("every=100,wait=1000000", {1}, POINT),
    "every 1000th + 150 ms": ("every=1000,wait=150000000", {1}, POINT),
    "every 50th + 0.2 ms": ("every=50,wait=200000", {1}, POINT),
    "every 20th + 2 ms": ("every=20,wait=2000000", {1}, POINT),
    "every 20th + 46 us": ("every=20,wait=46000", {1}, POINT),
    "one in 5,000 + 0.1 s": ("one_in=5000,wait=100000000", {1, 12}, POINT),
    "connecting + 20 ms": ("connecting=20000000", {1}, POINT),
    "each prepare + 5 ms": ("preparing=5000000", {1}, POINT),
    "10 kB leaked": ("leaked=10000", {1}, POINT),
    "one process in eight + 20 %": ("processes=8,percent=20", {1, 12}, POINT),
    "one process in four + 10 %": ("processes=4,percent=10", {1, 12}, POINT),
    "one block in twenty x 2": ("blocks=20,percent=100", {1, 12}, POINT),
    "one session in ten + 50 %": ("processes=10,percent=50", {1, 12}, POINT),
    "all + 4 %": ("percent=4", {1}, POINT),
    "all + 3 %": ("percent=3", {1}, POINT),
    # Of operations that run at the same time it comes to about half.
    "5 clients + 30 %": ("percent=30", {1}, CLIENTS),
}

PLANTED = """
import PGSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fault of the head's.
enum Planted {
  private static let plan: [String: Int] = {
    guard getenv("PGBENCH_WORKER_SIDE").map({ String(cString: $0) }) == "head",
      let text = getenv("PGBENCH_PLANT").map({ String(cString: $0) })
    else { return [:] }
    let parts = text.split(separator: ",").map { $0.split(separator: "=") }
    return Dictionary(uniqueKeysWithValues: parts.compactMap { part in Int(part[1]).map { (String(part[0]), $0) } })
  }()
  private static let every = plan["every", default: 0]
  private static let oneIn = plan["one_in", default: 0]
  /// Counted from anywhere, for a process does fewer operations.
  private static let first = Int.random(in: 0..<max(1, oneIn))
  private static let waits = plan["wait", default: 0]
  private static let leaked = plan["leaked", default: 0]
  private static let blocks = plan["blocks", default: 0]
  private static let percent: Int = {
    let processes = plan["processes", default: 1]
    return Int.random(in: 0..<max(1, processes)) == 0 ? plan["percent", default: 0] : 0
  }()
  private static let isOn = !plan.isEmpty
  nonisolated(unsafe) private static var operations = 0
  nonisolated(unsafe) private static var isSlowBlock = false
  /// What an operation usually takes, from start to start: a running estimate of the median.
  nonisolated(unsafe) private static var usual = 0
  nonisolated(unsafe) private static var last = 0
  nonisolated(unsafe) private static var held: UnsafeMutableRawPointer?

  static func operation() {
    guard isOn else { return }
    operations += 1
    if every > 0, operations % every == 0 { wait(waits) }
    if oneIn > 0, (operations + first) % oneIn == 0 { wait(waits) }
    if blocks > 0, operations % 43 == 0 { isSlowBlock = Int.random(in: 0..<blocks) == 0 }
    if percent > 0 {
      let took = MonotonicClock.now() - last
      // In great steps at first: a session is short.
      let step = max(1, usual / (operations < 200 ? 8 : 128))
      usual = usual == 0 ? min(took, 1_000_000) : usual + (took > usual ? 1 : -1) * step
      if blocks == 0 || isSlowBlock { wait(usual * percent / 100) }
      last = MonotonicClock.now()
    }
    if leaked > 0, let room = malloc(leaked) {
      memset(room, 1, leaked)
      room.storeBytes(of: held, as: UnsafeMutableRawPointer?.self)
      held = room
    }
  }

  static func connecting() { wait(plan["connecting", default: 0]) }
  static func preparing() { wait(plan["preparing", default: 0]) }

  private static func wait(_ nanoseconds: Int) {
    if nanoseconds >= 1_000_000 {
      usleep(UInt32(nanoseconds / 1000))
    } else if nanoseconds > 0 {
      let end = MonotonicClock.now() + nanoseconds
      while MonotonicClock.now() < end {}
    }
  }
}
"""

# File, the line behind which a call stands, and the call.
CALLS = [
    ("Sources/PGDriver/Query/ConnectionCore+Query.swift",
     "  func start(_ query: PostgresQuery) throws(PostgresError) -> DateCheck? {\n", "    Planted.operation()\n"),
    ("Sources/PGDriver/Query/ConnectionCore+Query.swift",
     "  private func prepare(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {\n",
     "    Planted.preparing()\n"),
    ("Sources/PGDriver/Connection/ConnectionCore+Connect.swift",
     "  private func begin(_ attempt: ConnectAttempt) throws(PostgresError) {\n", "    Planted.connecting()\n"),
]


def plant(clone):
    """Makes the clone, with a commit that has the faults."""
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run(["git", "clone", "--quiet", subprocess.check_output(
        ["git", "-C", here, "rev-parse", "--show-toplevel"], text=True).strip(), clone], check=True)
    with open(f"{clone}/Sources/PGDriver/Planted.swift", "w") as file:
        file.write(PLANTED)
    for path, line, call in CALLS:
        with open(f"{clone}/{path}") as file:
            text = file.read()
        if text.count(line) != 1:
            sys.exit(f"{path} no longer has the one line {line!r}")
        with open(f"{clone}/{path}", "w") as file:
            file.write(text.replace(line, line + call))
    # The same date gives the same commit, and so the build of an earlier run.
    date = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    subprocess.run(["git", "-C", clone, "add", "."], check=True)
    subprocess.run(
        ["git", "-C", clone, "-c", "user.name=Planted", "-c", "user.email=planted@localhost", "commit", "--quiet",
         "--message", "Plant faults"], check=True, env=os.environ | date)


def compare(command, clone, plan, benchmarks):
    """Runs a comparison; returns its exit code, its gates and its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        result = gate(
            command, clone, "--base", "HEAD", "--filter", benchmarks, "--report-dir", folder, PGBENCH_PLANT=plan)
        took = time.monotonic() - start
        try:
            found = [one for _, one in gates(folder)]
        except OSError:
            print(result.stderr[-2000:], flush=True)
            found = []
        return result.returncode, found, took


def told(one):
    figures = one.get("figures", {})
    return f"{one['outcome']}: {figures.get('variant')} {figures.get('quantity')} {figures.get('estimate', 0):.4g}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int)
    parser.add_argument("--rows", nargs="*", help="those whose names have one of these words")
    parser.add_argument("--busy", action="store_true", help="keep the first of this process's CPUs busy")
    parser.add_argument("--out", help="the file that each comparison's line is added to")
    parser.add_argument("--clone", help="the folder of the clone, which is kept; a temporary one unless it is given")
    options, command = arguments(parser)
    command[0] = os.path.abspath(command[0])
    rows = {name: row for name, row in ROWS.items() if not options.rows or any(word in name for word in options.rows)}
    table, bad = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        clone = options.clone or f"{scratch}/PGBenchKit"
        if not os.path.exists(clone):
            plant(clone)
        compare(command, clone, "", POINT)
        with other_work(options.busy):
            for name, (plan, expected, benchmarks) in rows.items():
                codes, quantities, others, seconds = collections.Counter(), collections.Counter(), 0, []
                for number in range(options.times):
                    code, found, took = compare(command, clone, plan, benchmarks)
                    codes[code] += 1
                    seconds.append(took)
                    notable = [one for one in found if one["outcome"] != "withinTolerance"]
                    for one in notable:
                        figures = one.get("figures", {})
                        if figures.get("variant", "").startswith("libpq"):
                            others += one["outcome"] in ("regressed", "suspect")
                        elif one["outcome"] in ("regressed", "suspect"):
                            quantities[f"{figures.get('quantity')} {one['outcome']}"] += 1
                    line = f"{name}, {number + 1}: exit {code}, {took:.0f} s; " + "; ".join(map(told, notable))
                    print(line, flush=True)
                    if options.out:
                        with open(options.out, "a") as file:
                            file.write(line + "\n")
                good = sum(codes[code] for code in expected)
                bad += good * 20 < 19 * options.times or others > 0
                table.append((
                    name, ", ".join(f"{code}: {codes[code]}" for code in sorted(codes)), f"{good} of {options.times}",
                    ", ".join(f"{what} {count}" for what, count in quantities.most_common()) or "none", str(others),
                    f"{statistics.median(seconds):.0f}"))
    print("| planted in the head | exit codes | as expected | what of sync and async | what of libpq | s |")
    print("|---|---|---:|---|---:|---:|")
    for row in table:
        print("| " + " | ".join(row) + " |")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
