"""What pgbench does for comparison: the statements that the server has sent, as PostgreSQL's log tells them, with variables for
what differs from one request to the next. Nobody writes them down, so they are those of the server that is measured.
"""

import collections
import csv
import re
import subprocess
import sys

from measure import pinned
from postgres_cluster import USER, programs

CLIENTS = 8
DIGITS = 18  # of a random number, at most
# Numbers of a transaction that grow, ids and times, are far less than this apart, or no multiple of it.
STRIDE = 1009


def read_log(lines):
    """Of csvlog: the transactions that have ended, each a list of statements with their parameters, of which None is NULL. A
    statement that stands outside of BEGIN and COMMIT, as those of reads do, is taken for one of its own.
    """
    csv.field_size_limit(2**30)
    sessions, done = {}, []
    for row in csv.reader(lines):
        session, severity, message, detail = row[5], row[11], row[13], row[14]
        found = re.match(r"(?:statement|execute [^:]+): (.*)", message, re.DOTALL)
        if severity != "LOG" or not found:
            continue
        statement = (found[1].strip().rstrip(";"), read_parameters(detail))
        if statement[0].startswith("BEGIN"):
            sessions[session] = []
        if session not in sessions:
            done.append([statement])
            continue
        sessions[session].append(statement)
        if statement[0] in ("COMMIT", "ROLLBACK"):
            done.append(sessions.pop(session))
    return done


def read_parameters(detail):
    found = re.findall(r"\$\d+ = (NULL|'(?:[^']|'')*')", detail)
    return [None if text == "NULL" else text[1:-1].replace("''", "'") for text in found]


def transaction_with(transactions, text, what):
    """The one in which a parameter is `text`."""
    found = [transaction for transaction in transactions if any(text in parameters for _, parameters in transaction)]
    if len(found) != 1:
        sys.exit(f"{what} shows in {len(found)} transactions of PostgreSQL's log, not in one: its statements cannot be told.")
    return found[0]


def usual(transactions, what):
    """Those with the same statements as most: a work of the server's own may have shared a transaction with a request's."""
    def shape(transaction):
        return tuple(sql for sql, _ in transaction)

    most, times = collections.Counter(map(shape, transactions)).most_common(1)[0]
    if times < 2 or times <= len(transactions) / 2:
        sys.exit(f"{what} sends now these statements, now those: of {len(transactions)}, {times} were the same.")
    return [transaction for transaction in transactions if shape(transaction) == most]


def is_number(text):
    return re.fullmatch(r"-?\d{1,19}", text) is not None


class Script:
    """Of a transaction that was seen several times, for one request after the other, one that pgbench can run."""

    def __init__(self, name, seen, given=()):
        """`given`: parameters that are known, as they were each time, and what pgbench's \\set makes instead."""
        self.name, self.lines, self.constants, self.variables = name, [], {}, {}
        self.given = dict(given)
        for statements in zip(*seen):
            self.add(statements[0][0], list(zip(*(parameters for _, parameters in statements))))

    def add(self, sql, parameters):
        if re.search(r"(?<!:):[A-Za-z_0-9]", sql):
            sys.exit(f"{self.name}: pgbench would take a part of a statement for a variable, {sql}.")
        highest = max(map(int, re.findall(r"\$(\d+)", sql)), default=0)
        if highest > len(parameters):
            sys.exit(f"{self.name}: PostgreSQL's log has {len(parameters)} of {highest} parameters of {sql}.")
        self.lines.append(re.sub(r"\$(\d+)", lambda found: self.expression(parameters[int(found[1]) - 1]), sql) + ";")

    def expression(self, values):
        """What stands for a parameter that has had these values."""
        if values not in self.variables:
            self.variables[values] = self.make_variable(values)
        return self.variables[values]

    def make_variable(self, values):
        if values in self.given:
            return self.set(self.given[values])
        if set(values) == {None}:
            return "NULL"
        if None in values:
            sys.exit(f"{self.name}: a parameter is NULL at times, and {values} at others.")
        if len(set(values)) == 1:
            return self.constant(values[0])
        if all(map(is_number, values)):
            return self.set(vary_number([int(value) for value in values]))
        return self.vary_text(values)

    def vary_text(self, values):
        """As long as it was, and different as early as it was: its place in an index is as random."""
        common = 0
        while len({value[common:common + 1] for value in values}) == 1:
            common += 1
        digits = min(DIGITS, min(map(len, values)) - common)
        if digits < 8:
            sys.exit(f"{self.name}: a text has no room for a number that nobody has had, {values}.")
        varied = self.set(f"random({10**(digits - 1)}, {10**digits - 1})")
        before, after = values[0][:common], values[0][common + digits:]
        parts = [self.constant(before)] if before else []
        parts.append(f"CAST({varied} AS TEXT)")
        parts += [self.constant(after)] if after else []
        return f"({' || '.join(parts)})"

    def set(self, expression):
        name = f"{self.name}_{len(self.lines)}"
        self.lines.append(f"\\set {name} {expression}")
        return f":{name}"

    def constant(self, value):
        if not value:
            return "''"  # which pgbench takes for no definition
        name = f"{self.name}_constant_{len(self.constants)}"
        self.constants[name] = value
        return f":{name}"

    def text(self):
        """What is set comes first; the rest is sent as it was, one after the other."""
        first = [line for line in self.lines if line.startswith("\\set ")]
        rest = [line for line in self.lines if not line.startswith("\\set ")]
        return "\n".join(["\\set turn :turn + 1", f"\\set number :turn * {CLIENTS} + :client_id", *first, *rest, ""])


def vary_number(values):
    """Ids and times go on growing; another number is random."""
    grows = all(before < after for before, after in zip(values, values[1:]))
    if grows and values[-1] - values[0] < values[0] // 1000:
        return f"{values[-1]} + :number * {STRIDE}"
    return f"random(1, {2**62})"


class Turns:
    """Hands out turns that no client has had."""
    next = 1

    @classmethod
    def reserve(cls, seconds):
        first, cls.next = cls.next, cls.next + 20_000 * seconds
        return first


def run(cluster, database, folder, scripts, seconds):
    """Transactions a second, of scripts in turn; those that meet another one are run again, as the server does. Its first two
    seconds do not count: it connects, and each connection prepares, which the server's have done already.
    """
    options = ["-D", f"turn={Turns.reserve(seconds + 3)}"]
    for script in scripts:
        file = folder / f"{script.name}.sql"
        file.write_text(script.text())
        options += ["--file", file]
        for name, value in script.constants.items():
            options += ["-D", f"{name}={value}"]
    finished = subprocess.run(
        pinned(cluster.cores, programs() / "pgbench", "--no-vacuum", "--protocol", "prepared", "--client", CLIENTS,
               "--time", seconds + 3, "--progress", 1, "--max-tries", 0, "--host", "127.0.0.1", "--port", cluster.port,
               "--username", USER, *options, database),
        capture_output=True, text=True)
    rates = re.findall(r"^progress: [\d.]+ s, ([\d.]+) tps", finished.stderr, re.MULTILINE)[2:seconds + 2]
    failed = re.search(r"^number of failed transactions: (\d+)", finished.stdout, re.MULTILINE)
    if finished.returncode != 0 or len(rates) < seconds or not failed or failed[1] != "0":
        sys.exit(f"pgbench has failed:\n{finished.stdout}{finished.stderr}")
    return sum(map(float, rates)) / len(rates)
