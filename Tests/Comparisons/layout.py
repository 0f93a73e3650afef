#!/usr/bin/env python3
"""Measures how much code that is never run shifts the times of a query, because it moves the code that is.

    Tests/Comparisons/layout.py COMMITS [--seed N] [--filter TESTS] -- path/to/pgbench-kit

In a scratch clone of this repository's HEAD, each commit adds functions of random sizes, which nothing calls, to files of the
driver, and is compared with HEAD. Prints each commit's ratios, and in the end how far they are from 1. Both sides do the same, so
that a verdict other than "within tolerance" is a false one. A commit costs a release build and some ten seconds.
"""

import argparse
import collections
import math
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

from common import arguments, gate, gates

ROOT = pathlib.Path(__file__).resolve().parents[2]


def function(number, generator):
    """A function of some hundred bytes to some kilobytes, whose result depends on each line."""
    lines = "\n".join(
        f"  value = value &* {generator.randrange(3, 1 << 30)} ^ (value >> {generator.randrange(1, 30)})"
        for _ in range(generator.randrange(4, 150)))
    return f"""
/// Never called.
@inline(never)
package func movesOtherCode{number}(_ start: UInt64) -> UInt64 {{
  var value = start
{lines}
  return value
}}
"""


def git(clone, *words):
    return subprocess.check_output(
        ["git", "-C", clone, "-c", "user.name=Layout", "-c", "user.email=layout@localhost", *words], text=True).strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("commits", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--filter", default="ToolbenchBenchmarks/point")
    options, command = arguments(parser)
    command[0] = os.path.abspath(command[0])
    ratios, codes, verdicts = collections.defaultdict(list), collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        clone = f"{scratch}/PGBenchKit"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), clone], check=True)
        base = git(clone, "rev-parse", "HEAD")
        for number in range(options.commits):
            generator = random.Random(options.seed * 1000 + number)
            git(clone, "checkout", "--quiet", "--detach", base)
            files = sorted(pathlib.Path(clone).glob("Sources/PGDriver/**/*.swift"))
            for place, file in enumerate(generator.sample(files, 6)):
                text = file.read_text()
                file.write_text(text + function(number * 10 + place, generator))
            git(clone, "commit", "--quiet", "--all", "--message", f"Move code, {number + 1}")
            report = f"{scratch}/report"
            result = gate(command, clone, "--base", base, "--filter", options.filter, "--report-dir", report)
            codes[result.returncode] += 1
            line = f"{number + 1}: exit {result.returncode}"
            try:
                found = gates(report)
            except OSError:
                print(line, result.stderr[-2000:], flush=True)
                continue
            for _, one in found:
                figures = one.get("figures", {})
                verdicts[one["outcome"]] += 1
                if figures.get("quantity") == "time" and figures["reference"].endswith("@base"):
                    ratios[figures["variant"]].append(figures["estimate"])
                    line += f"; {figures['variant']} {figures['estimate']:.4f} ({figures['low']:.4f} to {figures['high']:.4f})"
                if one["outcome"] != "withinTolerance":
                    line += f"; {one['outcome']} {figures.get('variant')} {figures.get('quantity')}"
            print(line, flush=True)
    print(f"exit codes {dict(codes)}; gates {dict(verdicts)}")
    print("| variant | commits | median shift | standard deviation | largest |\n|---|---:|---:|---:|---:|")
    for variant, values in sorted(ratios.items()):
        shifts = [100 * math.log(value) for value in values]
        deviation = statistics.stdev(shifts) if len(shifts) > 1 else float("nan")
        print(f"| {variant} | {len(shifts)} | {statistics.median(shifts):+.2f} % | {deviation:.2f} % | "
              f"{max(map(abs, shifts)):.2f} % |")


if __name__ == "__main__":
    main()
