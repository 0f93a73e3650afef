#!/usr/bin/env python3
"""Kills a part of a comparison at a random moment, again and again, and looks at what is said and what is left.

    Tests/Comparisons/kills.py TIMES -- pgbench-kit gate --base A --head B …

By turns the base's program, the head's, the server and the coordinator get SIGKILL. Each time: the exit code and the message
must be the right ones, in bounded time, and no process of the comparison may be left. After the next comparison, which nobody disturbs,
no folder of any may be left either. Build both commits before, by one comparison. Linux only: it looks into /proc.
"""

import argparse
import glob
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from common import arguments

# Whom: the exit code, and words of the message.
EXPECTED = {
    "base": (7, ["The base's test program was ended by signal 9 in "]),
    "head": (7, ["The head's test program was ended by signal 9 in "]),
    "server": (8, ["The PostgreSQL server that the kit had started ended in mid-run"]),
    "coordinator": (-9, []),
}
PATIENCE = 15


def environment(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return dict(part.split(b"=", 1) for part in file.read().split(b"\0") if b"=" in part)
    except OSError:
        return {}


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace").split("\0")
    except OSError:
        return []


def processes(mark):
    """The processes of a comparison: its programs by their environment, the servers by their folders."""
    found = {"base": [], "head": [], "server": [], "shell": []}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        pid = int(entry)
        words = command_line(pid)
        if not words or not words[0]:
            continue
        own = environment(pid).get(b"PGBENCH_KILLS", b"").decode() == mark
        side = environment(pid).get(b"PGBENCH_WORKER_SIDE", b"").decode()
        if words[0].endswith("sh") and "pgbenchkit" in words:
            if own or any("/pgbenchkit-" in word for word in words):
                found["shell"].append(pid)
        elif own and side:
            found[side].append(pid)
        elif words[0].endswith("/postgres") and "-D" in words and "/pgbenchkit-" in " ".join(words):
            found["server"].append(pid)
    return found


def folders():
    return sorted(
        name for home in {"/tmp", "/dev/shm", os.environ.get("TMPDIR", "/tmp")}
        for pattern in ("pgbenchkit-*", ".pgbenchkit-new-*") for name in glob.glob(f"{home}/{pattern}")
        if os.path.isdir(name))


def leftovers(mark):
    return {kind: pids for kind, pids in processes(mark).items() if pids}


def one(victim, command, mark):
    """Runs a comparison, kills the victim, and answers what was wrong."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        comparison = subprocess.Popen(
            command + ["--report-dir", folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"PGBENCH_KILLS": mark})
        pid = None
        wait = random.uniform(0.3, 6)
        time.sleep(wait)
        deadline = time.monotonic() + PATIENCE
        while pid is None and comparison.poll() is None and time.monotonic() < deadline:
            pid = comparison.pid if victim == "coordinator" else next(iter(processes(mark)[victim]), None)
        if pid is None:
            return [f"no {victim} to kill after {wait:.1f} s, exit code {comparison.wait()}"]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            # A program that was just leaving: the comparison goes on, and nothing was tried.
            comparison.kill()
            comparison.communicate()
            return None
        start = time.monotonic()
        try:
            _, text = comparison.communicate(timeout=PATIENCE + 10)
        except subprocess.TimeoutExpired:
            comparison.kill()
            comparison.communicate()
            return [f"{victim} after {wait:.1f} s: no end within {PATIENCE + 10} s"]
        took = time.monotonic() - start
        code, words = EXPECTED[victim]
        if comparison.returncode == 0 and victim in ("base", "head"):
            # It had done its part, and was just ending.
            return None
        if comparison.returncode != code:
            wrong.append(f"exit code {comparison.returncode} instead of {code}: {text[-800:]}")
        wrong += [f'"{word}" was not said: {text[-800:]}' for word in words if word not in text]
        deadline = time.monotonic() + PATIENCE
        while leftovers(mark) and time.monotonic() < deadline:
            time.sleep(0.05)
        gone = time.monotonic() - start
        for kind, pids in leftovers(mark).items():
            wrong.append(f"left: {kind} {pids} {[' '.join(command_line(pid))[:200] for pid in pids]}")
        print(f"{victim} after {wait:.1f} s: exit {comparison.returncode} in {took:.1f} s, all gone in {gone:.1f} s", flush=True)
    return [f"{victim} after {wait:.1f} s: {problem}" for problem in wrong]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("times", type=int)
    options, command = arguments(parser)
    victims = list(EXPECTED)
    before = folders()
    problems, tried, vain = [], 0, 0
    while tried < options.times:
        found = one(victims[tried % len(victims)], command, f"{os.getpid()}-{tried}-{vain}")
        if found is None:
            vain += 1
            continue
        tried += 1
        problems += found
        for problem in found:
            print(f"  WRONG {problem}", flush=True)
    left = [name for name in folders() if name not in before]
    with tempfile.TemporaryDirectory() as folder:
        code = subprocess.run(command + ["--report-dir", folder], capture_output=True).returncode
    if code not in (0, 1):
        problems.append(f"the comparison after all this ended with {code}")
    still = [name for name in folders() if name not in before]
    print(f"{tried} killed ({vain} more came too late); {len(left)} folders left before the next comparison, {len(still)} after it: {still}")
    print("nothing wrong" if not problems and not still else f"{len(problems)} problems")
    sys.exit(1 if problems or still else 0)


if __name__ == "__main__":
    main()
