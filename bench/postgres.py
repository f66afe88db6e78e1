"""What `bench/run postgres` measures: a server on PostgreSQL, against pgbench that does the same statements, on clusters made for
it, with all programs on the same two cores. As in measure.py, medians of interleaved rounds, and ratios within a round, in which
all is measured twice, the second time in the opposite order. Where nothing else is said, 8 connections ask, as do pgbench's.

  creates_per_pgbench       durable creates through HTTP, to transactions of pgbench that sends the same
  creates_with_standby_per_pgbench  the same on a cluster with a synchronous standby
  keyed_creates_per_creates  creates with an Idempotency-Key, where 400,000 are known, to creates without
  updates_hot_per_wide      new end dates for 200 accounts, to those for 200,000
  reads_per_pgbench         reads of one account through HTTP, to the statement in them that finds it, by pgbench
  two_servers_per_one       creates by 4 connections to each of two servers on one database, to those by 8 to one

and tells, without a target, creates_of_64_per_pgbench and two_servers_of_64_per_one, where 64 connections ask and works share
transactions; of each kind of request that writes the works in a commit, and the part of all batches that ran again.
"""

import argparse
import atexit
import concurrent.futures
import csv
import json
import os
import re
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import pgbench
from measure import BUILD, CONNECTIONS, ROOT, SMALL, WORK, Process, drive, free_port, pinned, report_figures
from postgres_cluster import Cluster

TARGETS = {
    "creates_per_pgbench": (">=", 1.0),
    "creates_with_standby_per_pgbench": (">=", 1.0),
    "keyed_creates_per_creates": (">=", 0.5),
    "updates_hot_per_wide": (">=", 0.4),
    "reads_per_pgbench": (">=", 0.4),
    "two_servers_per_one": (">=", 0.95),
}
CORES = "0,1"
FOLDER = WORK / "postgres"
RESELLERS = (2, 3)  # whose accounts have even numbers, and odd ones
HOT, WIDE = 200, 200_000
KEPT = 200_000  # answers to requests with a key, of each reseller
READ_BY_PGBENCH = range(10_000, 20_000)  # accounts whose uids are these numbers
ASKED = 9  # times, by each token: the first also does what is done once, and any may meet a work of the server's own
ACCOUNTS = "/api/v1/partners/accounts"
COUNTERS = ("works", "commits", "batches_run_twice")


def partnerd(*arguments):
    finished = subprocess.run([BUILD / "partnerd", *map(str, arguments)], capture_output=True, text=True)
    if finished.returncode != 0:
        sys.exit(f"partnerd {arguments[0]} failed:\n{finished.stdout}{finished.stderr}")
    return finished.stdout


def set_up(url):
    """A database as vendors have it; the tokens of its two resellers."""
    partnerd("init", "--database", url, "--name", "Meridian Software", "--token-file", FOLDER / "operator.token")
    partnerd("domain", "add", "b5test.com", "--database", url)
    tokens = []
    for reseller in RESELLERS:
        partnerd("reseller", "create", f"Reseller {reseller}", "--id", reseller, "--database", url)
        partnerd("promotion", "add", reseller, "b5test.com", "individual", "--database", url)
        credential = json.loads(partnerd("credential", "create", reseller, "--json", "--database", url))
        tokens.append(credential["secret"])
    return tokens


def mix(value):  # splitmix64
    value = (value * 0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15) % 2**64
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9 % 2**64
    value = (value ^ value >> 27) * 0x94d049bb133111eb % 2**64
    return value ^ value >> 31


def uid_of(number):
    return str(uuid.UUID(bytes=struct.pack("<QQ", mix(number * 2), mix(number * 2 + 1))))


def import_accounts(url, rows):
    file = FOLDER / "accounts.csv"
    with open(file, "w", newline="") as accounts:
        writer = csv.writer(accounts)
        writer.writerow(("uid", "type", "domain", "reseller_id", "ends_at"))
        writer.writerows((uid, "individual", "b5test.com", reseller, "2050-02-05T18:00:00Z") for uid, reseller in rows)
    partnerd("import", file, "--database", url)


def numbered(first, end):
    return ((uid_of(number), RESELLERS[number % 2]) for number in range(first, end))


def start_server(url):
    """In production mode, where the port stands in the log alone."""
    port, operations = free_port(), free_port()
    with open(FOLDER / "server.log", "a") as log:
        process = subprocess.Popen(
            pinned(CORES, "setpriv", "--pdeathsig", "TERM", BUILD / "partnerd", "serve", "--listen", f"127.0.0.1:{port}",
                   "--operations-listen", f"127.0.0.1:{operations}", "--database", url), stderr=log)
    server = Process(process, port)
    server.operations = operations
    until = time.monotonic() + 60
    while not is_ready(server):
        if process.poll() is not None or time.monotonic() > until:
            sys.exit("partnerd did not start:\n" + (FOLDER / "server.log").read_text()[-2000:])
        time.sleep(0.05)
    return server


def is_ready(server):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=10):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def ask(server, token, uid=None, body=None, key=None):
    path = f"/{uid}" if uid else ""
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{ACCOUNTS}{path}", data=body and json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {token}")
    request.add_header("Content-Type", "application/json")
    request.add_header("User-Agent", "partner-billing/2.4")
    if key:
        request.add_header("Idempotency-Key", key)
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def keep_answers(cluster, tokens):
    """As after a day of requests with keys. PostgreSQL sees conflicts by pages: in an empty table all keys are on one."""
    server = start_server(cluster.url("partnerd"))
    for token in tokens:
        ask(server, token, key=str(uuid.uuid4()), body={"account_uid": str(uuid.uuid4()), "account_type": "I", "domain": "b5test.com"})
    server.stop()
    columns = "fingerprint, answer, expires_at"
    cluster.ask("INSERT INTO stored_answer (reseller_id, kind, manager_id, credential_id, key_sha256, " + columns + ")"
                " SELECT reseller_id, kind, manager_id, credential_id, encode(sha256(CAST(CAST(n AS TEXT) AS BYTEA)), 'hex'), "
                + columns + f" FROM stored_answer, generate_series(1, {KEPT}) AS n", "partnerd")


def scripts_of(cluster, tokens):
    """The statements of a create, for each token, and the one that finds an account, as an idle server sends them."""
    cluster.start(logging_collector="on", log_destination="csvlog", log_directory=FOLDER / cluster.folder.name / "statements",
                  log_filename="all.log", log_statement="all")
    server = start_server(cluster.url("partnerd"))
    opened = {token: [str(uuid.uuid4()) for _ in range(ASKED)] for token in tokens}
    read = tuple(str(number) for number in READ_BY_PGBENCH[-ASKED:])
    for token in tokens:
        for uid in opened[token]:
            ask(server, token, body={"account_uid": uid, "account_type": "I", "domain": "b5test.com",
                                     "ends_at": "2050-02-05T18:00:00.000Z"})
    for uid in read:
        ask(server, tokens[0], uid=uid)
    server.stop()
    cluster.stop()
    with open(cluster.folder / "statements" / "all.csv", newline="") as log:
        transactions = pgbench.read_log(log)

    creates = []
    for number, uids in enumerate(opened.values()):
        seen = [pgbench.transaction_with(transactions, uid, "A create") for uid in uids]
        creates.append(pgbench.Script(f"create_{number}", pgbench.usual(seen, "A create")))
    seen = [pgbench.transaction_with(transactions, uid, "A read") for uid in read]
    finds = [[statement for statement in transaction if uid in statement[1]] for transaction, uid in zip(seen, read)]
    if len(pgbench.usual(finds, "A read")) != ASKED or len(finds[0]) != 1:
        sys.exit("A read names its account in more than one statement: it cannot be told which one finds it.")
    anyone = f"random({READ_BY_PGBENCH[0]}, {READ_BY_PGBENCH[-1]})"
    return creates, [pgbench.Script("read", finds, given={read: anyone})]


class Place:
    """A database with a server, and beside it a copy of it for pgbench."""

    def __init__(self, cluster):
        self.cluster, self.counts = cluster, {}
        cluster.ask("CREATE DATABASE pgbench TEMPLATE partnerd")
        self.server = start_server(cluster.url("partnerd"))

    def drive(self, name, mode, seconds, first=0, count=SMALL, connections=pgbench.CLIENTS):
        before = self.counters()
        rate = drive(self.server, mode, seconds, first, count, connections=connections, cores=CORES)["per_s"]
        counted = self.counts.setdefault(name, dict.fromkeys(COUNTERS, 0))
        for counter, value in self.counters().items():
            counted[counter] += value - before[counter]
        return rate

    def counters(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.operations}/metrics", timeout=60) as answer:
            text = answer.read().decode()
        return {name: float(re.search(rf"^partnerd_db_{name}_total (\S+)", text, re.MULTILINE)[1]) for name in COUNTERS}

    def drive_two(self, seconds, connections):
        other = start_server(self.cluster.url("partnerd"))
        drive(other, "post", 1, connections=connections // 2, cores=CORES)
        with concurrent.futures.ThreadPoolExecutor() as threads:
            begun = [threads.submit(drive, server, "post", seconds, connections=connections // 2, cores=CORES)
                     for server in (self.server, other)]
            rate = sum(each.result()["per_s"] for each in begun)
        other.stop()
        return rate

    def batches(self):
        figures = {}
        for name, counted in self.counts.items():
            works, commits, again = (counted[counter] for counter in COUNTERS)
            figures[f"{name}_works_per_commit"] = works / commits
            figures[f"{name}_batches_run_again"] = again / (commits + again)
        return figures

    def end(self):
        self.server.stop()
        self.cluster.stop()


def prepare(wide):
    """The two places, what pgbench does, and the tokens for whoever asks."""
    print(f"loading {wide:,} accounts", flush=True)
    alone = Cluster(FOLDER / "alone", CORES)
    alone.make()
    alone.give_password_away()
    alone.start()
    alone.ask("CREATE DATABASE partnerd")
    url = alone.url("partnerd")
    tokens = set_up(url)
    import_accounts(url, numbered(0, SMALL))
    import_accounts(url, ((number, RESELLERS[0]) for number in READ_BY_PGBENCH))
    alone.stop()
    creates, reads = scripts_of(alone, tokens)
    primary, standby = alone.copy("primary"), alone.copy("standby")

    alone.start()
    import_accounts(url, numbered(SMALL, wide))
    keep_answers(alone, tokens)
    alone.ask("VACUUM ANALYZE", "partnerd")
    primary.start(synchronous_standby_names="*")
    standby.follow(primary)
    standby.start()
    primary.wait_for_standby()
    os.environ["BENCH_TOKENS"] = " ".join(tokens)
    return Place(alone), Place(primary), standby, creates, reads


def measurements(alone, replicated, creates, reads, seconds, wide):
    """What is measured in a round, each by a function that has the rate; neighbours are those of a ratio."""
    def run_pgbench(place, scripts):
        return pgbench.run(place.cluster, "pgbench", FOLDER, scripts, seconds)

    return {
        "two_servers": lambda: alone.drive_two(seconds, pgbench.CLIENTS),
        "creates": lambda: alone.drive("creates", "post", seconds),
        "pgbench_creates": lambda: run_pgbench(alone, creates),
        "keyed_creates": lambda: alone.drive("keyed_creates", "keyed-post", seconds),
        "creates_of_64": lambda: alone.drive("creates_of_64", "post", seconds, connections=CONNECTIONS),
        "two_servers_of_64": lambda: alone.drive_two(seconds, CONNECTIONS),
        "updates_hot": lambda: alone.drive("updates_hot", "patch", seconds, 0, HOT),
        "updates_wide": lambda: alone.drive("updates_wide", "patch", seconds, 0, wide),
        "reads": lambda: drive(alone.server, "get", seconds, 0, SMALL, connections=pgbench.CLIENTS, cores=CORES)["per_s"],
        "pgbench_reads": lambda: run_pgbench(alone, reads),
        "creates_with_standby": lambda: replicated.drive("creates_with_standby", "post", seconds),
        "pgbench_creates_with_standby": lambda: run_pgbench(replicated, creates),
    }


def run_round(number, measured):
    # Whoever goes first has the cooler core.
    order = list(measured) if number % 2 == 0 else list(reversed(measured))
    rates = {name: 0 for name in measured}
    for name in (*order, *reversed(order)):
        rates[name] += measured[name]() / 2
    return rates


def ratios_of(rounds):
    def per(part, whole):
        return statistics.median(rates[part] / rates[whole] for rates in rounds)

    return {
        "creates_per_pgbench": per("creates", "pgbench_creates"),
        "creates_with_standby_per_pgbench": per("creates_with_standby", "pgbench_creates_with_standby"),
        "keyed_creates_per_creates": per("keyed_creates", "creates"),
        "updates_hot_per_wide": per("updates_hot", "updates_wide"),
        "reads_per_pgbench": per("reads", "pgbench_reads"),
        "two_servers_per_one": per("two_servers", "creates"),
        "creates_of_64_per_pgbench": per("creates_of_64", "pgbench_creates"),
        "two_servers_of_64_per_one": per("two_servers_of_64", "creates_of_64"),
    }


def batch_limit():
    """As it is built: no option changes it."""
    found = re.search(r"\bbatch_limit = (\d+);", (ROOT / "src/db/postgres.h").read_text())
    if not found:
        sys.exit("src/db/postgres.h does not say how many works a transaction has at most.")
    return int(found[1])


def main():
    parser = argparse.ArgumentParser(prog="bench/run postgres")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--quick", action="store_true",
                        help="one round of a second each, 20,000 accounts for the 200,000; for a look, not for the record")
    arguments = parser.parse_args()
    count, seconds, wide = (1, 1, WIDE // 10) if arguments.quick else (arguments.rounds, arguments.seconds, WIDE)
    if os.cpu_count() < 2:
        sys.exit("bench/run wants two cores")
    # What has been started ends with this program, also when it is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)  # last: what is in it ends first
    figures = {"batch_limit": batch_limit()}
    alone, replicated, standby, creates, reads = prepare(wide)
    measured = measurements(alone, replicated, creates, reads, seconds, wide)
    for place in (alone, replicated):
        drive(place.server, "post", 1, cores=CORES)
    rounds = []
    for number in range(count):
        print(f"round {number + 1} of {count}", flush=True)
        rounds.append(run_round(number, measured))
    for place in (alone, replicated):
        place.end()
    standby.stop()
    rates = {f"{name}_per_s": statistics.median(rates[name] for rates in rounds) for name in measured}
    report_figures({**rates, **ratios_of(rounds), **figures, **alone.batches(), **replicated.batches()}, TARGETS, arguments.json)


if __name__ == "__main__":
    main()
