#!/usr/bin/env python3
"""Repeats a comparison of two commits and counts what came of it.

    Tests/Comparisons/repeat.py TIMES [--busy] [--out FILE] -- pgbench-kit gate --base A --head B …

--busy keeps the first of this process's CPUs busy meanwhile; the kit measures on the last. Prints a line for each comparison and
the counts in the end. Takes as long as it takes: build both commits before, by one comparison.
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--out", help="the file that each comparison's line is added to")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:split])
    command = sys.argv[split + 1:]
    if not command:
        parser.error("give the command after --")
    load = None
    if options.busy:
        first = min(os.sched_getaffinity(0))
        load = subprocess.Popen(
            [sys.executable, "-c", f"import os\nos.sched_setaffinity(0, {{{first}}})\nwhile True: pass"])
    counts, seconds, codes = collections.Counter(), [], collections.Counter()
    try:
        for number in range(options.times):
            with tempfile.TemporaryDirectory() as folder:
                start = time.monotonic()
                result = subprocess.run(
                    command + ["--report-dir", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                took = time.monotonic() - start
                seconds.append(took)
                codes[result.returncode] += 1
                line = f"{number + 1}: exit {result.returncode}, {took:.0f} s"
                try:
                    report = json.load(open(f"{folder}/gate_report.json"))
                except OSError:
                    line += f", no report: {result.stderr[-500:]}"
                else:
                    for case in report["cases"]:
                        for gate in case["gates"]:
                            counts[gate["outcome"]] += 1
                            if gate["outcome"] not in ("withinTolerance",):
                                figures = gate.get("figures", {})
                                estimate = figures.get("estimate", float("nan"))
                                line += (
                                    f"; {gate['outcome']}: {case['test']}, {figures.get('variant')} "
                                    f"{figures.get('quantity')} {estimate:.4f}")
                print(line, flush=True)
                if options.out:
                    with open(options.out, "a") as file:
                        file.write(line + "\n")
    finally:
        if load:
            load.kill()
            load.wait()
    print(f"exit codes {dict(codes)}; gates {dict(counts)}; seconds: median {statistics.median(seconds):.0f}, "
          f"most {max(seconds):.0f}")


if __name__ == "__main__":
    main()
