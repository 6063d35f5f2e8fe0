# SPDX-License-Identifier: Apache-2.0
"""Drives the shipped program under an X server with real keyboard and mouse events.

The program's observe-only flags tell what is on screen: --frame-file (a counter after each frame), --probe-file (widget
rectangles by id), --session-dump (the session as JSON). Nothing is injected: every step is an X event, as from a person.
Waiting is by rendered frames and by what the program and the X server are at, not by the clock.
"""
import contextlib
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import ImageGrab

import x_input

BINARY = os.environ["REGARD_BINARY"]
# Which panels have tabs in the workspaces Alt-1, Alt-2, … Alt-7.
WORKSPACES = {"1": ("scores", "weights", "arcs", "question", "layers", "router"), "2": ("writing", "kv_cache"),
              "3": ("compare", "intervene", "effect", "patching", "sweep", "adapters", "checkpoints"), "4": ("steps",),
              "5": ("roles", "evidence", "relations", "pruning", "probing"), "6": ("kinds", "head_cuts", "positions", "kind_table", "kind_costs"),
              "7": ("training",)}
TIMEOUT = 60.0  # seconds until a step that does not happen is a failure
# What can be exported, as the question for it has it (the heads' views are not driven here).
VIEWS = {"head": ["scores", "weights", "arcs", "question", "steps", "kinds", "positions", "head_cuts", "kind_table"],
         "model": ["heads", "predictions", "layers", "router", "kv_cache", "run"],
         "change": ["movement", "interventions", "effect", "ablation", "patching", "sweep", "drift", "causes", "checkpoints"]}
QUIET = 0.2  # seconds: a program that would draw again within them by itself is not at rest
CALM = 0.03  # seconds for which neither the program nor the X server may have had anything to do
POLL = 0.005  # seconds


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Program:
    """A running window. `arguments` are those of a person's command line; without `settle` it is only started. `environment`
    changes what the program finds there, None takes a name away; `options` are Popen's."""

    def __init__(self, *arguments, size="1600x900", home=None, state=None, settle=True, environment=None, **options):
        self._own_home = None if home else tempfile.TemporaryDirectory()
        self.home = home or self._own_home.name
        files = {name: os.path.join(self.home, name) for name in ("frame.txt", "probe.json", "session-dump.json")}
        self._frame_file, self._probe_file, self._session_file = files.values()
        for file in files.values():
            with contextlib.suppress(FileNotFoundError):
                os.remove(file)
        found = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=os.path.join(self.home, "config"),
                     XDG_STATE_HOME=state or os.path.join(self.home, "state"),
                     XDG_PICTURES_DIR=self.home, HF_HOME=os.path.join(self.home, "hub"))
        for name, value in (environment or {}).items():
            found.pop(name, None)
            if value is not None:
                found[name] = value
        self.process = subprocess.Popen(
            [BINARY, "--window", size, "--frame-file", self._frame_file, "--probe-file", self._probe_file,
             "--session-dump", self._session_file, *arguments],
            env=found, cwd=self.home, text=True, **{"stderr": subprocess.PIPE, **options})
        if settle:
            self.appear()
            self.settle()

    def appear(self):
        """Waits for the window; it stands in the screen's corner and has the keyboard then."""
        self.wait_for(lambda: self.frame()["frame"] > 0, "the first frame")
        self.window = self._await_window()
        run("xdotool", "windowmove", self.window, "0", "0", "windowfocus", self.window)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        if self._own_home:
            self._own_home.cleanup()

    # --- what the program says -------------------------------------------------------------------------------------

    def _read(self, file):
        try:
            with open(file, encoding="utf-8") as stream:
                return json.load(stream)
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def frame(self):
        """{"frame": frames so far, "snapshot": number of the run on screen, "busy": is the worker at work,
        "microseconds": from the begin of the last frame that was drawn to its swap, "asleep": for how many seconds it sleeps
        unless an event comes, 0.0 while it does not, "pictures": how many frames were drawn, being not as the one before}"""
        try:
            with open(self._frame_file, encoding="ascii") as stream:
                frame, snapshot, busy, microseconds, asleep, pictures = (int(word) for word in stream.read().split())
        except (FileNotFoundError, ValueError):
            return {"frame": -1, "snapshot": -1, "busy": True, "microseconds": 0, "asleep": 0.0, "pictures": 0}
        return {"frame": frame, "snapshot": snapshot, "busy": busy != 0, "microseconds": microseconds, "asleep": asleep / 1000,
                "pictures": pictures}

    def session(self):
        return self._read(self._session_file)

    def seen(self):
        """All that is on screen; None before there is something."""
        return self._read(self._probe_file)

    def state(self):
        """What is on screen: tokens, query, key, language, theme, worker, messages …"""
        return self._read(self._probe_file)["state"]

    def items(self):
        return {item["id"]: item for item in self._read(self._probe_file)["items"]}

    def item(self, name):
        found = self.items()
        if name not in found:
            raise AssertionError(f"no widget '{name}' on screen; there are: {', '.join(sorted(found))}")
        return found[name]

    # --- waiting ---------------------------------------------------------------------------------------------------

    def wait_for(self, condition, what):
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            if self.process.poll() is not None:
                said = self.process.stderr.read() if self.process.stderr else ""
                raise AssertionError(f"the program ended with {self.process.returncode}: {said}")
            value = condition()
            if value:
                return value
            time.sleep(POLL)
        raise AssertionError(f"waited {TIMEOUT:.0f} s in vain for: {what}")

    def wait_frames(self, since, count=2):
        self.wait_for(lambda: self.frame()["frame"] >= since + count, f"{count} frames after frame {since}")

    def _awake(self):
        """Whether a thread of the program or of its X server has something to do: on a busy machine a frame may take long to
        come. What one sends to another wakes it, so there is always one awake while something is under way."""
        for process in (self.process.pid, *(os.environ.get("REGARD_X_SERVER") or "").split()):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                tasks = f"/proc/{process}/task"
                for thread in os.listdir(tasks):
                    with open(f"{tasks}/{thread}/stat", "rb") as stream:
                        if stream.read().rpartition(b") ")[2][:1] in (b"R", b"D"):
                            return True
        return False

    def settle(self):
        """Until nothing runs, the picture shows the session's text, and the program sleeps with nothing to wake it soon."""
        last = {"frame": -2, "since": time.monotonic()}

        def quiet():
            now = self.frame()
            at_rest = not now["busy"] and now["snapshot"] > 0 and now["asleep"] >= QUIET
            if now["frame"] != last["frame"] or not at_rest or self._awake():
                last.update(frame=now["frame"], since=time.monotonic())
                return False
            if time.monotonic() - last["since"] < CALM:
                return False
            seen = self._read(self._probe_file)
            return seen is not None and seen["session"]["text"] == seen["state"]["text_shown"]

        self.wait_for(quiet, "the program to come to rest")

    def _await_window(self):
        def found():
            result = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)],
                                    capture_output=True, text=True)
            return result.stdout.split()[-1] if result.stdout.split() else None

        return self.wait_for(found, "the window")

    # --- what a person does ----------------------------------------------------------------------------------------

    def _step(self, *command):
        """What `xdotool command` does, and the frames that show it."""
        before = self.frame()["frame"]
        if not x_input.give(*command):
            run("xdotool", *command)
        self.wait_frames(before)

    def key(self, *keys):
        """Presses keys one after another, each held over rendered frames."""
        for name in keys:
            self._step("keydown", name)
            self._step("keyup", name)
        self.settle()

    def chord(self, modifier, name):
        self._step("keydown", modifier)
        self._step("keydown", name)
        self._step("keyup", name)
        self._step("keyup", modifier)
        self.settle()

    def type(self, text):
        """Types letters of any alphabet, each when there has been a frame since the one before."""
        before = self.frame()["frame"]
        if x_input.learn(text):
            for letter in text:
                at = self.frame()["frame"]
                x_input.press(letter)
                self.wait_frames(at, 1)
        else:  # xdotool gives them a key one by one, and the program has to hear of that before the key comes
            run("xdotool", "type", "--delay", "200", text)
        self.wait_frames(before)
        self.settle()

    def point(self, x, y):
        """Moves the mouse; a nudge makes sure that there is an event even if it already was there."""
        x, y = int(x), int(y)
        self._step("mousemove", str(x + 1), str(y), "mousemove", str(x), str(y))

    def press(self, button=1):
        self._step("mousedown", str(button))
        self._step("mouseup", str(button))

    def click_at(self, x, y, modifier=None):
        self.point(x, y)
        if modifier:
            self._step("keydown", modifier)
        self.press()
        if modifier:
            self._step("keyup", modifier)
        self.settle()

    def click(self, name, modifier=None):
        self.click_at(*self.centre(name), modifier)

    def switch(self, *names):
        """Switches under the button "View" of the top bar."""
        self.click("top.view")
        for name in names:
            self.click(name)
        self.click("top.view")

    def double_click(self, name):
        self.point(*self.centre(name))
        self.press()
        self.press()
        self.settle()

    def wheel(self, name, up=True, count=1):
        self.point(*self.centre(name))
        for _ in range(count):
            self._step("click", "4" if up else "5")
        self.settle()

    def show(self, panel):
        """The workspace of a panel by its key, then its tab."""
        workspace = next(key for key, panels in WORKSPACES.items() if panel in panels)
        self.point(2, 2)
        self.chord("alt", workspace)
        if f"panel.{panel}" in self.items():
            return
        tab = f"tab.{panel}"
        if tab not in self.items():
            self.click(next(key for key in ("tabs.more", "side.more") if key in self.items()))
        self.click(tab)

    def choose_view(self, view):
        """In the question what to export: the group the view is in, then the view."""
        group = next(group for group, views in VIEWS.items() if view in views)
        self.click(f"export.group.{list(VIEWS).index(group)}")
        self.click(f"export.{group}.{VIEWS[group].index(view)}")

    def centre(self, name):
        item = self.item(name)
        return item["x"] + item["w"] / 2, item["y"] + item["h"] / 2

    def close(self):
        """Closes the window as its close button would; returns the exit code."""
        ask_to_close(int(self.window))
        return self.process.wait(timeout=TIMEOUT)

    # --- what a person sees ----------------------------------------------------------------------------------------

    def picture(self):
        """The screen as [height, width, 3] bytes."""
        return np.asarray(ImageGrab.grab(xdisplay="").convert("RGB"))

    def clipboard(self):
        return run("xclip", "-selection", "clipboard", "-o", timeout=10)


def ask_to_close(window):
    """Sends WM_DELETE_WINDOW, what a window manager's close button sends."""
    class ClientMessage(ctypes.Structure):
        _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                    ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
                    ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("padding", ctypes.c_long * 24)]

    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    x11.XSendEvent.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    client_message = 33
    event = ClientMessage(type=client_message, window=window, format=32,
                          message_type=x11.XInternAtom(display, b"WM_PROTOCOLS", 0))
    event.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", 0)
    x11.XSendEvent(display, window, 0, 0, ctypes.byref(event))
    x11.XCloseDisplay(display)


def trace(text, layer, head, *arguments):
    """What the command line says about one head: {"tokens": […], "heads": …} as `regard trace --json` prints it."""
    return json.loads(run(BINARY, "trace", "--text", text, "--layer", str(layer), "--head", str(head), "--json",
                          *arguments))


def main(tests):
    """Runs the functions of a test file in order, prints a line for each, exits non-zero if one failed."""
    failed = 0
    for test in tests:
        try:
            test()
            print(f"ok      {test.__name__}", flush=True)
        except Exception as error:  # a failing step must not hide the others
            failed += 1
            print(f"FAILED  {test.__name__}: {error!r}", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
