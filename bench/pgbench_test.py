"""What pgbench.py makes of PostgreSQL's log: the statements as they were sent, equal where they were equal."""

import csv
import io
import unittest

from pgbench import Script, read_log, transaction_with, usual

UIDS = ("5b0f1c6e-5a52-4f0e-9d0b-a3bb4fb4b8a1", "9f7c1c6e-5a52-4f0e-9d0b-a3bb4fb4b8a2", "e41d1c6e-5a52-4f0e-9d0b-a3bb4fb4b8a3")


def row(session, message, detail="", severity="LOG"):
    cells = [""] * 26
    cells[5], cells[11], cells[13], cells[14] = session, severity, message, detail
    return cells


def log_of(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return io.StringIO(text.getvalue(), newline="")


def create(session, uid, number, name="O'Hara"):
    name = name.replace("'", "''")
    return [row(session, "execute s1: BEGIN ISOLATION LEVEL SERIALIZABLE"),
            row(session, "execute s2: INSERT INTO a (id, uid, end_at, name)\nVALUES ($1, $2, $3, $4)",
                f"parameters: $1 = '{number}', $2 = '{uid}', $3 = NULL, $4 = '{name}'"),
            row(session, "execute s3: INSERT INTO e (a_id, marker) VALUES ($1, $2)",
                f"Parameters: $1 = '{number}', $2 = '{number * 7919 % 10007}'"),
            row(session, "execute s4: COMMIT")]


def transactions(more=()):
    return read_log(log_of(*create("s", UIDS[0], 10**14), *more, *create("s", UIDS[1], 10**14 + 4096),
                           *create("t", UIDS[2], 10**14 + 8000)))


def refusal(function):
    try:
        function()
    except SystemExit as refused:
        return str(refused)
    return ""


class Log(unittest.TestCase):
    def test_has_a_transaction_for_each_session_and_its_parameters(self):
        one, other = create("s", UIDS[0], 7), create("t", UIDS[1], 8)
        mixed = [line for pair in zip(one, other) for line in pair]
        found = read_log(log_of(row("s", "execute s9: SELECT 1"), *mixed, row("s", "connection lost", severity="FATAL")))
        self.assertEqual(sorted(len(transaction) for transaction in found), [1, 4, 4])
        self.assertEqual(found[1][1], ("INSERT INTO a (id, uid, end_at, name)\nVALUES ($1, $2, $3, $4)",
                                       ["7", UIDS[0], None, "O'Hara"]))

    def test_tells_a_request_by_what_was_asked(self):
        self.assertEqual(transaction_with(transactions(), UIDS[1], "A create")[2][1][0], str(10**14 + 4096))
        self.assertIn("in 0 transactions", refusal(lambda: transaction_with(transactions(), "nobody", "A create")))

    def test_leaves_out_what_shared_a_transaction_with_others(self):
        seen = transactions()
        odd = [seen[0][0], ("SELECT 1", []), *seen[0][1:]]
        self.assertEqual(usual([odd, *seen[1:]], "A create"), seen[1:])
        self.assertIn("now those", refusal(lambda: usual([odd, seen[0]], "A create")))


class AScript(unittest.TestCase):
    def test_has_variables_for_what_differs_and_they_are_equal_where_it_was(self):
        script = Script("create", transactions())
        statements = [line for line in script.text().split(";\n") if line][-4:]
        self.assertIn(f"\\set create_1 {10**14 + 8000} + :number * 1009\n", script.text())
        self.assertIn("VALUES (:create_1, (CAST(:create_2 AS TEXT) || :create_constant_0), NULL, :create_constant_1)",
                      statements[1])
        self.assertIn("VALUES (:create_1, :create_4)", statements[2])
        self.assertIn("\\set create_4 random(", script.text())
        self.assertEqual(script.constants, {"create_constant_0": UIDS[0][18:], "create_constant_1": "O'Hara"})

    def test_takes_what_is_given_for_known(self):
        script = Script("create", transactions(), given={UIDS: "random(1, 9)"})
        self.assertIn("random(1, 9)", script.text())

    def test_is_refused_where_it_cannot_be_told(self):
        begin = ("BEGIN", [])
        at_times = [[begin, ("SELECT $1", [None])], [begin, ("SELECT $1", ["a"])]]
        self.assertIn("NULL at times", refusal(lambda: Script("s", at_times)))
        self.assertIn("no room", refusal(lambda: Script("s", [[("SELECT $1", ["ab"])], [("SELECT $1", ["cd"])]])))
        self.assertIn("for a variable", refusal(lambda: Script("s", [[("SELECT ':a'", [])], [("SELECT ':a'", [])]])))
        self.assertIn("0 of 1 parameters", refusal(lambda: Script("s", [[("SELECT $1", [])], [("SELECT $1", [])]])))


if __name__ == "__main__":
    unittest.main()
