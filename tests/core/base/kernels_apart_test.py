#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The object files of the levels of kernels define nothing that the linker could take for a function of everybody else: that
would be compiled for instructions which this processor may not have.

    kernels_apart_test.py <libregard_core.a>
"""
import re
import subprocess
import sys

LEVELS = ("avx512", "avx2", "portable")
MEMBER = re.compile(r"^(\w+)\.cpp\.o:$")
SYMBOL = re.compile(r"^[0-9a-f]* *([A-Za-z]) (.*)$")
LOCAL = "tdrb"


def complaints(listing):
    level, seen = None, set()
    for line in listing.splitlines():
        member = MEMBER.match(line)
        if member:
            level = member.group(1) if member.group(1) in LEVELS else None
        symbol = SYMBOL.match(line) if level and not member else None
        if not symbol:
            continue
        kind, name = symbol.groups()
        if name.endswith("Kernels"):
            seen.add(level)
        elif kind not in LOCAL and f"regard::{level}::" not in name:
            yield f"{level}.cpp.o: {name}"
    for missing in set(LEVELS) - seen:
        yield f"{missing}.cpp.o is not in the library"


def main():
    broken = "avx2.cpp.o:\n0000 W std::min(int)\n0000 D regard::kAvx2Kernels\n"
    if "avx2.cpp.o: std::min(int)" not in complaints(broken):  # a test that cannot fail is none
        raise SystemExit("a function of the standard library went unseen")
    listing = subprocess.run(["nm", "-C", "--defined-only", sys.argv[1]], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = list(complaints(listing))
    print("\n".join(found) or "Every level stands by itself.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
