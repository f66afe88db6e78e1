"""PostgreSQL clusters of a measurement's own, made as packaging/postgres.sh makes that of ./run: on the loopback, run by an
unprivileged user, with a password that stands in a file. Settings are those of initdb, fsync and synchronous_commit on, but for
what start() is told. A cluster ends with this program, however that ends; its files are removed then, or by the next run.
"""

import atexit
import functools
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from measure import free_port, pinned

USER = "partnerd"


@functools.cache
def programs():
    """The newest that the distribution has."""
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        sys.exit("There is no PostgreSQL below /usr/lib/postgresql.")
    return max(found, key=lambda path: float(path.parts[-3])).parent


def as_owner(*command):
    """The server refuses to be run by root."""
    other = ("--reuid", "postgres", "--regid", "postgres", "--clear-groups") if os.getuid() == 0 else ()
    return ["setpriv", *other, "--pdeathsig", "INT", *map(str, command)]


def run_to_end(*command):
    finished = subprocess.run(command, capture_output=True, text=True, cwd="/")
    if finished.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{finished.stderr}")
    return finished.stdout


class Cluster:
    """In a folder of its own. Those that are copies of each other have one password."""

    def __init__(self, folder, cores, password=None):
        self.folder, self.cores, self.password, self.process = folder, cores, password or secrets.token_hex(24), None
        self.data, self.log, self.port = folder / "data", folder / "log", free_port()
        atexit.register(self.remove)
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")

    def make(self):
        password = self.folder / "password"
        password.write_text(self.password + "\n")
        password.chmod(0o600)
        if os.getuid() == 0:
            shutil.chown(password, "postgres", "postgres")
        run_to_end(*as_owner(programs() / "initdb", "--pgdata", self.data, "--username", USER, "--encoding", "UTF8",
                             "--locale", "C.UTF-8", "--auth", "scram-sha-256", "--pwfile", password))
        password.unlink()

    def give_password_away(self):
        """To whatever this program begins."""
        file = self.folder.parent / "password"
        file.write_text(f"127.0.0.1:*:*:{USER}:{self.password}\n")
        file.chmod(0o600)
        os.environ["PGPASSFILE"] = str(file)

    def copy(self, name):
        """Another one, equal to this one, which does not run."""
        copied = Cluster(self.folder.parent / name, self.cores, self.password)
        run_to_end("cp", "--archive", self.data, copied.data)
        return copied

    def follow(self, primary):
        """A copy becomes the standby of the other."""
        with open(self.data / "postgresql.auto.conf", "a") as settings:
            settings.write(f"primary_conninfo = 'host=127.0.0.1 port={primary.port} user={USER} password={self.password}'\n")
        (self.data / "standby.signal").touch()

    def start(self, **settings):
        told = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", **settings}
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(pinned(self.cores, *as_owner(programs() / "postgres", "-D", self.data, *options)),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        until = time.monotonic() + 60
        while subprocess.run([programs() / "pg_isready", "--quiet", "--host", "127.0.0.1", "--port", str(self.port)]).returncode:
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"PostgreSQL did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        if self.process.wait(120) != 0:
            sys.exit(f"PostgreSQL did not end cleanly:\n{self.log.read_text()}")
        self.process = None

    def remove(self):
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database):
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def ask(self, sql, database="postgres"):
        return run_to_end(programs() / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname",
                          self.url(database), "--command", sql).strip()

    def wait_for_standby(self):
        """From then on each COMMIT waits for it."""
        until = time.monotonic() + 60
        while self.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'") != "1":
            if time.monotonic() > until:
                sys.exit("The standby is not synchronous after a minute.")
            time.sleep(0.1)
