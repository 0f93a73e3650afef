#!/usr/bin/env python3
"""Repeats a comparison of two commits and counts what came of it.

    Tests/Comparisons/repeat.py TIMES [--busy] [--out FILE] -- pgbench-kit gate --base A --head B …

--busy keeps the first of this process's CPUs busy meanwhile; the kit measures on the last. Prints a line for each comparison and
the counts in the end. Takes as long as it takes: build both commits before, by one comparison.
"""

import argparse
import collections
import statistics
import subprocess
import tempfile
import time

from common import arguments, gates, other_work


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--out", help="the file that each comparison's line is added to")
    options, command = arguments(parser)
    counts, seconds, codes = collections.Counter(), [], collections.Counter()
    with other_work(options.busy):
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
                    found = gates(folder)
                except OSError:
                    found = []
                    line += f", no report: {result.stderr[-500:]}"
                for case, gate in found:
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
    print(f"exit codes {dict(codes)}; gates {dict(counts)}; seconds: median {statistics.median(seconds):.0f}, "
          f"most {max(seconds):.0f}")


if __name__ == "__main__":
    main()
