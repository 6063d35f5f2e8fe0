# SPDX-License-Identifier: Apache-2.0
"""One soak: what lies about for the window to open, the loop of steps, and what is left behind for whoever looks into a failure."""
import itertools
import json
import os
import pathlib
import random
import subprocess
import time

from PIL import Image, ImageGrab

import confined
import driver
import soak_hands
import soak_steps
import soak_watch
import vision_model

TESTS = pathlib.Path(__file__).resolve().parent.parent
DATA = pathlib.Path(os.environ.get("REGARD_SHARED_DATA", TESTS.parent.parent / "shared" / "data"))
REFERENCE = pathlib.Path(os.environ.get("REGARD_REFERENCE_DIR", TESTS.parent / "build" / "reference"))
MADE_MODELS = ("t5-relu-tied-f32", "gpt2", "llama", "bart", "gemma2", "qwen2")  # those of them that were made
CLOSING = 10.0  # seconds


def lay_out(folder):
    """Files of every kind, sound and broken. Returns the names of all that can be dropped, and of the models among them."""
    folder.mkdir()
    text = "The old king gave the prince a sword. She said that the cat had sat on the mat, and nobody believed her. "
    russian = "Кошка, которая сидела на крыше, смотрела на птицу. Старый король дал принцу меч. "
    sentence = {"format": 2, "model": "council", "text": "the old king gave the prince a sword"}
    files = {
        "text.txt": text, "длинный.txt": russian * 12, "very-long.txt": (text + russian) * 60, "empty.txt": "", "bom.txt": "\ufeff" + text,
        "cp1251.txt": russian.encode("cp1251"), "binary": bytes(range(256)) * 40, "paper.pdf": "%PDF-1.7\n%....\n",
        "archive.zip": b"PK\x03\x04\x14\0\0\0readme.txt", "broken.json": '{"format": 2, "model": "council", "text"', "deep.json": "[" * 9000,
        "odd.json": json.dumps({"format": 2, "text": "x" * 3000, "head": {"layer": 1 << 40, "head": -1}, "temperature": 1e300}),
        "narrator.json": json.dumps({"format": 2, "model": "narrator", "text": "Once upon a time", "generate": {"pace": 32, "tokens": 40}}),
        "changed.json": json.dumps({**sentence, "interventions": [{"kind": "ablate", "layer": 1, "head": 2}], "shown": "difference",
                                    "pins": [{"name": "A", "reading": {"model": "council", "text": "the young king"}}], "baseline": "A"}),
        "gone.json": json.dumps({**sentence, "model": "/nowhere/at-all"}), "picture.jpg": b"\xff\xd8\xff\xe0", "torn.png": b"\x89PNG\r\n\x1a\n\0\0",
        "lfs.safetensors": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "torn.gguf": b"GGUF\x03\0\0\0" + b"\xff" * 40,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "rest.json").write_text(json.dumps(sentence), encoding="utf-8")
    Image.radial_gradient("L").convert("RGB").save(folder / "picture.png")
    vision_model.write_vit(folder / "vit", image=48, patch=12, layers=2, heads=2, hidden=32)
    (folder / "half").mkdir()
    (folder / "half" / "config.json").write_bytes((folder / "vit" / "config.json").read_bytes())
    models = ["vit", "half"]
    checkpoints = DATA / "checkpoints"
    there = [REFERENCE / name for name in MADE_MODELS] + [checkpoints / "stories260k"] + sorted(checkpoints.glob("*/*.gguf"))
    for path in there:
        if path.exists():
            (folder / path.name).symlink_to(path)
            models.append(path.name)
    return sorted(files) + ["picture.png"] + models, models


class Soak:
    """One window, and what is done to it. `steps` lets go of a step once it was done."""

    def __init__(self, home, out, slowness):
        self.out, self.slowness = out, slowness
        self.names, self.models = lay_out(home / "files")
        said, complaints = out / "stderr.txt", out / "opengl.txt"
        restrict = confined.writing_rules(home, out, "/dev", "/proc")
        if restrict is None:
            print("soak: this system cannot hold the program to its own folder (no Landlock)")
        with open(said, "wb") as stderr:
            self.program = driver.Program("--lang", "en", "--gl-error-file", str(complaints), home=str(home), settle=False,
                                          environment={"XDG_CACHE_HOME": str(home / "cache")}, stderr=stderr, preexec_fn=restrict)
        binary = pathlib.Path(driver.BINARY)
        self.watch = soak_watch.Watch(self.program, {"crash": said, "opengl": complaints}, binary.parent / "assets", slowness)
        self.hands = soak_hands.Hands(self.program, self.watch, home / "files")
        self.log = open(out / "steps.jsonl", "w", encoding="utf-8")
        self.done = 0

    def screen(self):
        seen = self.program.seen() or {"items": [], "state": {}}
        return {item["id"]: item for item in seen["items"]}, seen["state"]

    def do(self, step):
        self.log.write(json.dumps(step) + "\n")
        self.log.flush()
        self.done += 1
        try:
            self.hands.do(step)
        except (AssertionError, subprocess.SubprocessError) as error:  # an answer that did not come, or the end of the program
            self.watch.alive()
            raise soak_watch.Found("freeze", str(error)) from error
        self.watch.messages()

    def begin(self):
        self.program.appear()
        self.watch.begin()
        self.watch.let_run(60 * self.slowness, until_rest=True)

    def end(self):
        """Closed as by its button, the window is gone soon, in good order."""
        self.watch.alive()
        driver.ask_to_close(int(self.program.window))
        try:
            status = self.program.process.wait(timeout=CLOSING * self.slowness)
        except subprocess.TimeoutExpired:
            raise soak_watch.Found("freeze", f"not closed within {CLOSING * self.slowness:.0f} s") from None
        if status != 0:
            raise soak_watch.Found("crash", f"closed with {status}")

    def leave_behind(self):
        """What stood on screen, and where each thread was."""
        ImageGrab.grab(xdisplay="").save(self.out / "screen.png")
        (self.out / "seen.json").write_text(json.dumps(self.program.seen(), ensure_ascii=False), encoding="utf-8")
        process = self.program.process
        if process.poll() is None:
            with open(self.out / "threads.txt", "wb") as stream:
                try:
                    subprocess.run(["gdb", "-p", str(process.pid), "-batch", "-ex", "thread apply all backtrace"], stdout=stream,
                                   stderr=subprocess.DEVNULL, timeout=120, check=False)
                except (FileNotFoundError, subprocess.TimeoutExpired):
                    pass


def steps_by_chance(soak, seed, seconds):
    """Steps until the time is over, and a rest between them now and then. Where there is time for it, a tour comes first."""
    chance = soak_steps.Chance(random.Random(seed), soak.screen, soak.names, soak.models)
    end, interval = time.monotonic() + seconds, min(max(seconds / 40, 5.0), 60.0)
    yield {"do": "rest"}
    rested = time.monotonic()
    tour = chance.tour() if seconds >= soak_watch.LONG else ()
    for step in itertools.chain(tour, chance.flows()):
        if time.monotonic() >= end:
            break
        yield step
        if time.monotonic() - rested > interval:
            yield {"do": "rest"}
            rested = time.monotonic()
    yield {"do": "rest"}


def soak(home, out, seed, seconds, most=None, replayed=None):
    """The exit status: 0 where nothing was found."""
    slowness = soak_watch.SANITIZED if soak_watch.is_sanitized(driver.BINARY) else 1.0
    soaked = Soak(home, out, slowness)
    with soaked.program:
        try:
            soaked.begin()
            for step in replayed or steps_by_chance(soaked, seed, seconds):
                if most is not None and soaked.done >= most:
                    break
                soaked.do(step)
            memory = soak_watch.judge_memory(soaked.watch.points, soak_watch.SANITIZED_MEMORY if slowness > 1.0 else 1.0)
            soaked.end()
        except soak_watch.Found as found:
            print(f"FAILED  seed {seed}, step {soaked.done}: {found}", flush=True)
            soaked.leave_behind()
            print(f"again: tests/soak --replay {out}/steps.jsonl --steps {soaked.done}")
            return 1
        finally:
            watch = soaked.watch
            lines = [f"{seconds:.1f} s, {size / 2**20:.1f} MiB\n" for seconds, size in watch.points]
            (out / "memory.txt").write_text("".join(lines), encoding="utf-8")
            print(f"{soaked.done} steps, {soaked.hands.unheard} events beside the window, {soaked.program.frame()['frame']} frames; "
                  f"slowest {watch.slowest / 1000:.0f} ms, longest without one {watch.longest:.2f} s of {watch.limit:.0f} s", flush=True)
    print(memory)
    print("soak: nothing was found")
    return 0
