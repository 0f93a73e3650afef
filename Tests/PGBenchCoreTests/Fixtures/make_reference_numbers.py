"""Makes ReferenceNumbers.swift: what NumPy and SciPy say about seeded samples.

Run once, from this folder:
  python3 make_reference_numbers.py > ReferenceNumbers.swift && swift format -i ReferenceNumbers.swift
The tests hold PGStatistics against these numbers. A Swift file rather than a resource keeps
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
print("  ]\n")

print("  /// numpy.polyfit of degree 1, w=sqrt(weight), cov=True, and scipy.stats.t with count - 2 degrees at 99 %.")
print("  static let linearFits: [LinearFitNumbers] = [")
for count in (3, 5, 12, 40):
    x = np.round(rng.uniform(-50, 2000, count), 3)
    weights = np.round(rng.uniform(0.01, 4, count), 4)
    y = np.round(700 - 3.5 * x + rng.normal(0, 20, count) / np.sqrt(weights), 4)
    (slope, intercept), covariance = np.polyfit(x, y, 1, w=np.sqrt(weights), cov=True)
    errors = np.sqrt(np.diag(covariance))
    t = stats.t.ppf(0.995, count - 2)
    print("    LinearFitNumbers(")
    for name, values in (("x", x), ("y", y), ("weights", weights)):
        print(f"      {name}: [")
        print(numbers([float(v) for v in values]))
        print("      ],")
    for name, value, error in (("intercept", intercept, errors[1]), ("slope", slope, errors[0])):
        end = "," if name == "intercept" else ""
        low, high = float(value - t * error), float(value + t * error)
        print(f"      {name}: (value: {float(value)!r}, standardError: {float(error)!r},")
        print(f"        low: {low!r}, high: {high!r}){end}")
    print("    ),")
print("  ]")
print("}")
print()
print("/// A weighted line through points, as other people fit it.")
print("struct LinearFitNumbers {")
print("  typealias Coefficient = (value: Double, standardError: Double, low: Double, high: Double)")
print("  let x: [Double]")
print("  let y: [Double]")
print("  let weights: [Double]")
print("  let intercept: Coefficient")
print("  let slope: Coefficient")
print("}")
