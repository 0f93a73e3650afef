#!/usr/bin/env python3
"""Puts the samples of a calibration run through the rules by which other tools call a benchmark slower.

Usage: python3 other_gates.py REPORT.json [REPORT.json ...]

The reports are PGBenchKit's benchmark_report.json. Every calibration case has a variant "plain" and another whose name
tells the truth and the machine's state, such as "same, idle", "planted 3 %, busy" or "every 50th + 0.2 ms, idle". Here "plain"
is the old code and the other the new one. A rule that raises an alarm where the truth is within the gate's tolerance is wrong,
and so is one that raises none where the truth is beyond; whatever has another name than "same" or a per cent is beyond. The table
that is written says how often each was, group by group.

The rules are restated from the tools' sources, each cited at its function, with the tools' own handling of outliers, and with the
gate's tolerance in the place of their thresholds. benchstat has none, and is also asked for a difference of that size. All are
given the same blocks, which alternate between old and new. That flatters the tools that compare with a stored earlier run
(all but tango): what drifts between two runs isn't in these samples. But no rule gets more time than the case took;
Criterion.rs would measure each side for 5 s.
"""
from __future__ import annotations

import json
import math
import random
import re
import statistics
import sys
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import mul
from typing import Any, Callable, Iterable, Optional

TOLERANCE = 2.0  # Per cent: what the calibration's gates allow, and so where right and wrong part.
SEED = 20_150_405  # Of every bootstrap, for each case anew: a verdict depends on nothing but the case.
RESAMPLES = 2_000  # Criterion.rs takes 100,000; these leave its 2.5th percentile between the 1.8th and the 3.2nd.
CRITERION_SAMPLES = 100  # Criterion.rs's default sample_size.
TRUTH = re.compile(r"(?:(?P<same>same)|planted\s+(?P<percent>\d+(?:\.\d+)?)\s*%|(?P<shape>\w[^,]*))\s*,\s*(?P<state>idle|busy)")
ALARMS = {"regressed": True, "withinTolerance": False, "improved": False,
          "suspect": None, "inconclusive": None, "new": None, "refused": None}


class NoSuchReport(Exception):
    """A file that isn't a report of a calibration run, and why."""


@dataclass(frozen=True)
class Side:
    """What was measured of a variant: its latencies in ns, and (elapsed ns, operations) by (session, round)."""

    latency: dict[str, float]
    blocks: dict[tuple[int, int], tuple[int, int]]

    def runs(self) -> list[float]:
        """The mean time per operation of each session: what a run of its own would print."""
        sessions: dict[int, list[tuple[int, int]]] = {}
        for (session, _), block in self.blocks.items():
            sessions.setdefault(session, []).append(block)
        return [per_operation(blocks) for blocks in sessions.values()]


@dataclass(frozen=True)
class Case:
    """A case of a calibration run: the planted per cent (0: the same code), the machine's state, and what was measured."""

    truth: float
    shape: str
    state: str
    old: Side
    new: Side
    outcome: str


# The rules. Each answers whether it calls the new code slower; None where it says itself that it can't tell.


def own_gate(case: Case) -> Optional[bool]:
    """PGBenchKit's own gate: the verdict that the report holds (docs/report-schema.md, "gates").

    Nothing is computed again. An undecided gate raises no alarm, so beyond the tolerance it counts as a miss.
    """
    return ALARMS[case.outcome]


def criterion(case: Case) -> bool:
    """Criterion.rs 0.7.0: "Performance has regressed.", with noise_threshold at the gate's tolerance.

    src/analysis/compare.rs and src/report.rs (compare_to_threshold) of github.com/bheisler/criterion.rs at 567405d, with
    the defaults of src/lib.rs: p of the bootstrapped t test below significance_level 0.05, and the whole 95 % interval of
    the change of the mean above noise_threshold (its default is 0.01). The null distribution of t comes from resampling both samples
    together (src/stats/univariate/mixed.rs), the interval from resampling each (percentiles).

    Neighbouring blocks are put together to its 100 samples. An observed change within the noise threshold is settled
    without a bootstrap: the lower end of an interval of means isn't above the mean.
    """
    old, new = pooled(case.old.blocks.values()), pooled(case.new.blocks.values())
    if len(old) < 2 or len(new) < 2 or statistics.fmean(new) / statistics.fmean(old) - 1 <= TOLERANCE / 100:
        return False
    source = random.Random(SEED)
    means = [[sum(source.choices(side, k=len(side))) / len(side) for _ in range(RESAMPLES)] for side in (old, new)]
    lower = statistics.quantiles((b / a - 1 for a, b in zip(*means)), n=40, method="inclusive")[0]
    if lower <= TOLERANCE / 100:
        return False
    together = new + old
    resampled = (source.choices(together, k=len(together)) for _ in range(RESAMPLES))
    null = [t for t in (t_statistic(x[:len(new)], x[len(new):]) for x in resampled) if math.isfinite(t)]
    observed = t_statistic(new, old)
    below = sum(t < observed for t in null)
    return 2 * min(below, len(null) - below) / max(1, len(null)) < 0.05


def benchstat(case: Case) -> bool:
    """benchstat of Go: a significant difference, to the slower side.

    golang/perf at 712aea8: benchmath/anone.go (the default assumption: medians and the U test) and benchmath/sample.go
    (CompareAlpha 0.05; FormatDelta writes "~" where p is above it). cmd/benchstat/main.go asks for at least 10 runs: here
    every session, on fresh connections, is a run. It has no tolerance, and prints the difference of the medians: here it must be
    beyond the gate's as well.
    """
    old, new = case.old.runs(), case.new.runs()
    return u_test(old, new) <= 0.05 and statistics.median(new) / statistics.median(old) - 1 > TOLERANCE / 100


def pytest_benchmark(case: Case) -> bool:
    """pytest-benchmark with --benchmark-compare-fail=min:2%; its documentation's example is min:5%.

    ionelmc/pytest-benchmark at 47d66c8 (after 5.2.3): docs/comparing.rst, and PercentageRegressionCheck in
    src/pytest_benchmark/utils.py: fails when new / old * 100 - 100 is above the number. There is no default.
    """
    return case.new.latency["min"] / case.old.latency["min"] * 100 - 100 > TOLERANCE


def package_benchmark(case: Case) -> bool:
    """package-benchmark 1.32.0: the median worse than a relative threshold, 5 % unless it is given.

    ordo-one/package-benchmark at 873f6fd: BenchmarkThresholds+Defaults.swift (5 % for p25, p50 and p75) and
    appendDeviationResultsFor in BenchmarkResult.swift, both in Sources/Benchmark. A report holds neither p25 nor p75 of single
    operations, so only p50 is asked. That the tool fails on improvements as well isn't counted here.
    """
    return 100 * case.new.latency["p50"] / case.old.latency["p50"] - 100 > TOLERANCE


def tango(case: Case) -> bool:
    """tango: the paired differences are far from 0, and more than noise.

    bazhenov/tango at 4b00d95 (after 0.7.2): calculate_run_result and DiffEstimate::build in tango-bench/src/lib.rs: the
    mean difference is at least 2.6 standard errors and more than the noise threshold from 0. No filter of outliers, and a threshold
    of 1 %, are the defaults of tango-bench/src/cli.rs.
    """
    both = [turn for turn in case.old.blocks if turn in case.new.blocks]
    old, new = ([side.blocks[turn][0] / side.blocks[turn][1] for turn in both] for side in (case.old, case.new))
    if len(both) < 2:
        return False
    differences = [b - a for a, b in zip(old, new)]
    mean = statistics.fmean(differences)
    error = math.sqrt(variance(differences) / len(both))
    return mean > 0 and mean >= 2.6 * error and 100 * mean / statistics.fmean(old) > TOLERANCE


def github_action_benchmark(case: Case) -> bool:
    """github-action-benchmark 1.22.0: an alert at a threshold of 102 %; 200 % unless it is given.

    benchmark-action/github-action-benchmark at c38cce9: action.yml (alert-threshold 200%) and findAlerts and getRatio in
    src/write.ts: current / previous is above it. It sees one value of each: the mean time per operation, as Go prints it.
    """
    return per_operation(case.new.blocks.values()) / per_operation(case.old.blocks.values()) > 1 + TOLERANCE / 100


RULES: dict[str, Callable[[Case], Optional[bool]]] = {
    "PGBenchKit's gate": own_gate,
    "Criterion.rs, noise threshold 2 %": criterion,
    "benchstat, α 0.05 and 2 %": benchstat,
    "pytest-benchmark, min:2%": pytest_benchmark,
    "package-benchmark, p50 2 %": package_benchmark,
    "tango, noise threshold 2 %": tango,
    "github-action-benchmark, 102 %": github_action_benchmark,
}


def per_operation(blocks: Iterable[tuple[int, int]]) -> float:
    """The mean time per operation of blocks together."""
    elapsed, operations = map(sum, zip(*blocks))
    return elapsed / operations


def pooled(blocks: Iterable[tuple[int, int]]) -> list[float]:
    """Times per operation of as many samples as Criterion.rs takes, each of neighbouring blocks."""
    rows = list(blocks)
    count = min(CRITERION_SAMPLES, len(rows))
    slices = (rows[i * len(rows) // count:(i + 1) * len(rows) // count] for i in range(count))
    return [per_operation(part) for part in slices]


def variance(values: list[float]) -> float:
    """The variance of a sample (n - 1); ten times as fast as the exact arithmetic of the statistics module."""
    mean = sum(values) / len(values)
    centred = [value - mean for value in values]
    return sum(map(mul, centred, centred)) / (len(values) - 1)


def t_statistic(a: list[float], b: list[float]) -> float:
    """Welch's t; infinite or no number where nothing varies."""
    difference = sum(a) / len(a) - sum(b) / len(b)
    error = math.sqrt(variance(a) / len(a) + variance(b) / len(b))
    return difference / error if error else math.copysign(math.inf, difference) if difference else math.nan


def u_test(a: list[float], b: list[float]) -> float:
    """The two-sided p of the Mann-Whitney U test; 1 where all values are equal.

    As benchstat has it (go-moremath; the same as internal/stats/utest.go of golang/perf): exact up to 50 values a side, 25
    with ties, else normal with the corrections for ties and continuity.
    """
    ranks: dict[float, int] = {}  # Doubled: a middle rank may be half an integer.
    ties: list[int] = []
    first = 1
    for value, equals in groupby(sorted(a + b)):
        ties.append(len(list(equals)))
        ranks[value] = 2 * first + ties[-1] - 1
        first += ties[-1]
    n, m, total = len(a), len(b), len(a) + len(b)
    if len(ties) < 2:
        return 1.0
    u = sum(ranks[value] for value in a) - n * (n + 1)
    small = min(u, 2 * n * m - u)
    if max(n, m) <= (50 if max(ties) == 1 else 25):
        tail = sum(ways for rank, ways in rank_sums(n, tuple(ties)).items() if rank - n * (n + 1) <= small)
        return min(1.0, 2 * tail / math.comb(total, n))
    tied = sum(size**3 - size for size in ties) / (total * (total - 1))
    z = max(0.0, abs(u - n * m) / 2 - 0.5) / math.sqrt(n * m * (total + 1 - tied) / 12)
    return math.erfc(z / math.sqrt(2))


@lru_cache(maxsize=None)
def rank_sums(n: int, ties: tuple[int, ...]) -> Counter[int]:
    """How many ways there are to draw n values with each doubled sum of ranks, from groups of equal values."""
    sums: list[Counter[int]] = [Counter({0: 1})] + [Counter() for _ in range(n)]
    first = 1
    for size in ties:
        rank, first = 2 * first + size - 1, first + size
        for drawn in range(n, 0, -1):
            for of_these in range(1, min(size, drawn) + 1):
                for so_far, ways in sums[drawn - of_these].items():
                    sums[drawn][so_far + of_these * rank] += ways * math.comb(size, of_these)
    return sums[n]


def side(case: dict[str, Any], name: str) -> Side:
    """What a case holds of a variant."""
    latency = {variant["name"]: variant["latency"] for variant in case["variants"]}[name]
    series = {series["variant"]: series for series in case["rounds"]}.get(name)
    if series is None:
        raise ValueError(f"no rounds of {name}")
    columns = zip(series["session"], series["round"], series["elapsed"], series["operations"])
    blocks = {(session, turn): (elapsed, count) for session, turn, elapsed, count in columns if count > 0}
    if not blocks or min(latency["min"], latency["p50"], *(elapsed for elapsed, _ in blocks.values())) <= 0:
        raise ValueError(f"no times of {name}")
    return Side(latency, blocks)


def read(path: str) -> list[Case]:
    """The calibration cases of a report; cases of other suites are left out."""
    try:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
    except (OSError, ValueError) as error:
        raise NoSuchReport(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(report, dict) or "schemaVersion" not in report or not isinstance(report.get("cases"), list):
        raise NoSuchReport(f"{path}: is no benchmark_report.json, for it lacks schemaVersion or cases")
    cases = []
    for number, case in enumerate(report["cases"]):
        try:
            names = [variant["name"] for variant in case["variants"]]
            told = [(name, match) for name in names if (match := TRUTH.fullmatch(name))]
            if len(names) != 2 or "plain" not in names or not told:
                continue
            if not case["gates"]:
                raise ValueError(f"{names[1]} is not gated")
            (name, match), outcomes = told[0], [gate["outcome"] for gate in case["gates"]]
            if unknown := [outcome for outcome in outcomes if outcome not in ALARMS]:
                raise ValueError(f"{unknown[0]} is no outcome of a gate")
            outcome = min(outcomes, key=lambda outcome: {True: 0, None: 1, False: 2}[ALARMS[outcome]])
            truth = float(match["percent"] or 0) if match["shape"] is None else math.inf
            cases.append(Case(truth, match["shape"] or "", match["state"], side(case, "plain"), side(case, name), outcome))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise NoSuchReport(f"{path}: case {number} is not as a calibration writes it: {error!r}") from error
    if not cases:
        raise NoSuchReport(f'{path}: holds no case of "plain" against "same, ..." or "planted N %, ..."')
    return cases


def cell(verdicts: list[Optional[bool]], is_beyond: bool) -> str:
    """How many verdicts are wrong; with how many were none."""
    undecided = verdicts.count(None)
    wrong = sum(not verdict for verdict in verdicts) if is_beyond else verdicts.count(True)
    return f"{wrong}" + (f" ({undecided} undecided)" if undecided else "")


def table(cases: list[Case]) -> str:
    """The Markdown table: a row for each rule, a column for each truth and state."""
    groups: dict[tuple[float, str, str], list[Case]] = {}
    for case in sorted(cases, key=lambda case: (case.truth, case.shape, case.state != "idle")):
        groups.setdefault((case.truth, case.shape, case.state), []).append(case)
    titles = ["Rule"]
    for (truth, shape, state), group in groups.items():
        name = shape or (f"Planted {truth:g} %" if truth else "A/A")
        titles.append(f"{name}, {state}: {'misses' if truth > TOLERANCE else 'false alarms'} of {len(group)}")
    rows = [titles, ["---"] + ["---:"] * len(groups)]
    for label, rule in RULES.items():
        rows.append([label] + [cell([rule(case) for case in group], truth > TOLERANCE)
                               for (truth, _, _), group in groups.items()])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(paths: list[str]) -> int:
    """Reads the reports and writes the table."""
    if not paths or paths[0].startswith("-"):
        print("usage: python3 other_gates.py REPORT.json [REPORT.json ...]", file=sys.stderr)
        return 2
    try:
        cases = [case for path in paths for case in read(path)]
    except NoSuchReport as error:
        print(f"other_gates.py: {error}", file=sys.stderr)
        return 1
    print(table(cases))
    print(f"\nA false alarm is one where the truth is within {TOLERANCE:g} %, a miss is none where it is beyond. Undecided: "
          "the gate said that it can't tell, which is no alarm. All rules saw the same alternating blocks, without the "
          "drift between two runs.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
