# SPDX-License-Identifier: Apache-2.0
"""What a soak looks at: frames that come, memory that stays, what OpenGL, the sanitizers and the window complain about."""
import contextlib
import json
import os
import re
import statistics
import time

FREEZE = 2.0  # seconds without a frame while something changes
SANITIZED = 5.0  # how much longer a program may take that looks at every access it makes
SANITIZED_MEMORY = 2.0  # and how much more memory
MOST_MEMORY = 6 << 30  # bytes, at any time
# What may be added after the first tenth of the time, in which a tour has filled the caches (every model, text size, panel): the
# allocator keeps what it had, and what is opened by chance comes later. Two megabytes that are lost once in a minute are found in an
# hour; so is a kilobyte lost in every frame (more than 100,000 in an hour).
ALLOWED_BYTES = 48 << 20
ALLOWED_SHARE = 0.10
LONG = 600.0  # seconds from which on there is a tour; in less time caches are still filling
ALLOWED_SOONER = 256 << 20
FEWEST_POINTS = 6  # below this many, medians say nothing


class Found(Exception):
    """Something a soak looks for. `kind`: crash, freeze, growth, opengl, sanitizer, message."""

    def __init__(self, kind, sentence):
        super().__init__(f"{kind}: {sentence}")
        self.kind = kind


def judge_memory(points, factor=1.0):
    """`points`: [(seconds, bytes)] of one window in one and the same state, from the start on. Raises Found(growth) where the median
    of the last third is above that of the first third by more than is allowed, the first tenth of the time aside. `factor`: how much
    more memory everything takes in this build. Returns a sentence with the numbers."""
    if not points:
        return "memory: not measured"
    end = points[-1][0]
    later = [size for seconds, size in points if seconds >= end / 10]
    if len(later) < FEWEST_POINTS:
        return f"memory: {len(later)} points after the first tenth, too few to judge"
    third = len(later) // 3
    before, after = statistics.median(later[:third]), statistics.median(later[-third:])
    allowed = max(ALLOWED_BYTES, ALLOWED_SHARE * before) if end >= LONG else ALLOWED_SOONER
    allowed *= factor
    sentence = (f"resident memory at rest: {before / 2**20:.0f} MiB, then {after / 2**20:.0f} MiB "
                f"({len(later)} points, {allowed / 2**20:.0f} MiB more are allowed)")
    if after - before > allowed:
        raise Found("growth", sentence)
    return sentence


def resident(process):
    """Bytes of memory the process has now."""
    with open(f"/proc/{process}/statm", "rb") as stream:
        return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def held_up(process):
    """{thread: seconds it was ready to run and no processor was free}: a busy machine is no freeze."""
    waited = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, IndexError):
                with open(f"/proc/{process}/task/{thread}/schedstat", "rb") as stream:
                    waited[thread] = int(stream.read().split()[1]) * 1e-9
    return waited


def x_server():
    """Its process, as text, where tests/live/display has started it and us; else empty."""
    parent = os.getppid()
    with contextlib.suppress(FileNotFoundError):
        with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as stream:
            for child in stream.read().split():
                with open(f"/proc/{child}/comm", encoding="ascii") as name:
                    if name.read().strip() == "Xvfb":
                        return child
    return ""


def is_sanitized(binary):
    with open(binary, "rb") as stream:
        return b"__asan_init" in stream.read()


def unforeseen(assets):
    """Beginnings of the sentence, in every language, that tells of an error nobody foresaw."""
    beginnings = []
    for name in os.listdir(os.path.join(assets, "locale")):
        with open(os.path.join(assets, "locale", name), encoding="utf-8") as stream:
            beginnings.append(json.load(stream)["error"]["unexpected"].split("{")[0])
    return tuple(beginnings)


class Watch:
    """Looks at one program. `complaints`: files whose lines are errors, {kind: path}."""

    def __init__(self, program, complaints, assets, slowness=1.0):
        self.program = program
        self.complaints = complaints
        self.unforeseen = unforeseen(assets)
        self.limit = FREEZE * slowness
        self.longest = 0.0  # seconds without a frame, at worst
        self.slowest = 0  # microseconds from the begin of a frame to its swap, at worst
        self.began = time.monotonic()
        self.points = []  # (seconds, bytes) at rest
        self._frame, self._since, self._held_up = -1, self.began, None
        self._x_server = x_server()

    def _look(self):
        """Whether there is a frame since the last look."""
        now = self.program.frame()
        if now["frame"] == self._frame:
            return False
        self._frame = now["frame"]
        self.slowest = max(self.slowest, now["microseconds"])
        self.begin()
        return True

    def begin(self):
        """Something changes from now on."""
        self._since, self._held_up = time.monotonic(), None

    def _is_frozen(self):
        """Time in which the machine had no processor for one of the program's threads does not count."""
        process = self.program.process.pid
        if not self._waits_long():
            return False
        waited = time.monotonic() - self._since
        now = held_up(process) | held_up(self._x_server)
        if self._held_up is None:
            self._held_up = now
        lost = {thread: seconds - self._held_up.get(thread, seconds) for thread, seconds in now.items()}
        # The window's thread, the X server that it asks, and another thread that it waits for.
        stolen = lost.pop(str(process), 0.0) + lost.pop(self._x_server, 0.0) + max(lost.values(), default=0.0)
        self.longest = max(self.longest, waited - stolen)
        return waited - stolen > self.limit

    def alive(self):
        """Raises Found where the program has ended, or something complained."""
        for kind, path in self.complaints.items():
            with contextlib.suppress(FileNotFoundError):
                with open(path, encoding="utf-8", errors="replace") as stream:
                    said = stream.read()
                if kind != "crash" and said:
                    raise Found(kind, said[:4000])
                if re.search(r"Sanitizer|runtime error:", said):
                    raise Found("sanitizer", said[:12000])
        status = self.program.process.poll()
        if status is not None:
            raise Found("crash", f"the program ended with {status}")
        if resident(self.program.process.pid) > MOST_MEMORY:
            raise Found("growth", f"more than {MOST_MEMORY >> 30} GiB")

    def frame_after(self, number, hears=lambda: True):
        """Waits for a frame later than that number: the input that was just given is on screen. False where none came because the
        window does not hear what is done."""
        self._look()
        self.begin()
        while self.program.frame()["frame"] <= number:
            self.alive()
            self._look()
            if self._waits_long():
                if not hears():
                    return False
                if self._is_frozen():
                    raise Found("freeze", f"no frame within {self.limit:.0f} s after number {number}")
            time.sleep(0.004)
        self._look()
        return True

    def _waits_long(self):
        return time.monotonic() - self._since > self.limit / 4

    def let_run(self, seconds, until_rest=False):
        """Looks on for so long, at most; while something changes frames have to come."""
        end = time.monotonic() + seconds
        self.begin()
        quiet = time.monotonic()
        while time.monotonic() < end:
            self.alive()
            came, busy = self._look(), self.program.frame()["busy"]
            if came or busy:
                quiet = time.monotonic()
            if not busy:
                self.begin()
            elif self._is_frozen():
                raise Found("freeze", f"no frame within {self.limit:.0f} s while something changes")
            if until_rest and time.monotonic() - quiet > 0.3:
                return True
            time.sleep(0.01)
        return not until_rest

    def messages(self):
        """Raises Found where the window tells of an error nobody foresaw, or says the bare name of a sentence."""
        for message in (self.program.seen() or {"state": {}})["state"].get("messages", []):
            if message.startswith(self.unforeseen) or re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", message):
                raise Found("message", message)

    def measure(self):
        self.points.append((time.monotonic() - self.began, resident(self.program.process.pid)))
