"""What bench/run measures, and how: medians of interleaved rounds, and ratios within each round.

A machine's speed changes from minute to minute, a ratio within a round hardly does. The unit is the server's own null
route, asked with the same requests; nginx answers a static 200-byte JSON on the same core beside it.
"""

import argparse
import atexit
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "release"
WORK = ROOT / "build" / "bench"
CONNECTIONS = 64
SMALL, LARGE = 10_000, 1_000_000
SERVER_CORE, LOAD_CORE = 0, 1

TARGETS = {
    "creates_per_null_post": (">=", 0.20),
    "reads_per_null_get": (">=", 0.35),
    "null_get_per_nginx": (">=", 0.8),
    "creates_1m_per_10k": (">=", 0.6),
    "reads_1m_per_10k": (">=", 0.8),
    "create_p99_per_p50": ("<", 6),
    "ap_creates_per_creates": (">=", 0.7),
    "sm_creates_per_creates": (">=", 0.7),
    "ap_read_by_id_per_list_by_email": ("<", 5),
    "idle_rss_mib": ("<", 64),
    "million_rss_mib": ("<", 256),
    "million_start_s": ("<", 0.5),
}


def pinned(cores, *command):
    return ["taskset", "-c", str(cores), *map(str, command)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """Something that serves on a port of this machine, pinned to one core."""

    def __init__(self, process, port):
        self.process, self.port = process, port
        atexit.register(self.kill)

    def rss_mib(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def cpu_s(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            sys.exit("a server did not end cleanly")


def until_it_listens(process, log):
    for line in process.stdout:
        if found := re.search(r"listening on https?://127\.0\.0\.1:(\d+)", line):
            return Process(process, int(found[1]))
    sys.exit("partnerd did not start:\n" + log.read_text())


def start_partnerd(database, *options, log=True):
    """Access log as by default, into a file; or none."""
    level = [] if log else ["--log-level", "warning"]
    with open(WORK / "log", "w") as log_file:
        process = subprocess.Popen(
            pinned(SERVER_CORE, BUILD / "partnerd", "serve", "--sandbox", "--null-route", "--listen", "127.0.0.1:0",
                   "--database", f"sqlite:{database}", *level, *options),
            stdout=subprocess.PIPE, stderr=log_file, text=True)
    return until_it_listens(process, WORK / "log")


def start_nginx():
    port, folder = free_port(), WORK / "nginx"
    folder.mkdir(exist_ok=True)
    body = '{"account_uid":"aabee51b-0be2-4a0c-aa39-5bbcbb903d1b","account_type":"I","pad":"'
    body += "0" * (200 - len(body) - 2) + '"}'
    (folder / "nginx.conf").write_text(f"""
        daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; keepalive_requests 100000000; default_type application/json;
            client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
            uwsgi_temp_path {folder}; scgi_temp_path {folder};
            server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }}
        }}""")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen(pinned(SERVER_CORE, nginx, "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"),
                               stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Process(process, port)
        except ConnectionRefusedError:
            time.sleep(0.05)
    sys.exit("nginx did not start")


class Creates:
    """Hands out numbers that no account has had."""
    next = LARGE * 10

    @classmethod
    def reserve(cls):
        first, cls.next = cls.next, cls.next + LARGE * 10
        return first


def session_token(server):
    url = f"http://127.0.0.1:{server.port}/rest/v2/authentication/getapitoken?key=sandbox-reseller"
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)["Data"]["Token"]


def drive(server, mode, seconds, first=0, count=SMALL, scheme="http", connections=CONNECTIONS, cores=LOAD_CORE):
    if mode in ("post", "keyed-post", "ap-post"):
        first = Creates.reserve()
    if mode == "sm-post":
        first, count = session_token(server), Creates.reserve()
    cpu_before = server.cpu_s()
    output = subprocess.run(
        pinned(cores, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", ROOT / "bench/accounts.lua",
               f"{scheme}://127.0.0.1:{server.port}/", "--", mode, first, count),
        capture_output=True, text=True, check=True).stdout
    result = json.loads(output.splitlines()[-1])
    if result["errors"]:
        sys.exit(f"{mode} over {scheme}: {result['errors']} requests went wrong\n{output}")
    return {
        "per_s": result["requests"] / result["duration_us"] * 1e6,
        "cpu_us": (server.cpu_s() - cpu_before) / result["requests"] * 1e6,
        "p50_ms": result["p50_us"] / 1000, "p99_ms": result["p99_us"] / 1000, "max_ms": result["max_us"] / 1000,
    }


def load(server, first, count, *ids):
    begun = time.monotonic()
    subprocess.run(pinned(LOAD_CORE, BUILD / "load_accounts", server.port, first, count, *ids), check=True)
    return count / (time.monotonic() - begun)


def copy_database(source, target):
    remove_database(target)
    shutil.copyfile(source, target)


def remove_database(path):
    for suffix in ("", "-wal", "-shm", "-lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def seconds_to_first_answer(database):
    begun = time.monotonic()
    server = start_partnerd(database)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /null HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(4096)
    return time.monotonic() - begun, server


def prepare(large):
    """The two databases, and what can be seen while they are made."""
    figures = {}
    remove_database(WORK / "small.db")
    server = start_partnerd(WORK / "small.db")
    time.sleep(1)
    figures["idle_rss_mib"] = server.rss_mib()
    load(server, 0, SMALL)
    server.stop()

    remove_database(WORK / "activeplatform.db")
    server = start_partnerd(WORK / "activeplatform.db")
    figures["ap_load_per_s"] = load(server, 0, large, WORK / "ids")
    server.stop()

    remove_database(WORK / "large.db")
    server = start_partnerd(WORK / "large.db")
    figures["load_per_s"] = load(server, 0, large)
    figures["million_rss_mib"] = server.rss_mib()
    figures["wal_mib"] = (WORK / "large.db-wal").stat().st_size / 2**20
    server.kill()
    figures["million_start_after_kill_s"], server = seconds_to_first_answer(WORK / "large.db")
    server.stop()
    figures["database_mib"] = (WORK / "large.db").stat().st_size / 2**20

    starts = []
    for _ in range(3):
        seconds, server = seconds_to_first_answer(WORK / "large.db")
        starts.append(seconds)
        server.stop()
    figures["million_start_s"] = statistics.median(starts)
    return figures


def run_round(nginx, seconds, large):
    results = {}
    copy_database(WORK / "small.db", WORK / "round.db")
    server = start_partnerd(WORK / "round.db")
    drive(server, "null-get", 1)
    results["nginx"] = drive(nginx, "null-get", seconds)
    results["null_get"] = drive(server, "null-get", seconds)
    results["null_post"] = drive(server, "null-post", seconds)
    results["reads_10k"] = drive(server, "get", seconds, 0, SMALL)
    results["creates_10k"] = drive(server, "post", seconds)
    results["ap_creates_10k"] = drive(server, "ap-post", seconds)
    results["sm_creates_10k"] = drive(server, "sm-post", seconds)
    server.stop()

    server = start_partnerd(WORK / "activeplatform.db")
    drive(server, "ap-get", 1, WORK / "ids")
    results["ap_reads_1m"] = drive(server, "ap-get", seconds, WORK / "ids")
    results["ap_lists_of_1"] = drive(server, "ap-list-1", seconds, 0, large)
    results["ap_lists_of_50"] = drive(server, "ap-list-50", seconds, 0, large)
    server.stop()

    server = start_partnerd(WORK / "large.db")
    drive(server, "get", 1, 0, large)
    results["reads_1m"] = drive(server, "get", seconds, 0, large)
    results["creates_1m"] = drive(server, "post", seconds)
    server.stop()

    copy_database(WORK / "small.db", WORK / "round.db")
    server = start_partnerd(WORK / "round.db", log=False)
    drive(server, "get", 1, 0, SMALL)
    results["reads_10k_without_log"] = drive(server, "get", seconds, 0, SMALL)
    results["creates_10k_without_log"] = drive(server, "post", seconds)
    server.stop()
    remove_database(WORK / "round.db")
    return results


def median_of(rounds, function):
    return statistics.median(function(results) for results in rounds)


def ratios_of(rounds):
    def per(part, whole):
        return median_of(rounds, lambda results: results[part]["per_s"] / results[whole]["per_s"])

    def spread(name):
        return median_of(rounds, lambda results: results[name]["p99_ms"] / results[name]["p50_ms"])

    return {
        "creates_per_null_post": per("creates_10k", "null_post"),
        "reads_per_null_get": per("reads_10k", "null_get"),
        "null_get_per_nginx": per("null_get", "nginx"),
        "creates_1m_per_10k": per("creates_1m", "creates_10k"),
        "reads_1m_per_10k": per("reads_1m", "reads_10k"),
        "create_p99_per_p50": max(spread("creates_10k"), spread("creates_1m")),
        "ap_creates_per_creates": per("ap_creates_10k", "creates_10k"),
        "sm_creates_per_creates": per("sm_creates_10k", "creates_10k"),
        "ap_read_by_id_per_list_by_email": per("ap_reads_1m", "ap_lists_of_1"),
        "ap_read_by_id_per_list_of_50": per("ap_reads_1m", "ap_lists_of_50"),
        "creates_without_log_per_null_post": per("creates_10k_without_log", "null_post"),
        "reads_without_log_per_null_get": per("reads_10k_without_log", "null_get"),
    }


def table_of(rounds):
    return {name: {figure: median_of(rounds, lambda results: results[name][figure]) for figure in rounds[0][name]}
            for name in rounds[0]}


def report_figures(figures, targets, file=None):
    """Each beside its target, where it has one; into the file, too."""
    for name, value in figures.items():
        told = ""
        if name in targets:
            sign, target = targets[name]
            is_met = value >= target if sign == ">=" else value < target
            told = f"   target {sign} {target}{'' if is_met else '   MISSED'}"
        print(f"{name:36}{value:14,.3f}{told}")
    if file:
        Path(file).write_text(json.dumps(figures, indent=2) + "\n")


def report(result):
    print(f"\n{'':28}{'per second':>12}{'CPU us':>10}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}")
    for name, row in result["measured"].items():
        print(f"{name:28}{row['per_s']:12,.0f}{row['cpu_us']:10.1f}{row['p50_ms']:9.2f}{row['p99_ms']:9.2f}{row['max_ms']:9.1f}")
    print()
    report_figures({**result["ratios"], **result["figures"]}, TARGETS)


def main():
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="100,000 accounts for the million; for a look, not for the record")
    arguments = parser.parse_args()
    if os.cpu_count() < 2:
        sys.exit("bench/run wants two cores")
    large = LARGE // 10 if arguments.quick else LARGE
    WORK.mkdir(parents=True, exist_ok=True)

    print(f"loading {large:,} accounts", flush=True)
    figures = prepare(large)
    nginx = start_nginx()
    rounds = []
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", flush=True)
        rounds.append(run_round(nginx, arguments.seconds, large))
    nginx.process.terminate()
    nginx.process.wait()

    ratios = ratios_of(rounds)
    result = {
        "ratios": ratios,
        **{name: figures[name] for name in ("idle_rss_mib", "million_rss_mib", "million_start_s")},
        "figures": figures,
        "measured": table_of(rounds),
    }
    report(result)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=2) + "\n")
    for name in ("large.db", "small.db", "activeplatform.db"):
        remove_database(WORK / name)


if __name__ == "__main__":
    main()
