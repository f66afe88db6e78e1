"""What callgrind.py makes of a dump: each instruction is counted once, and for whom."""

import tempfile
import unittest
from pathlib import Path

from callgrind import Costs, folder_of, library_of

DUMP = """# callgrind format
positions: line
events: Ir
summary: 97

ob=(1) /somewhere/partnerd
fl=(1) /home/somebody/partnerd/src/http/parser.cc
fn=(1) parse
10 5
+1 7
fi=(2) /usr/include/c++/12/bits/basic_string.h
* 3
fi=(3) /usr/include/boost/asio/buffer.hpp
20 11
fe=(1)
-1 2
cob=(2) /usr/lib/x86_64-linux-gnu/libsqlite3.so.0.8.6
cfi=(4) ???
cfn=(2) sqlite3_step
calls=1 0
13 1000
14 1

ob=(2)
fl=(4)
fn=(2)
0 40

ob=(1)
fl=(5) /home/somebody/partnerd/src/dialect/partnership/accounts.cc
fn=(3) open
cfi=(1)
cfn=(1)
calls=2 10
1 30
1 13
15

fl=(2)
fn=(4) grow
5 4

fl=(6) /home/somebody/elsewhere.c
fn=(5) start
7 11

totals: 97
"""


class CostsTest(unittest.TestCase):
    def costs_of(self, dump):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "callgrind.1"
            path.write_text(dump)
            return Costs(path, "/elsewhere/partnerd")

    def test_each_instruction_is_counted_once_and_for_whom(self):
        costs = self.costs_of(DUMP)
        self.assertEqual(costs.by_folder, {"http": 18, "boost": 11, "sqlite": 40, "dialect/partnership": 13, "libstdc++": 4,
                                           "other": 11})
        self.assertEqual(costs.instructions, 97)

    def test_a_dump_that_is_cut_is_refused(self):
        lines = DUMP.splitlines(keepends=True)
        for end in range(len(lines)):
            with self.assertRaisesRegex(ValueError, "has no total"):
                self.costs_of("".join(lines[:end]))

    def test_a_wrong_total_is_refused(self):
        for total in (96, 98, 0):
            with self.assertRaisesRegex(ValueError, f"has {total} instructions, not 97"):
                self.costs_of(DUMP.replace("totals: 97", f"totals: {total}"))


class NamesTest(unittest.TestCase):
    def test_libraries(self):
        for file, library in (("/lib/libsqlite3.so.0", "sqlite"), ("/usr/lib/libboost_json.so.1.81.0", "boost"),
                              ("/lib/libc.so.6", "libc"), ("/lib/libm-2.36.so", "libc"), ("/lib/ld-linux-x86-64.so.2", "libc"),
                              ("/lib/libstdc++.so.6.0.30", "libstdc++"), ("/lib/libgcc_s.so.1", "libstdc++"),
                              ("/lib/libcrypto.so.3", "openssl"), ("/lib/libicuuc.so.72.1", "icuuc"), ("???", "other")):
            self.assertEqual(library_of(file), library, file)

    def test_folders(self):
        for file, folder in (("/home/somebody/src/partnerd/src/db/file.cc", "db"), ("src/db/file.cc", "db"),
                             ("/x/src/dialect/admin/accounts.cc", "dialect/admin"), ("/x/src/dialect/x.cc", "dialect"),
                             ("/x/src/main.cc", None), ("/x/src/nowhere/file.cc", None), ("/x/mysrc/db/file.cc", None),
                             ("/usr/include/boost/json.hpp", "boost"), ("/usr/local/include/fmt/core.h", "fmt"),
                             ("/usr/include/c++/12/string", None), ("???", None)):
            self.assertEqual(folder_of(file), folder, file)


if __name__ == "__main__":
    unittest.main()
