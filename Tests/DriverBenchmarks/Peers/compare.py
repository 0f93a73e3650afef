#!/usr/bin/env python3
"""Compare PGBenchKit's drivers with their peers, and with libpq's own limit, in one sitting on one CPU.

    swift build --build-tests
    python3 -m venv .venv && .venv/bin/pip install -r Tests/DriverBenchmarks/Peers/requirements.txt
    .venv/bin/python Tests/DriverBenchmarks/Peers/compare.py

Starts a PostgreSQL server of its own, bound to one CPU like everything else here, and runs libpq_limit.c, peers.py, the
pool of asyncpg, and the Toolbench, Overhead, Pipeline and Pool suites by turns, several times each. Prints the medians of the
operations per second, and ratios of medians, as Markdown. Linux only; as root, the server runs as the user postgres.
"""
import argparse, json, os, pathlib, pwd, shutil, signal, statistics, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]
QUERIES = ["point", "oneplusone", "generate_series", "pg_type", "arrays", "large_object", "copyfrom", "batch"]
PEERS = ["psycopg2", "psycopg3", "asyncpg", "asyncpg-uvloop"]


def find(program):
    found = shutil.which(program) or next(iter(sorted(
        map(str, pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), reverse=True)), None)
    return found or sys.exit(f"{program} was not found: install PostgreSQL.")


class Server:
    """A cluster in a private folder, on a Unix socket only."""

    def __init__(self, cpu):
        self.folder = tempfile.mkdtemp(prefix="pgbenchkit-peers-")
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        prefix = ["setpriv", f"--reuid={self.user}", "--regid", self.user, "--clear-groups"] if os.geteuid() == 0 else []
        data = f"{self.folder}/data"
        subprocess.run(prefix + [find("initdb"), "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"],
                       check=True, stdout=subprocess.DEVNULL)
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off",
                    "synchronous_commit": "off", "autovacuum": "off", "max_connections": "300"}
        self.process = subprocess.Popen(
            bound(cpu) + prefix + [find("postgres"), "-D", data] + [f"--{k}={v}" for k, v in settings.items()],
            stderr=open(f"{self.folder}/log", "w"))
        self.dsn = f"host={self.folder} port=5432 user=postgres dbname=postgres"
        self.url = f"postgresql://postgres@/postgres?host={self.folder}"

    def wait(self):
        import psycopg, time
        for _ in range(100):
            try:
                return psycopg.connect(self.dsn).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
        sys.exit(f"The server did not start: {open(self.folder + '/log').read()}")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def bound(cpu):
    return ["taskset", "-c", str(cpu), "chrt", "--batch", "0"]


def lines(command):
    return [json.loads(line) for line in subprocess.run(
        command, check=True, capture_output=True, text=True).stdout.splitlines()]


def swift(cpu, server, folder):
    """One run of the suites: all variants' operations per second, and the paired ratios of variants."""
    environment = dict(os.environ, PGBENCH_DATABASE_URL=server.url, PGBENCH_REPORT_DIR=folder)
    run = subprocess.run(
        bound(cpu) + ["swift", "test", "--skip-build", "--filter", "ToolbenchBenchmarks|OverheadBenchmarks|PipelineBenchmarks|PoolBenchmarks"],
        cwd=PACKAGE, env=environment, capture_output=True, text=True)
    report = pathlib.Path(folder, "benchmark_report.json")
    if not report.exists():
        sys.exit(run.stdout + run.stderr)
    for case in json.loads(report.read_text())["cases"]:
        for variant in case["variants"]:
            yield (case["test"], variant["name"]), variant["operationsPerSecond"]
        for pair in case["comparisons"]:
            # The ratio is one of times.
            yield (case["test"], f"{pair['variant']} ÷ {pair['reference']}"), 1 / pair["ratio"]


POOL = """
import asyncio, sys, time, asyncpg, uvloop
async def main(clients, seconds=3):
    pool = await asyncpg.create_pool(sys.argv[1], min_size=clients, max_size=clients)
    done, end = 0, time.perf_counter() + seconds
    async def client(i):
        nonlocal done
        while time.perf_counter() < end:
            async with pool.acquire() as c:
                await c.fetch("SELECT id, username, email, full_name FROM pool_users WHERE id = $1", i % 100 + 1)
            done, i = done + 1, i + 1
    await pool.execute("DROP TABLE IF EXISTS pool_users; CREATE TABLE pool_users(id serial primary key, username text, "
                       "email text, full_name text); INSERT INTO pool_users(username, email, full_name) SELECT 'user' || i, "
                       "'user' || i || '@example.com', 'User ' || i FROM generate_series(1, 100) i; ANALYZE pool_users")
    await asyncio.gather(*map(client, range(clients)))
    print(done / seconds)
uvloop.run(main(int(sys.argv[2])))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)), help="the one CPU; the last by default")
    parser.add_argument("--runs", type=int, default=3, help="how many runs of each, by turns")
    parser.add_argument("--seconds", type=float, default=1.5, help="seconds for each peer and query in a run")
    a = parser.parse_args()
    seen = {}
    server = Server(a.cpu)
    try:
        server.wait()
        limit = f"{server.folder}/libpq_limit"
        include = subprocess.run(["pkg-config", "--cflags", "--libs", "libpq"], check=True, capture_output=True, text=True)
        subprocess.run(["cc", "-O2", str(HERE / "libpq_limit.c"), "-o", limit, *include.stdout.split()], check=True)
        for run in range(a.runs):
            print(f"run {run + 1} of {a.runs}", file=sys.stderr)
            for line in lines(bound(a.cpu) + [limit, server.dsn]):
                seen.setdefault((line["query"], "libpq"), []).append(line["ops_per_second"])
            for line in lines(bound(a.cpu) + [sys.executable, str(HERE / "peers.py"), "--dsn", server.dsn,
                                               "--seconds", str(a.seconds)]):
                seen.setdefault((line["query"], line["driver"]), []).append(line["ops_per_second"])
            for clients in (5, 50):
                out = subprocess.run(bound(a.cpu) + [sys.executable, "-c", POOL, server.url, str(clients)],
                                     check=True, capture_output=True, text=True).stdout
                seen.setdefault((f"{clients} clients", "asyncpg-uvloop"), []).append(float(out))
            with tempfile.TemporaryDirectory() as folder:
                for (test, variant), ops in swift(a.cpu, server, folder):
                    # The limit of the six SELECTs is that of libpq_limit.c.
                    if variant != "libpq":
                        seen.setdefault((test, variant), []).append(ops)
    finally:
        server.stop()
    show({key: statistics.median(values) for key, values in seen.items()})


def show(ops):
    def cell(value, digits=2):
        return "–" if value is None else f"{value:,.0f}" if digits == 0 else f"{value:.{digits}f}"

    def ratio(a, b):
        return a / b if a and b else None

    print("| query | libpq | best peer | sync | async | sync ÷ libpq | async ÷ libpq | sync ÷ best peer | async ÷ best peer |")
    print("|---|---|---|---|---|---|---|---|---|")
    for query in QUERIES:
        best = max(PEERS, key=lambda peer: ops.get((query, peer), 0))
        limit, peer, sync, async_ = (ops.get((query, name)) for name in ("libpq", best, "sync", "async"))
        print(f"| {query} | {cell(limit, 0)} | {cell(peer, 0)} ({best}) | {cell(sync, 0)} | {cell(async_, 0)} | "
              f"{cell(ratio(sync, limit))} | {cell(ratio(async_, limit))} | {cell(ratio(sync, peer))} | "
              f"{cell(ratio(async_, peer))} |")
    print()
    print("| what | ratio of operations per second |\n|---|---|")
    overhead, pipeline = "Point query, four columns by index", "64 point queries"
    for what, test, pair in (
        ("point query, sync ÷ libpq's functions in a loop", overhead, "sync ÷ libpq"),
        ("point query, async, caller on the loop ÷ sync", overhead, "async on the loop ÷ sync"),
        ("point query, async, caller on Swift's default executor ÷ libpq", overhead, "async elsewhere ÷ libpq"),
        ("64 point queries in a pipeline ÷ one by one, sync", pipeline, "sync, pipelined ÷ sync"),
        ("64 point queries in a pipeline ÷ one by one, async", pipeline, "async, pipelined ÷ async"),
        ("5 clients, async pool on one loop ÷ blocking threads", "5 clients", "async ÷ sync"),
        ("50 clients, async pool on one loop ÷ blocking threads", "50 clients", "async ÷ sync"),
    ):
        print(f"| {what} | {cell(ops.get((test, pair)))} |")
    for clients in ("5 clients", "50 clients"):
        print(f"| {clients}, async pool ÷ asyncpg's pool on uvloop | "
              f"{cell(ratio(ops.get((clients, 'async')), ops.get((clients, 'asyncpg-uvloop'))))} |")


if __name__ == "__main__":
    main()
