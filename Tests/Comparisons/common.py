"""What the scripts of this folder share: the command after their own arguments, a comparison, other work, its gates."""

import contextlib
import json
import os
import subprocess
import sys


def arguments(parser):
    """The script's own arguments, and the command that stands after --."""
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = parser.parse_args(sys.argv[1:split])
    command = sys.argv[split + 1:]
    if not command:
        parser.error("give the command after --")
    return options, command


def gate(command, clone, *options, **variables):
    """Compares two commits of a clone of this package, of which only the benchmarks and what they take are built."""
    return subprocess.run(
        command + ["gate", "--pass-env", "PGBENCH_PACKAGE", *options], cwd=clone, capture_output=True, text=True,
        env=os.environ | {"PGBENCH_PACKAGE": "benchmarks"} | variables)


@contextlib.contextmanager
def other_work(wanted):
    """Keeps the first of this process's CPUs busy meanwhile, if that is wanted; the kit measures on the last."""
    if not wanted:
        yield
        return
    first = min(os.sched_getaffinity(0))
    load = subprocess.Popen(
        [sys.executable, "-c", f"import os\nos.sched_setaffinity(0, {{{first}}})\nwhile True: pass"])
    try:
        yield
    finally:
        load.kill()
        load.wait()


def gates(folder):
    """The cases and gates, pair by pair, of the report that a comparison has left in a folder; OSError if it has left none."""
    with open(f"{folder}/gate_report.json") as file:
        return [(case, gate) for case in json.load(file)["cases"] for gate in case["gates"]]
