# SPDX-License-Identifier: Apache-2.0
"""Does the steps of a soak as X events. Each is over when a frame has come that may show it; nothing waits until the program is at
rest: whatever comes next comes in the middle of it."""
import subprocess

import drop_source
import driver

GIVING_BACK = 1.5  # seconds of rest after which what was freed has gone back to the system (core/base/free_memory.h: one)


class Hands:
    """`files`: the folder of what is dropped. `unheard` counts the events that the window could not get."""

    def __init__(self, program, watch, files):
        self.program, self.watch, self.files, self.unheard = program, watch, files, 0

    def do(self, step):
        getattr(self, "_" + step["do"].replace(" ", "_"))(step)

    def _event(self, *command):
        before = self.program.frame()["frame"]
        driver.run("xdotool", *command, timeout=driver.TIMEOUT)
        if not self.watch.frame_after(before, self._hears):
            self.unheard += 1

    def _hears(self):
        """Whether the mouse is over the window, and it has the keyboard."""
        def answer(*command):
            said = driver.run("xdotool", *command, timeout=driver.TIMEOUT)
            return dict(line.split("=") for line in said.split() if "=" in line) or said.strip()

        window, mouse = answer("getwindowgeometry", "--shell", self.program.window), answer("getmouselocation", "--shell")
        inside = all(int(window[at]) <= int(mouse[at]) < int(window[at]) + int(window[size])
                     for at, size in (("X", "WIDTH"), ("Y", "HEIGHT")))
        return inside and answer("getwindowfocus") == self.program.window

    def _to(self, place):
        """A nudge makes sure that there is an event even if the mouse already was there."""
        x, y = place
        self._event("mousemove", str(x + 1), str(y), "mousemove", str(x), str(y))

    def _with(self, modifier, *events):
        for event in ([("keydown", modifier)] if modifier else []) + list(events) + ([("keyup", modifier)] if modifier else []):
            self._event(*event)

    def _move(self, step):
        self._to(step["to"])

    def _key(self, step):
        for chord in step["keys"]:
            names = chord.split("+")
            self._event(*(word for name in names for word in ("keydown", name)))
            self._event(*(word for name in reversed(names) for word in ("keyup", name)))

    def _type(self, step):
        self._event("type", "--delay", "40" if step["text"].isascii() else "200", step["text"])

    def _paste(self, step):
        subprocess.run(["xclip", "-selection", "clipboard", "-i"], input=step["text"].encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._key({"keys": ["ctrl+v"]})

    def _click(self, step):
        self._to(step["at"])
        button = str(step.get("button", 1))
        self._with(step.get("modifier"), *[("mousedown", button), ("mouseup", button)] * step.get("times", 1))

    def _drag(self, step):
        self._to(step["from"])
        self._event("mousedown", str(step["button"]))
        for part in (0.2, 0.5, 0.8, 1.0):
            self._to([int(a + part * (b - a)) for a, b in zip(step["from"], step["to"])])
        self._event("mouseup", str(step["button"]))

    def _wheel(self, step):
        self._to(step["at"])
        self._with(step["modifier"], *[("click", "4" if step["up"] else "5")] * step["count"])

    def _drop(self, step):
        before = self.program.frame()["frame"]
        source = drop_source.Source()
        source.drop(int(self.program.window), *step["at"], *(self.files / name for name in step["files"]))
        source.close()
        self.watch.frame_after(before)

    def _resize(self, step):
        """The mouse stays inside; a nudge of it makes sure that there is an event even if the window already is of this size."""
        before = self.program.frame()["frame"]
        driver.run("xdotool", "mousemove", "6", "6", "mousemove", "5", "6", "windowsize", self.program.window, *(str(number) for number in step["size"]))
        self.watch.frame_after(before)

    def _let_run(self, step):
        self.watch.let_run(step["seconds"])

    def _rest(self, _):
        """The same text, model, size, look and workspace as at the first time, and how much memory that takes now."""
        driver.run("xdotool", "mouseup", "1", "mouseup", "2", "mouseup", "3", "keyup", "ctrl", "keyup", "shift", "keyup", "alt")
        self._key({"keys": ["Escape"] * 4 + ["ctrl+0"]})
        if (self.program.seen() or {"state": {}})["state"].get("classroom"):
            self._key({"keys": ["F8"]})
        self._resize({"size": [1600, 900]})
        self._drop({"at": [400, 400], "files": ["rest.json"]})
        self._to([2, 2])
        if self.watch.let_run(60, until_rest=True):
            self.watch.let_run(GIVING_BACK)
            self.watch.measure()
