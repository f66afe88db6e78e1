"""How fast `partnerd workflow run` is, in ratios within each round: its whole process beside Redocly Respect's on the same
document and server, and 1,000 runs in one process beside wrk with the same three requests."""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import uuid

from measure import BUILD, LOAD_CORE, ROOT, WORK, pinned, remove_database, start_partnerd

DOCUMENT = ROOT / "bench" / "provision.arazzo.yml"
REQUESTS, RUNS, PARALLEL, WRK_SECONDS = 3, 1_000, 8, 2
NOT_YET_OPENED = 2 * 64  # what provision.lua asks for too early
TARGETS = {"partnerd_per_respect": ("<=", 0.05), "runs_per_wrk": (">=", 0.7)}


def inputs(prefix):
    return {"accountUid": prefix, "accountType": "I", "domain": "b5test.com", "endsAt": "2050-02-05T13:00:00-05:00"}


def new_prefix():
    return "w" + uuid.uuid4().hex[:12] + "-"


def seconds_of(command, environment=None):
    begun = time.monotonic()
    ran = subprocess.run(command, capture_output=True, text=True, env=environment)
    taken = time.monotonic() - begun
    if ran.returncode != 0:
        sys.exit(f"{command[:4]} failed:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return taken, ran.stdout


def partnerd_command(server, prefix, *more):
    return pinned(LOAD_CORE, BUILD / "partnerd", "workflow", "run", DOCUMENT, "--inputs", json.dumps(inputs(prefix)),
                  "--server", f"partnership=http://127.0.0.1:{server.port}/api/v1", "--token", "sandbox-partner", *more)


def respect_command(respect, server, prefix):
    return pinned(LOAD_CORE, respect, "respect", DOCUMENT, "--workflow", "provision", "--server",
                  f"partnership=http://127.0.0.1:{server.port}/api/v1", "--input",
                  json.dumps({**inputs(prefix), "token": "sandbox-partner"}))


def run_round(server, respect):
    figures = {"partnerd_s": statistics.median(seconds_of(partnerd_command(server, new_prefix() + "1"))[0]
                                               for _ in range(5))}
    if respect:
        quiet = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        figures["respect_s"] = seconds_of(respect_command(respect, server, new_prefix() + "1"), quiet)[0]
    _, told = seconds_of(partnerd_command(server, new_prefix() + "{n}", "--repeat", RUNS, "--parallel", PARALLEL))
    figures["run_requests_per_s"] = REQUESTS * float(re.search(r"([\d.]+) runs/s", told)[1])
    wrk = subprocess.run(pinned(LOAD_CORE, "wrk", "-t1", f"-c{PARALLEL}", f"-d{WRK_SECONDS}s", "-s",
                                ROOT / "bench" / "provision.lua", f"http://127.0.0.1:{server.port}/", "--",
                                new_prefix()), capture_output=True, text=True, check=True).stdout
    load = json.loads(wrk.splitlines()[-1])
    if load["lost"] or load["refused"] > NOT_YET_OPENED + load["requests"] / 100:
        sys.exit(f"wrk was refused too often: {load}")
    figures["wrk_requests_per_s"] = load["requests"] / load["duration_us"] * 1e6
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    respect = os.environ.get("RESPECT") or shutil.which("redocly")
    if not respect:
        print("Respect is not at hand (npm: @redocly/cli; RESPECT names the program): its part is left out")
    WORK.mkdir(parents=True, exist_ok=True)
    database = WORK / "workflows.db"
    remove_database(database)
    server = start_partnerd(database)
    rounds = [run_round(server, respect) for _ in range(arguments.rounds)]
    server.stop()
    remove_database(database)
    ratios = {"runs_per_wrk": [one["run_requests_per_s"] / one["wrk_requests_per_s"] for one in rounds]}
    if respect:
        ratios["partnerd_per_respect"] = [one["partnerd_s"] / one["respect_s"] for one in rounds]
    for name in rounds[0]:
        print(f"{name:22} {statistics.median(one[name] for one in rounds):10.4g}")
    failed = False
    for name, values in sorted(ratios.items()):
        sign, target = TARGETS[name]
        median = statistics.median(values)
        is_met = median <= target if sign == "<=" else median >= target
        failed |= not is_met
        print(f"{name:22} {median:10.4g}  [{min(values):.4g} .. {max(values):.4g}]  {sign} {target}  "
              f"{'ok' if is_met else 'MISSED'}")
    if arguments.json:
        with open(arguments.json, "w") as out:
            json.dump({"rounds": rounds, "ratios": ratios}, out, indent=1)
    return failed


if __name__ == "__main__":
    sys.exit(main())
