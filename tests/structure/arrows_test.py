#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rooms include only rooms below them, and nothing of the window enters core."""
import pathlib
import re
import sys

# Each room and the rooms it may include, besides itself. `core` as a target means any room of core.
CORE = {
    "core/base": set(),
    "core/format": {"core/base"},
    "core/text": {"core/base", "core/format"},
    "core/capture": {"core/base", "core/format"},
    "core/model": {"core/base", "core/format", "core/text", "core/capture"},
    "core/trace": {"core/base", "core/format", "core/text", "core/capture", "core/model"},
    "core/engine": {"core/base", "core/format", "core/text", "core/capture", "core/model", "core/trace"},
    "core/analysis": {"core/base", "core/format", "core/text", "core/capture", "core/model", "core/trace", "core/engine"},
    "core/train": {"core/base", "core/format", "core/text", "core/capture", "core/model", "core/trace", "core/engine",
                   "core/analysis"},
}
ANY_CORE = set(CORE)
STATE = {"app/base", "app/session", "app/viewmodel"}
APP = {
    "app/base": ANY_CORE,
    "app/session": ANY_CORE | {"app/base"},
    "app/viewmodel": ANY_CORE | {"app/base", "app/session"},
    "app/jobs": ANY_CORE | STATE,
    "app/gfx": ANY_CORE | STATE | {"app/jobs"},
    "app/style": ANY_CORE | STATE | {"app/jobs", "app/gfx"},
    "app/export": ANY_CORE | STATE | {"app/jobs", "app/gfx", "app/style"},
    "app/lesson": ANY_CORE | STATE | {"app/jobs", "app/gfx", "app/style", "app/export"},
    "app/widgets": ANY_CORE | STATE | {"app/jobs", "app/gfx", "app/style"},
    "app/panels": ANY_CORE | STATE | {"app/jobs", "app/gfx", "app/style", "app/export", "app/lesson", "app/widgets"},
    "app/shell": ANY_CORE | STATE | {"app/jobs", "app/gfx", "app/style", "app/export", "app/lesson", "app/widgets", "app/panels", "app/cli"},
    "app/cli": ANY_CORE | STATE | {"app/jobs", "app/style", "app/export", "app/lesson"},
}
ROOMS = {**CORE, **APP}

WINDOW = re.compile(r"^(imgui|GLFW/|glad/|GL/|GLES|backends/|CLI/)")
IMGUI = re.compile(r"^(imgui|backends/)")
NO_IMGUI = {"app/base", "app/session", "app/viewmodel", "app/jobs", "app/lesson", "app/cli"}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def room_of(path):
    parts = pathlib.PurePosixPath(path).parts
    return "/".join(parts[:2]) if len(parts) > 2 else None


def complaints(root):
    for path in sorted(root.glob("core/**/*")) + sorted(root.glob("app/**/*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        name = path.relative_to(root).as_posix()
        room = room_of(name)
        if room is None:
            if name not in ("app/main.cpp", "app/precompiled.h", "core/precompiled.h"):
                yield f"{name}: stands in no room"
            continue
        if room not in ROOMS:
            yield f"{name}: {room} is not a room of the plan; add it to tests/structure/arrows_test.py"
            continue
        for target in INCLUDE.findall(path.read_text(encoding="utf-8")):
            other = room_of(target) if target.startswith(("core/", "app/")) else None
            if other and other != room and other not in ROOMS[room]:
                yield f"{name}: includes {target}, but {room} may not know {other}"
            if room.startswith("core/") and WINDOW.match(target):
                yield f"{name}: includes {target}, but core is headless"
            if room in NO_IMGUI and IMGUI.match(target):
                yield f"{name}: includes {target}, but {room} knows no ImGui"
            if target.startswith("..") or "/../" in target:
                yield f"{name}: includes {target}; write the path from the root"


def main():
    found = list(complaints(pathlib.Path.cwd()))
    print("\n".join(found) or "Every arrow points down.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
