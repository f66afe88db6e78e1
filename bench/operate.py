"""What `bench/run operate` measures: what running the server for real costs. As in measure.py, medians of interleaved rounds, and
ratios within a round: both sides of a ratio are servers of one binary that differ in one option, and are asked in turns.

  tls_per_plain           GET /null over TLS 1.3, to the same in clear; connections are kept, as partners keep them
  tls_reads_per_plain     the same for reads of accounts
  metrics_per_none        reads with the operations listener that is scraped once a second, to reads without it
  metrics_creates_per_none  the same for creates
  archive_per_none        creates with an archive, to creates without one
  archive_wait_per_none   the same where a write waits for the archive; told, without a target
  scrape_ms               one scrape, the median
"""

import argparse
import http.client
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

from measure import SMALL, WORK, copy_database, drive, free_port, load, remove_database, report_figures, start_partnerd

TARGETS = {
    "tls_per_plain": (">=", 0.6),
    "tls_reads_per_plain": (">=", 0.6),
    "metrics_per_none": (">=", 0.99),
    "metrics_creates_per_none": (">=", 0.99),
    "archive_per_none": (">=", 0.95),
    "scrape_ms": ("<", 5),
}


def make_certificate():
    """As most have one: ECDSA P-256."""
    certificate, key = WORK / "bench.pem", WORK / "bench.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return "--tls-certificate", certificate, "--tls-key", key


class Scraper:
    """Prometheus asks every fifteen seconds; this one each second, while it is wanted."""

    def __init__(self, port):
        self.url, self.times, self.failure = f"http://127.0.0.1:{port}/metrics", [], None
        self.wanted, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.wanted.wait() and not self.over.is_set():
            begun = time.monotonic()
            try:
                with urllib.request.urlopen(self.url, timeout=10) as answer:
                    if b"partnerd_build_info" not in answer.read():
                        self.failure = "what was scraped are no metrics"
            except (OSError, http.client.HTTPException) as error:
                self.failure = f"nothing could be scraped: {error}"
            if self.failure:
                return
            self.times.append((time.monotonic() - begun) * 1000)
            self.over.wait(1)

    def stop(self):
        self.over.set()
        self.wanted.set()
        self.thread.join()
        if self.failure:
            sys.exit(self.failure)
        return statistics.median(self.times)


def accounts_in(path):
    """A database with the accounts that are read."""
    remove_database(path)
    server = start_partnerd(path)
    load(server, 0, SMALL)
    server.stop()


def start_pair(number, *options):
    """Without the options, with them; each with a database of its own, and both at once: only one is asked at a time."""
    servers = []
    for name, more in (("without", ()), ("with", options)):
        copy_database(WORK / "small.db", WORK / f"{name}.db")
        servers.append(start_partnerd(WORK / f"{name}.db", *map(str, more)))
    # Whoever goes first has the cooler core.
    return servers, (0, 1) if number % 2 == 0 else (1, 0)


def ratio(servers, order, mode, seconds, schemes=("http", "http"), wanted=None):
    """Four short turns of each, the order reversed from one to the next; `wanted` is set in those of the side with."""
    rates = [[], []]
    for turn in range(4):
        for side in order if turn % 2 == 0 else reversed(order):
            if wanted and side == 1:
                wanted.set()
            rates[side].append(drive(servers[side], mode, seconds, scheme=schemes[side])["per_s"])
            if wanted:
                wanted.clear()
    return sum(rates[1]) / sum(rates[0])


def end(servers):
    for server in servers:
        server.stop()
    for name in ("without", "with"):
        remove_database(WORK / f"{name}.db")


def run_round(number, tls, seconds):
    found = {}
    servers, order = start_pair(number, *tls)
    schemes = ("http", "https")
    found["tls_per_plain"] = ratio(servers, order, "null-get", seconds, schemes)
    found["tls_reads_per_plain"] = ratio(servers, order, "get", seconds, schemes)
    end(servers)

    port = free_port()
    servers, order = start_pair(number, "--operations-listen", f"127.0.0.1:{port}")
    scraper = Scraper(port)
    found["metrics_per_none"] = ratio(servers, order, "get", seconds, wanted=scraper.wanted)
    found["metrics_creates_per_none"] = ratio(servers, order, "post", seconds, wanted=scraper.wanted)
    found["scrape_ms"] = scraper.stop()
    end(servers)

    for name, options in (("archive_per_none", ()), ("archive_wait_per_none", ("--archive-wait",))):
        shutil.rmtree(WORK / "archive", ignore_errors=True)
        servers, order = start_pair(number, "--archive", WORK / "archive", *options)
        found[name] = ratio(servers, order, "post", seconds)
        end(servers)
        if not list((WORK / "archive").glob("generation-*.wal")):
            sys.exit("the archive has kept nothing")
    shutil.rmtree(WORK / "archive", ignore_errors=True)
    return found


def main():
    parser = argparse.ArgumentParser(prog="bench/run operate")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="one round of a second each; for a look, not for the record")
    arguments = parser.parse_args()
    count, seconds = (1, 1) if arguments.quick else (arguments.rounds, arguments.seconds)
    WORK.mkdir(parents=True, exist_ok=True)

    tls = make_certificate()
    accounts_in(WORK / "small.db")
    rounds = []
    for number in range(count):
        rounds.append(run_round(number, tls, seconds))
        print("  " + ", ".join(f"{name} {value:.3f}" for name, value in rounds[-1].items()), flush=True)

    figures = {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}
    report_figures(figures, TARGETS, arguments.json)
    remove_database(WORK / "small.db")
    for name in ("bench.pem", "bench.key"):
        (WORK / name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
