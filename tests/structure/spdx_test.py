#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every source file opens with its licence."""
import pathlib
import sys

KINDS = {".cpp", ".h", ".py", ".vert", ".frag", ".cmake", ".sh"}
NAMES = {"CMakeLists.txt", "run", "setup", "tidy", "soak", "display"}
FOLDERS = ("app", "core", "shaders", "tests", "assets", ".ci")


def main():
    root = pathlib.Path.cwd()
    files = [root / "CMakeLists.txt"]
    for folder in FOLDERS:
        files += [path for path in sorted((root / folder).rglob("*")) if path.is_file() and "__pycache__" not in path.parts
                  and (path.suffix in KINDS or path.name in NAMES)]
    missing = []
    for path in files:
        with path.open(encoding="utf-8") as text:
            lines = [text.readline(), text.readline()]
        first = lines[1] if lines[0].startswith("#!") else lines[0]
        if "SPDX-License-Identifier: Apache-2.0" not in first:
            missing.append(path.relative_to(root).as_posix())
    for name in missing:
        print(f"{name}: its first line is not the licence line `SPDX-License-Identifier: Apache-2.0`")
    print(f"{len(files)} files looked at.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
