"""Reads the exports in the working directory by the parsers that there are, and by the formats' rules."""
import csv
import json
import pathlib
import re

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def text(name):
    return pathlib.Path(name).read_bytes().decode("utf-8")


def refuse(number):
    raise ValueError(f"JSON has no {number}")


def read_json(name):
    return json.loads(text(name), parse_constant=refuse)


report = read_json("json")
variants = sum(len(case["variants"]) for case in report["cases"])

families = list(text_string_to_metric_families(text("openmetrics")))
samples = [(sample.name, tuple(sorted(sample.labels.items()))) for family in families for sample in family.samples]
assert len(set(samples)) == len(samples), "a series is there twice"
assert sum(name == "pgbenchkit_operations_per_second" for name, _ in samples) == variants

with open("csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file, strict=True))
assert len(rows) == variants and len({row["name"] for row in rows}) == variants
assert all(None not in row and None not in row.values() for row in rows), "a row has another number of fields"

# golang/proposal, design/14313-benchmark-format.md, and golang.org/x/perf/benchfmt.
results = [line.split() for line in text("go").splitlines() if line.startswith("Benchmark")]
for fields in results:
    assert len(fields) >= 4 and len(fields) % 2 == 0, fields
    assert re.match(r"Benchmark[^\W\d_a-z]\S*-\d+$", fields[0]), fields
    assert int(fields[1]) > 0 and all(float(value) is not None for value in fields[2::2]), fields
assert len({fields[0] for fields in results}) == variants

# benchmark-action/github-action-benchmark, src/extract.ts, BenchmarkResult.
for result in read_json("github-action-benchmark"):
    assert isinstance(result["name"], str) and isinstance(result["unit"], str)
    assert isinstance(result["value"], (int, float)) and isinstance(result.get("range", ""), str)

# bencher.dev/bmf.json.
for name, measures in read_json("bencher").items():
    assert name and len(name) <= 1024
    for measure, metric in measures.items():
        assert measure and len(measure) <= 64
        assert set(metric) <= {"value", "lower_value", "upper_value"} and "value" in metric, metric
        assert metric.get("lower_value", metric["value"]) <= metric["value"] <= metric.get("upper_value", metric["value"])

# openjdk/jmh, JSONResultFormat.java.
jmh = read_json("jmh")
for result in jmh:
    metric = result["primaryMetric"]
    assert result["mode"] == "avgt" and len(metric["rawData"]) == result["forks"] and "." in result["benchmark"]
    assert {"score", "scoreError", "scoreConfidence", "scorePercentiles", "scoreUnit"} <= set(metric)
assert len({(one["benchmark"], tuple(sorted(one["params"].items()))) for one in jmh}) == len(jmh)

# HdrHistogram, AbstractHistogram.outputPercentileDistribution.
files = list(pathlib.Path("files").glob("*.hgrm"))
assert len(files) == variants, files
for file in files:
    lines = file.read_text().splitlines()
    table = [[float(cell) for cell in line.split()] for line in lines if re.match(r" *\d", line)]
    assert all(a[0] <= b[0] and a[1] < b[1] and a[2] <= b[2] for a, b in zip(table, table[1:])), file
    assert table[-1][1] == 1 and len(table[-1]) == 3 and all(len(row) == 4 for row in table[:-1]), file

# "Trace Event Format": complete events of a thread must nest, and these don't touch at all.
trace = read_json("chrome-trace")
end = 0.0
for event in trace["traceEvents"]:
    assert event["ph"] in "XM" and isinstance(event["pid"], int) and isinstance(event["tid"], int)
    if event["ph"] == "X":
        assert event["ts"] > end - 0.01 and event["dur"] > 0, event
        end = event["ts"] + event["dur"]
assert "blocks are laid end to end" in trace["otherData"]["times"]

for name, suite in read_json("study").items():
    for row in suite["comparison"] if "comparison" in suite else []:
        difference = (row["async_ops_per_second"] - row["sync_ops_per_second"]) / row["sync_ops_per_second"] * 100
        assert abs(difference - row["performance_difference_percent"]) < 1e-9, (name, row)
