# SPDX-License-Identifier: Apache-2.0
"""The soak finds what it is there to find: a frozen window, a dead one, complaints, memory that grows; and its steps can be done
again. Then half a minute of it."""
import json
import os
import pathlib
import random
import signal
import tempfile

import driver
import soak_run
import soak_steps
import soak_watch

ASSETS = os.environ["REGARD_ASSETS_DIR"]


def found(kind, act):
    try:
        act()
    except soak_watch.Found as error:
        assert error.kind == kind, error
        return str(error)
    raise AssertionError(f"no {kind} was found")


def watched(program, **complaints):
    watch = soak_watch.Watch(program, complaints, ASSETS)
    watch.begin()
    return watch


def a_stopped_window_is_frozen_and_one_at_rest_is_not():
    with driver.Program("--lang", "en") as program:
        watch = watched(program)
        assert watch.let_run(3.0) and watch.longest < soak_watch.FREEZE
        number = program.frame()["frame"]
        program.process.send_signal(signal.SIGSTOP)
        try:
            assert "no frame within 2 s" in found("freeze", lambda: watch.frame_after(number))
            assert not watched(program).frame_after(number, lambda: False), "what the window cannot hear is no freeze"
        finally:
            program.process.send_signal(signal.SIGCONT)


def a_window_that_ends_has_crashed():
    with driver.Program("--lang", "en") as program:
        watch = watched(program)
        program.process.send_signal(signal.SIGSEGV)
        program.process.wait()
        assert "-11" in found("crash", watch.alive)


def complaints_are_read():
    with tempfile.TemporaryDirectory() as folder, driver.Program("--lang", "en") as program:
        opengl, said = (pathlib.Path(folder) / name for name in ("opengl", "said"))
        opengl.touch()
        said.write_text("libEGL warning: something harmless\n", encoding="utf-8")
        watch = watched(program, opengl=opengl, crash=said)
        watch.alive()
        watch.messages()
        said.write_text("==1==ERROR: AddressSanitizer: heap-use-after-free", encoding="utf-8")
        assert "use-after-free" in found("sanitizer", watch.alive)
        said.write_text("x.cpp:7:9: runtime error: signed integer overflow", encoding="utf-8")
        found("sanitizer", watch.alive)
        said.unlink()
        opengl.write_text("frame 7: GL_INVALID_ENUM\n", encoding="utf-8")
        assert "frame 7" in found("opengl", watch.alive)


def an_error_nobody_foresaw_is_found_in_every_language():
    class Said:
        process = None

        def __init__(self, message):
            self.message = message

        def seen(self):
            return {"state": {"messages": ["A harmless one.", self.message]}}

    for name in ("en", "ru"):
        with open(os.path.join(ASSETS, "locale", name + ".json"), encoding="utf-8") as stream:
            sentence = json.load(stream)["error"]["unexpected"]
        found("message", soak_watch.Watch(Said(sentence.replace("{found}", "bad_alloc")), {}, ASSETS).messages)
    found("message", soak_watch.Watch(Said("error.some_new_one"), {}, ASSETS).messages)
    soak_watch.Watch(Said("notes.txt is not a session."), {}, ASSETS).messages()


def growth_is_told_from_caches_that_fill():
    mib = 1 << 20
    noise = random.Random(1)

    def points(size):
        return [(second, int((size(second) + noise.uniform(-8, 8)) * mib)) for second in range(0, 3600, 30)]

    soak_watch.judge_memory(points(lambda second: 240))
    soak_watch.judge_memory(points(lambda second: 200 + min(second, 300) / 3))  # filled in the first twelfth
    soak_watch.judge_memory(points(lambda second: 700 if second % 300 == 0 else 240))  # now and then something large
    found("growth", lambda: soak_watch.judge_memory(points(lambda second: 240 + second / 30)))  # 2 MiB a minute
    found("growth", lambda: soak_watch.judge_memory(points(lambda second: 240 if second < 1800 else 340)))
    found("growth", lambda: soak_watch.judge_memory([(second, second * 10 * mib) for second in range(60)]))
    soak_watch.judge_memory([(second, (200 + second) * mib) for second in range(60)])  # too short to tell
    assert "too few" in soak_watch.judge_memory([(0, 1), (60, 9000 * mib)])


def the_same_seed_chooses_the_same_steps_of_every_kind():
    items = {f"strip.token.{number}": {"x": 40.0 * number, "y": 80.0, "w": 36.0, "h": 20.0} for number in range(9)}
    items |= {name: {"x": 700.0, "y": 500.0, "w": 90.0, "h": 24.0} for name in ("models.council", "grid.weights.cells", "tab.sweep")}

    def steps(seed):
        flows = soak_steps.Chance(random.Random(seed), lambda: (items, {}), ["a.txt"], ["vit"]).flows()
        return [next(flows) for _ in range(3000)]

    first = steps(7)
    assert first == steps(7) == json.loads(json.dumps(first)), "a step is all that is needed to do it again"
    assert first != steps(8)
    assert {step["do"] for step in first} == {"key", "type", "paste", "click", "drag", "wheel", "move", "drop", "resize", "let run"}


def half_a_minute_of_it():
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as out:
        status = soak_run.soak(pathlib.Path(home), pathlib.Path(out), seed=1, seconds=20)
        assert status == 0, "see above"
        steps = pathlib.Path(out, "steps.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(steps) > 20, "hardly anything was done"
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as out:
        replayed = [json.loads(step) for step in steps[:12]]
        assert soak_run.soak(pathlib.Path(home), pathlib.Path(out), seed=1, seconds=0, most=10, replayed=replayed) == 0
        assert pathlib.Path(out, "steps.jsonl").read_text(encoding="utf-8").splitlines() == steps[:10]


if __name__ == "__main__":
    driver.main([a_stopped_window_is_frozen_and_one_at_rest_is_not, a_window_that_ends_has_crashed, complaints_are_read,
                 an_error_nobody_foresaw_is_found_in_every_language, growth_is_told_from_caches_that_fill,
                 the_same_seed_chooses_the_same_steps_of_every_kind, half_a_minute_of_it])
