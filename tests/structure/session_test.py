#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A file that reads the whole session says so itself. CMake compiles those together, so that a change of session.h leaves the others
alone; one that only a header brings it to would draw its neighbours along."""
import functools
import pathlib
import re
import sys

SESSION = "app/session/session.h"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@functools.cache
def includes(name):
    path = pathlib.Path(name)
    return tuple(INCLUDE.findall(path.read_text(encoding="utf-8"))) if path.is_file() else ()


def way_to_session(name):
    """The headers by which a file reads it, from the file on; empty where it does not."""
    ways = [(name,)]
    seen = {name}
    for way in ways:
        for header in includes(way[-1]):
            if header == SESSION:
                return (*way[1:], SESSION)
            if header not in seen:
                seen.add(header)
                ways.append((*way, header))
    return ()


def main():
    sources = sorted([*pathlib.Path("app").glob("**/*.cpp"), *pathlib.Path("tests/app").glob("**/*.cpp")])
    ways = {source.as_posix(): way_to_session(source.as_posix()) for source in sources}
    assert sum(bool(way) for way in ways.values()) > 20, "hardly any file reads it: the paths are not understood"
    found = [f"{name}: reads {SESSION} through {way[0]}; hold a SharedSession there, or include it" for name, way in ways.items()
             if way and SESSION not in includes(name)]
    print("\n".join(found) or f"{sum(bool(way) for way in ways.values())} of {len(ways)} files read {SESSION}, and say so.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
