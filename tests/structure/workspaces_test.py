#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README names every workspace of the registry, and as many keys as there are workspaces."""
import pathlib
import re
import sys


def complaints(root):
    registry = (root / "app" / "panels" / "registry.cpp").read_text(encoding="utf-8")
    readme = (root / "README.md").read_text(encoding="utf-8")
    names = re.findall(r'Workspace\{"(\w+)",', registry)
    if not names:
        yield "app/panels/registry.cpp: no workspaces were found"
    if f"`--workspace {'|'.join(names)}`" not in readme:
        yield f"README.md: does not say --workspace {'|'.join(names)}"
    if f"| Alt-1 … {len(names)} | workspace |" not in readme:
        yield f"README.md: there are {len(names)} workspaces, Alt-1 … {len(names)}"


def main():
    found = list(complaints(pathlib.Path.cwd()))
    print("\n".join(found) or "Every workspace is named.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
