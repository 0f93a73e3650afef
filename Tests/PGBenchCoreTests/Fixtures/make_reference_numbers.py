"""Makes ReferenceNumbers.swift: what NumPy and SciPy say about seeded samples.

Run once, from this folder:
  python3 make_reference_numbers.py > ReferenceNumbers.swift && swift format -i ReferenceNumbers.swift
The tests hold PGBenchCore's statistics against these numbers. A Swift file rather than a resource keeps
the package free of bundles.
"""

import numpy as np
from scipy import stats

rng = np.random.default_rng(20240229)


def numbers(values):
    lines, line = [], "     "
    for value in values:
        text = f" {value!r},"
        if len(line) + len(text) > 108:
            lines.append(line)
            line = "     "
        line += text
    return "\n".join(lines + [line])


print("// Made by make_reference_numbers.py with NumPy and SciPy: do not edit.")
print()
print("/// Numbers of other people's making that the statistics must agree with.")
print("enum ReferenceNumbers {")

print("  /// Latencies, and numpy.percentile of them, method inverted_cdf (type 1 of Hyndman and Fan).")
print("  static let latencies:")
print("    [(samples: [Int], percentiles: [Int], mean: Double, deviation: Double)] = [")
for count in (1, 7, 100, 333):
    samples = np.round(rng.lognormal(10, 0.6, count)).astype(int)
    percentiles = [int(np.percentile(samples, q, method="inverted_cdf")) for q in (50, 90, 95, 99, 99.9)]
    deviation = float(np.std(samples, ddof=1)) if count > 1 else 0.0
    print("    (\n      samples: [")
    print(numbers([int(s) for s in samples]))
    print("      ],")
    print(f"      percentiles: {percentiles}, mean: {float(np.mean(samples))!r}, deviation: {deviation!r}")
    print("    ),")
print("  ]\n")

print("  /// scipy.stats.t.ppf((1 + confidence) / 2, degrees).")
print("  static let studentT: [(degrees: Int, confidence: Double, t: Double)] = [")
for degrees in (1, 2, 3, 4, 5, 8, 13, 30, 119):
    for confidence in (0.5, 0.95, 0.999):
        t = float(stats.t.ppf((1 + confidence) / 2, degrees))
        print(f"    (degrees: {degrees}, confidence: {confidence}, t: {t!r}),")
print("  ]\n")

print("  /// scipy.stats.trim_mean at 20 %, and Yuen's interval of scipy.stats.ttest_ind against plain zeros.")
print("  static let trimmedMeans: [(values: [Double], mean: Double, low: Double, high: Double)] = [")
for count in (2, 3, 5, 6, 8, 16, 41):
    values = np.round(rng.standard_t(2, count) * 0.02, 6)
    mean = float(stats.trim_mean(values, 0.2))
    yuen = stats.ttest_ind(values, np.zeros(count), trim=0.2, equal_var=False)
    low, high = (float(x) for x in yuen.confidence_interval(0.95))
    print("    (\n      values: [")
    print(numbers([float(v) for v in values]))
    print("      ],")
    print(f"      mean: {mean!r}, low: {low!r}, high: {high!r}")
    print("    ),")
print("  ]")
print("}")
