"""What bench/instructions counts, and how. A server runs below callgrind, which begins to count when a fixed load begins and
stops when it has been answered, so that neither the start nor what is loaded before counts. One thread, few connections and
fixed seeds. What differs from run to run is what the clock makes the server do (the housekeeping of each second, the copying of
the WAL, the feed of events) and how many creates share a commit; so each load is counted in parts, and of all parts the least
counts. Two runs then differ by less than a percent, those of creates on a busy machine by up to three.

  null_get, null_post   what does nothing, and half of what there is to know of the server's HTTP
  read                  the Partnership API: one of 10,000 accounts, by its uid
  create                the same, 16 connections at a time, so that commits are shared as they are under load
  create_alone          the same, one after the other: each its own commit
  sm_create, ap_create  SignalMind and ActivePlatform, as create
  list_of_50            the operator API: by domain, by type, by status, by the beginning of a uid, in turn
  ap_list_of_50         ActivePlatform: fifty e-mail addresses
"""

import argparse
import json
import platform
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from callgrind import SOURCES, Costs
from measure import BUILD, ROOT, SMALL, WORK, copy_database, remove_database, session_token, until_it_listens

CEILINGS = ROOT / "bench" / "instructions.json"
CEILING_PER_REACHED = 1.03
AP_ACCOUNTS = 2_000
TOGETHER = 16  # connections of the creates
PARTS = 6
DATABASE_BYTES_MAX = 48 * 2**20  # two of them, with their WAL
SHOWN_FROM = 0.01  # of the whole; folders with less are added up

TOKENS = ("sandbox-partner", "sandbox-partner-b")
BROWSED = ("domain=b5test.com", "type=individual", "status=entitled", "uid_prefix=")


def uid_of(number):
    return uuid.UUID(int=random.Random(number).getrandbits(128))


def request(method, path, headers, body=""):
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n{body}".encode()


def partner_headers(number, body=""):
    return (f"Authorization: Bearer {TOKENS[number % 2]}\r\nAccept: application/json\r\nUser-Agent: partner-billing/2.4\r\n"
            + ("Content-Type: application/json\r\n" if body else ""))


def create_body(number):
    return f'{{"account_uid":"{uid_of(number)}","account_type":"I","domain":"b5test.com","ends_at":"2050-02-05T18:00:00.000Z"}}'


def null_get(number):
    return request("GET", f"/null?{uid_of(number)}", partner_headers(number))


def null_post(number):
    body = create_body(number)
    return request("POST", "/null", partner_headers(number, body), body)


def read(number):
    found = random.Random(number).randrange(SMALL)
    return request("GET", f"/api/v1/partners/accounts/{uid_of(found)}", partner_headers(found))


def create(number):
    body = create_body(number)
    return request("POST", "/api/v1/partners/accounts", partner_headers(number, body), body)


AP_HEADERS = "X-Api-Token: sandbox-manager\r\nAccept: application/vnd.api+json\r\n"


def ap_create(number):
    """The document's own example."""
    body = json.dumps({"data": {"attributes": {
        "account_type_id": 1, "first_name": "Clotilde", "middle_name": "", "last_name": "Ledner",
        "email": f"contact{number}@example.com", "new_owner_first_name": "Alba", "new_owner_middle_name": "",
        "new_owner_last_name": "Stehr", "new_owner_email": f"owner{number}@example.com", "manager_id": 188,
        "account_class_key": "postpaytest", "country": "BY", "region": "Minsk", "city": "Minsk", "street": "Mira",
        "building": "1", "office": "2", "zip": "220000", "phone": "+375290000000",
        "custom_attributes": {"data": [{"key": "signer_name", "value": "Signer"}]}}}}, separators=(",", ":"))
    return request("POST", "/api/v3/resellers/1/accounts", AP_HEADERS + "Content-Type: application/vnd.api+json\r\n", body)


def ap_list(number):
    found = random.Random(number).sample(range(AP_ACCOUNTS), 50)
    addresses = ",".join(f"contact{one}@example.com" for one in found)
    return request("GET", f"/api/v3/resellers/1/accounts?filter[email]={addresses}", AP_HEADERS)


def sm_create(token):
    """Without a password: hashing one takes longer than all else, on purpose."""
    def make(number):
        body = json.dumps({
            "ExternalId": f"external{number}", "Type": "Basic", "AccountPlanId": 1,
            "ParentAccountId": "fa516117-9d6a-4eb0-b5c1-0ca80db618c4", "FirstName": "First name", "LastName": "Last name",
            "Email": f"contact{number}@example.com"}, separators=(",", ":"))
        return request("PUT", "/rest/v2/accounts", f"Authentication: {token}\r\nContent-Type: application/json\r\n", body)
    return make


def list_page(number):
    query = BROWSED[number % len(BROWSED)]
    if query.endswith("="):
        query += f"{number // len(BROWSED) % 16:x}"
    return request("GET", f"/admin/v1/accounts?reseller=2&{query}&limit=50", "Authorization: Bearer sandbox-operator\r\n")


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(600)
        self.bytes = b""

    def close(self):
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text)

    def _receive(self):
        more = self.socket.recv(65536)
        if not more:
            sys.exit("the server hung up")
        self.bytes += more

    def answer(self):
        while (end := self.bytes.find(b"\r\n\r\n")) < 0:
            self._receive()
        head = self.bytes[:end].decode()
        body_end = end + 4 + int(re.search(r"(?i)\r\ncontent-length: *(\d+)", head)[1])
        while len(self.bytes) < body_end:
            self._receive()
        body, self.bytes = self.bytes[end + 4:body_end], self.bytes[body_end:]
        return int(head.split()[1]), body


class Load:
    """Requests of one kind, `together` at a time: all are sent, then all answers awaited."""

    def __init__(self, make, first, together=1, is_good=lambda status, body: status == 200):
        self.make, self.next, self.together, self.is_good = make, first, together, is_good

    def drive(self, connections, count):
        for _ in range(count // self.together):
            for connection in connections:
                connection.send(self.make(self.next))
                self.next += 1
            for connection in connections:
                status, body = connection.answer()
                if not self.is_good(status, body):
                    sys.exit(f"{self.make.__name__}: {status} {body[:500].decode()}")


def created(status, _):
    return status == 201


def has_fifty(member):
    return lambda status, body: status == 200 and len(json.loads(body)[member]) == 50


def has_opened(status, body):
    return status == 200 and json.loads(body)["Success"] is True


def loads_of(server):
    """Of each the load, and of how many requests a part is."""
    return {
        "null_get": (Load(null_get, 0), 250),
        "null_post": (Load(null_post, 0, 1, created), 250),
        "read": (Load(read, 0), 250),
        "create": (Load(create, 1_000_000, TOGETHER, created), 160),
        "create_alone": (Load(create, 2_000_000, 1, created), 100),
        "sm_create": (Load(sm_create(session_token(server)), 3_000_000, TOGETHER, has_opened), 96),
        "ap_create": (Load(ap_create, 4_000_000, TOGETHER, created), 96),
        "list_of_50": (Load(list_page, 0, 1, has_fifty("accounts")), 32),
        "ap_list_of_50": (Load(ap_list, 0, 1, has_fifty("data")), 20),
    }


def start(program, database, folder, *below):
    with open(folder / "log", "w") as log:
        process = subprocess.Popen(
            [*map(str, below), program, "serve", "--sandbox", "--null-route", "--threads", "1", "--listen", "127.0.0.1:0",
             "--database", f"sqlite:{database}"], stdout=subprocess.PIPE, stderr=log, text=True)
    return until_it_listens(process, folder / "log")


def folder_of_databases():
    """In memory where there is room: how long a disk takes to sync decides how many creates share a commit."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free >= DATABASE_BYTES_MAX else WORK


def prepare(program, database, folder):
    """The database that each run has a copy of: without callgrind, which would take minutes for it."""
    remove_database(database)
    server = start(program, database, folder)
    connections = [Connection(server.port) for _ in range(TOGETHER)]
    Load(create, 0, TOGETHER, created).drive(connections, SMALL)
    Load(ap_create, 0, TOGETHER, created).drive(connections, AP_ACCOUNTS)
    server.stop()


def run(program, prepared, database, folder):
    """Instructions of one request of each kind, by folder, in the part that took the least."""
    copy_database(prepared, database)
    out = folder / "callgrind"
    prefix = f"--vgdb-prefix={folder}/vgdb"
    server = start(program, database, folder, "valgrind", "--tool=callgrind", "--instr-atstart=no", "--fair-sched=try",
                   f"--callgrind-out-file={out}", f"--log-file={folder}/valgrind.log", prefix)

    def tell(command):
        told = subprocess.run(["vgdb", prefix, f"--pid={server.process.pid}", *command.split()], capture_output=True, text=True)
        if told.returncode != 0:
            sys.exit(f"vgdb {command}: {told.stderr}{(folder / 'valgrind.log').read_text()}")

    tell("instrumentation on")
    found = {}
    dumps = 0
    for name, (load, count) in loads_of(server).items():
        connections = [Connection(server.port) for _ in range(load.together)]  # the server hangs up on who is idle for long
        load.drive(connections, 4 * TOGETHER)  # what is made once is made by then
        tell("zero")
        parts = []
        for _ in range(PARTS):
            load.drive(connections, count)
            tell(f"dump {name}")  # and begins to count anew
            dumps += 1
            parts.append(Costs(f"{out}.{dumps}", program).by_folder)
        found[name] = {folder: cost / count for folder, cost in min(parts, key=total).items()}
        for connection in connections:
            connection.close()
    server.kill()  # its database is thrown away
    return found


def total(folders):
    return sum(folders.values())


def check_lines(found):
    ours = {folder.split("/")[0] for folder in found["null_get"]} & {entry.name for entry in SOURCES.iterdir()}
    if not ours:
        sys.exit("the program has no line numbers: it has to be built with -g1")


def report(found, runs):
    for name, folders in found.items():
        whole = total(folders)
        spread = max(total(run[name]) for run in runs) / whole - 1
        print(f"\n{name:20}{whole:12,.0f}   the other run: {spread:+.2%}" if len(runs) > 1 else f"\n{name:20}{whole:12,.0f}")
        shown = {folder: cost for folder, cost in folders.items() if cost >= whole * SHOWN_FROM and folder != "other"}
        for folder, cost in sorted(shown.items(), key=lambda item: -item[1]):
            print(f"  {folder:24}{cost:12,.0f}{cost / whole:8.1%}")
        print(f"  {'other':24}{whole - sum(shown.values()):12,.0f}{1 - sum(shown.values()) / whole:8.1%}")


def versions():
    """What else decides how many instructions it is."""
    def told(*command):
        return subprocess.run(command, capture_output=True, text=True).stdout.strip() if shutil.which(command[0]) else "none"
    return {"compiler": f"g++ {told('g++', '-dumpfullversion')}", "libc": " ".join(platform.libc_ver()),
            "sqlite": sqlite3.sqlite_version, "valgrind": told("valgrind", "--version"), "machine": platform.machine()}


def check(figures):
    """Whether none is above its ceiling."""
    if not CEILINGS.exists():
        print("there are no ceilings: bench/instructions --update")
        return False
    held = json.loads(CEILINGS.read_text())
    print()
    is_good = True
    for name in sorted(figures.keys() | held["ceilings"].keys()):
        if name not in figures or name not in held["ceilings"]:
            print(f"{name:20} is {'not measured' if name not in figures else 'without a ceiling: bench/instructions --update'}")
            is_good = False
            continue
        value, ceiling = figures[name], held["ceilings"][name]
        print(f"{name:20}{value:12,.0f}   ceiling {ceiling:12,.0f}{'' if value <= ceiling else '   ABOVE'}")
        is_good = is_good and value <= ceiling
    if held["with"] != versions():
        print(f"The ceilings were measured with {held['with']}, this with {versions()}.")
    return is_good


def update(figures):
    CEILINGS.write_text(json.dumps({
        "with": versions(), "reached": figures,
        "ceilings": {name: int(value * CEILING_PER_REACHED) for name, value in figures.items()}}, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="bench/instructions", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail where one is above its ceiling")
    parser.add_argument("--update", action="store_true", help="write the ceilings anew")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--program", metavar="FILE", default=BUILD / "partnerd", help="another build of partnerd")
    arguments = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)

    with tempfile.TemporaryDirectory(dir=WORK) as name, tempfile.TemporaryDirectory(dir=folder_of_databases()) as databases:
        folder, prepared, database = Path(name), Path(databases) / "prepared.db", Path(databases) / "run.db"
        program = folder / "partnerd"  # a copy: the other may be built anew meanwhile
        shutil.copy(arguments.program, program)
        prepare(program, prepared, folder)
        runs = [run(program, prepared, database, folder) for _ in range(arguments.runs)]
    check_lines(runs[0])
    found = {name: min((run[name] for run in runs), key=total) for name in runs[0]}
    figures = {name: round(total(folders)) for name, folders in found.items()}
    report(found, runs)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({
            "instructions": figures,
            "folders": {name: {folder: round(cost) for folder, cost in folders.items()} for name, folders in found.items()},
        }, indent=2) + "\n")
    if arguments.update:
        update(figures)
    return 0 if not arguments.check or check(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
