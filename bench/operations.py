"""What `bench/run operations` measures: what operators do to a database of a million accounts. As in measure.py, medians
of interleaved rounds, and ratios within a round.

  imports_per_create     rows a second that `partnerd import` opens, to accounts a second through the Partnership API
  list_per_read          what a caller waits for a filtered list of 50 accounts, to what he waits for a read of one by its id
                         (medians, one request at a time); of the filters, the slowest
  list_load_per_read     what the list costs the server, to what the read does (rates, 16 connections that never pause)
  reads_p99_while_due    p99 of reads while a clock is advanced over 100,000 accounts that fall due, to p99 before
  reset_ms               a sandbox of 10,000 accounts is made new again
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

from measure import BUILD, LARGE, LOAD_CORE, ROOT, WORK, drive, pinned, remove_database, report_figures, start_partnerd

OPERATOR = "sandbox-operator"
TARGETS = {
    "imports_per_create": (">=", 1.0),
    "list_per_read": ("<", 5),
    "reads_p99_while_due": ("<", 3),
    "reset_ms": ("<", 100),
}


def api(server, method, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", method=method,
                                     data=None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {OPERATOR}")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=600) as response:
        text = response.read()
    return json.loads(text) if text else None


def write_rows(path, count, seed, ends_at=None):
    """Uids in no order, as customers have them; three domains, two types, ends spread over ten years or none."""
    chance = random.Random(seed)
    with open(path, "w") as file:
        file.write("uid,type,domain,ends_at\n")
        for _ in range(count):
            uid = uuid.UUID(int=chance.getrandbits(128))
            end = ends_at or chance.choice(("", f"{chance.randrange(2030, 2040)}-{chance.randrange(1, 13):02}-01T00:00:00Z"))
            file.write(f"{uid},{chance.choice(('individual', 'family'))},b5test.{chance.choice(('com', 'ca', 'eu'))},{end}\n")


def run_import(server, path, reseller=2):
    """Seconds that it takes, its own start included."""
    begun = time.monotonic()
    output = subprocess.run(
        pinned(LOAD_CORE, BUILD / "partnerd", "import", path, "--reseller", reseller, "--json", "--server",
               f"http://127.0.0.1:{server.port}"),
        env={**os.environ, "PARTNERD_TOKEN": OPERATOR}, capture_output=True, text=True, check=True).stdout
    result = json.loads(output)
    if result["refused"]:
        sys.exit(f"{path}: {result['refused']} rows were refused")
    return time.monotonic() - begun, result["opened"]


def ask(server, paths, seconds, connections=16):
    file = WORK / "paths"
    file.write_text("".join(f"{path}\n" for path in paths))
    cpu_before = server.cpu_s()
    output = subprocess.run(
        pinned(LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", ROOT / "bench/paths.lua",
               f"http://127.0.0.1:{server.port}/", "--", OPERATOR, file),
        capture_output=True, text=True, check=True).stdout
    result = json.loads(output.splitlines()[-1])
    if result["errors"]:
        sys.exit(f"{paths[0]}: {result['errors']} requests went wrong\n{output}")
    return {"per_s": result["requests"] / result["duration_us"] * 1e6,
            "cpu_us": (server.cpu_s() - cpu_before) / result["requests"] * 1e6,
            "p50_ms": result["p50_us"] / 1000, "p99_ms": result["p99_us"] / 1000, "max_ms": result["max_us"] / 1000}


def import_rounds(rounds, rows, seconds):
    """Both into databases that are new at the beginning of the round."""
    ratios, rates = [], []
    for number in range(rounds):
        path = WORK / "round.csv"
        write_rows(path, rows, number)
        remove_database(WORK / "round.db")
        server = start_partnerd(WORK / "round.db")
        creates = drive(server, "post", seconds)["per_s"]
        server.stop()
        remove_database(WORK / "round.db")
        server = start_partnerd(WORK / "round.db")
        elapsed, opened = run_import(server, path)
        server.stop()
        rates.append((opened / elapsed, creates))
        ratios.append(opened / elapsed / creates)
        print(f"  import {opened / elapsed:,.0f}/s, creates {creates:,.0f}/s", flush=True)
    return statistics.median(ratios), rates


def lists_of(server, accounts):
    """Filters, each with a hundred variants of it; and where cursors lead, deep in the list."""
    chance = random.Random(7)
    digits = 3 if accounts == LARGE else 2  # of a uid: more than 50 accounts begin with them
    pages = {
        "status": ["status=entitled&limit=50"],
        "reseller_and_type": ["reseller=2&type=family&limit=50"],
        "domain": [f"reseller=2&domain=b5test.{tld}&limit=50" for tld in ("com", "ca", "eu")],
        "uid_prefix": [f"reseller=2&uid_prefix={chance.randrange(16**digits):0{digits}x}&limit=50" for _ in range(100)],
        "ends": [f"reseller=2&ends_after={year}-0{month}-01T00:00:00Z&ends_before={year}-0{month + 1}-02T00:00:00Z&limit=50"
                 for year in range(2030, 2040) for month in (2, 5, 8)],
    }
    cursor = ""
    for _ in range(40):
        page = api(server, "GET", f"/admin/v1/accounts?reseller=2&type=family&limit=200{cursor}")
        cursor = f"&cursor={page['next']}"
    again = page  # a cursor belongs to its list, whatever the limit
    pages["deep_cursor"] = [f"reseller=2&type=family&limit=50&cursor={again['next']}"]
    return {name: [f"/admin/v1/accounts?{query}" for query in queries] for name, queries in pages.items()}


def some_ids(server):
    """From all over the database: uids are in no order. Whoever reads the newest only reads what is warm."""
    chance = random.Random(8)
    ids = []
    for _ in range(100):
        prefix = f"{chance.randrange(16**3):03x}"
        page = api(server, "GET", f"/admin/v1/accounts?reseller=2&uid_prefix={prefix}&limit=200")
        ids += [account["id"] for account in page["accounts"]]
    return ids


def list_rounds(server, accounts, rounds, seconds):
    by_id = [f"/admin/v1/accounts/{id}" for id in some_ids(server)]
    lists = lists_of(server, accounts)
    for queries in lists.values():
        for query in queries[:1]:
            if len(api(server, "GET", query)["accounts"]) != 50:
                sys.exit(f"{query} is no list of 50")
    waits, loads = {name: [] for name in lists}, {name: [] for name in lists}
    for _ in range(rounds):
        read, busy_read = ask(server, by_id, seconds, 1), ask(server, by_id, seconds)
        for name, queries in lists.items():
            waits[name].append(ask(server, queries, seconds, 1)["p50_ms"] / read["p50_ms"])
            loads[name].append(busy_read["per_s"] / ask(server, queries, seconds)["per_s"])
    figures = {}
    for figure, ratios in (("list_per_read", waits), ("list_load_per_read", loads)):
        medians = {name: statistics.median(values) for name, values in ratios.items()}
        figures.update({f"{figure}_{name}": value for name, value in medians.items()})
        figures[figure] = max(medians.values())
    return figures


def due_rounds(server, rounds, count):
    """Each round has its own accounts that fall due, of reseller 3; reads are of reseller 2's."""
    by_id = [f"/admin/v1/accounts/{id}" for id in some_ids(server)]
    ratios, durations = [], []
    for number in range(rounds):
        year = 2100 + number
        path = WORK / "due.csv"
        write_rows(path, count, 1_000 + number, f"{year}-06-01T00:00:00Z")
        run_import(server, path, 3)
        api(server, "POST", "/admin/v1/sandbox/resellers/3/clock/advance", {"to": f"{year}-05-01T00:00:00Z"})
        quiet = ask(server, by_id, 2)
        answer = {}

        def advance():
            begun = time.monotonic()
            answer.update(api(server, "POST", "/admin/v1/sandbox/resellers/3/clock/advance", {"to": f"{year}-06-02T00:00:00Z"}))
            answer["seconds"] = time.monotonic() - begun

        moving = threading.Thread(target=advance)
        moving.start()
        busy = ask(server, by_id, 1)
        was_busy = moving.is_alive()
        moving.join()
        if answer["due"]["frozen"] != count:
            sys.exit(f"{answer['due']} fell due, not {count}")
        durations.append(answer["seconds"])
        ratios.append(busy["p99_ms"] / quiet["p99_ms"])
        print(f"  p99 {quiet['p99_ms']:.2f} ms quiet, {busy['p99_ms']:.2f} ms while {count:,} fall due in {answer['seconds']:.1f} s"
              f"{'' if was_busy else ' (over before the reads were)'}", flush=True)
    return statistics.median(ratios), statistics.median(durations)


def reset_rounds(rounds):
    remove_database(WORK / "round.db")
    server = start_partnerd(WORK / "round.db")
    times = []
    seeded = api(server, "GET", "/admin/v1/accounts")["accounts"]
    for number in range(rounds):
        path = WORK / "round.csv"
        write_rows(path, 10_000, 2_000 + number)
        run_import(server, path)
        begun = time.monotonic()
        api(server, "POST", "/admin/v1/sandbox/reset")
        times.append((time.monotonic() - begun) * 1000)
        if len(api(server, "GET", "/admin/v1/accounts")["accounts"]) != len(seeded):
            sys.exit("the reset has left accounts, or taken too many")
    server.stop()
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(prog="bench/run operations")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; for a look, not for the record")
    arguments = parser.parse_args()
    scale = 10 if arguments.quick else 1
    WORK.mkdir(parents=True, exist_ok=True)
    figures = {}

    print("imports and creates", flush=True)
    figures["imports_per_create"], _ = import_rounds(arguments.rounds, 200_000 // scale, arguments.seconds)

    print(f"importing {LARGE // scale:,} accounts", flush=True)
    remove_database(WORK / "large.db")
    server = start_partnerd(WORK / "large.db")
    write_rows(WORK / "large.csv", LARGE // scale, 42)
    elapsed, opened = run_import(server, WORK / "large.csv")
    figures["million_import_per_s"] = opened / elapsed

    print("lists and reads", flush=True)
    figures.update(list_rounds(server, LARGE // scale, arguments.rounds, arguments.seconds))

    print("reads while accounts fall due", flush=True)
    figures["reads_p99_while_due"], figures["due_s"] = due_rounds(server, arguments.rounds, 100_000 // scale)
    server.stop()

    print("resets", flush=True)
    figures["reset_ms"] = reset_rounds(arguments.rounds)

    report_figures(figures, TARGETS, arguments.json)
    for name in ("large.db", "round.db"):
        remove_database(WORK / name)
    for name in ("large.csv", "round.csv", "due.csv", "paths"):
        (WORK / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
