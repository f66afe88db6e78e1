"""Reads what callgrind wrote: whose the instructions are, by folder of src/ and by library."""

import re
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
SLICED = ("dialect",)  # folders whose own folders count by themselves
LIBRARIES = (
    (r"libsqlite3\.", "sqlite"), (r"libboost_", "boost"), (r"(libc|libm|libpthread|ld-linux[^.]*)[.-]", "libc"),
    (r"(libstdc\+\+|libgcc_s)\.", "libstdc++"), (r"(libcrypto|libssl)\.", "openssl"),
)


def library_of(object_file):
    """Of the shared library that an object file is; those not named above by their own name."""
    name = Path(object_file).name
    for pattern, library in LIBRARIES:
        if re.match(pattern, name):
            return library
    found = re.match(r"lib([^.]+)\.so", name)
    return found[1] if found else "other"


def folder_of(file):
    """Of a source file of ours, wherever it was built; of a header, the library that it belongs to; else None."""
    if found := re.match(r"/usr/(?:local/)?include/(boost|fmt)/", file):
        return found[1]
    for found in re.finditer(r"(?:^|/)src/", file):
        parts = file[found.end():].split("/")
        if len(parts) > 1 and (SOURCES / parts[0]).is_dir():
            return "/".join(parts[:2]) if parts[0] in SLICED and len(parts) > 2 else parts[0]
    return None


class Costs:
    """Instructions by folder, of one dump. A line of the standard library that was inlined counts for the function that
    it was inlined into; a line of Boost or fmt for Boost or fmt."""

    def __init__(self, path, program):
        self.program = Path(program).name
        self.by_folder = {}
        self.owners = {}
        self._read(path)

    @property
    def instructions(self):
        return sum(self.by_folder.values())

    def _owner(self, object_file, file, function_file):
        key = object_file, file, function_file
        if key not in self.owners:
            if Path(object_file).name == self.program:
                inlined = "libstdc++" if "/include/c++/" in function_file else "other"
                self.owners[key] = folder_of(file) or folder_of(function_file) or inlined
            else:
                self.owners[key] = library_of(object_file)
        return self.owners[key]

    def _read(self, path):
        names = {"ob": {}, "fl": {}}  # a name is written out once, with a number that stands for it from then on
        kinds = {"ob": "ob", "cob": "ob", "fl": "fl", "fi": "fl", "fe": "fl", "cfi": "fl", "cfl": "fl"}
        object_file = file = function_file = ""
        total = None  # the last line
        is_call = False  # the next line is what a call cost all in all: counted where it was spent
        with open(path, errors="replace") as lines:
            for line in lines:
                if line[0] in "0123456789+-*":
                    if not is_call:
                        owner = self._owner(object_file, file, function_file)
                        fields = line.split()
                        self.by_folder[owner] = self.by_folder.get(owner, 0) + (int(fields[1]) if len(fields) > 1 else 0)
                    is_call = False
                    continue
                word, _, value = line.rstrip("\n").partition("=")
                if word == "calls":
                    is_call = True
                if word.startswith("totals:"):
                    total = int(word.split()[1])
                if word not in kinds:
                    continue
                if found := re.match(r"\((\d+)\)(?: (.*))?$", value):
                    known = names[kinds[word]]
                    if found[2] is not None:
                        known[found[1]] = found[2]
                    value = known[found[1]]
                if word == "ob":
                    object_file = value
                elif word == "fl":
                    file = function_file = value
                elif word in ("fi", "fe"):
                    file = value
        if total is None:
            raise ValueError(f"{path} has no total: it is cut")
        if total != self.instructions:
            raise ValueError(f"{path} has {total} instructions, not {self.instructions}")
