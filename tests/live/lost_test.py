# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost: a window that is killed goes on where it was. REGARD_ROUNDS rounds (3; by hand 100) of typing, brushing, pinning,
changing views and a kill at a random moment: at most the last second is missing."""
import os
import random
import signal
import tempfile
import time

import driver

ROUNDS = int(os.environ.get("REGARD_ROUNDS", "3"))
KEPT = 1.0  # seconds after which what was done must be on the disk


def brush(program, chance):
    """One cell of the scores, where they are on screen."""
    if "grid.scores.cells" not in program.items():
        return
    cells = program.item("grid.scores.cells")
    program.key("m")
    program.point(cells["x"] + chance.random() * cells["w"], cells["y"] + chance.random() * cells["h"])
    program.press()
    program.key("Escape")


def what_a_person_does(program, chance):
    kind = chance.choice(["type", "pin", "brush", "view", "head", "undo"])
    if kind == "type":
        program.key("ctrl+l", "End")
        program.type(chance.choice(["a", "z", "?"]))
        program.key("Escape")
    elif kind == "pin":
        program.key("ctrl+p")
    elif kind == "brush":
        brush(program, chance)
    elif kind == "view":
        program.key("ctrl+" + str(chance.randint(1, 5)))
    elif kind == "head":
        program.key(chance.choice(["Up", "Down", "Left", "Right"]))
    else:
        program.key("ctrl+z")
    program.settle()


def a_killed_window_goes_on_where_it_was():
    chance = random.Random(int(os.environ.get("REGARD_SEED", "7")))
    whole = 0  # rounds in which nothing at all was missing
    with tempfile.TemporaryDirectory() as home:
        seen, killed = [], 0.0  # (when, session) of the round before
        for turn in range(ROUNDS):
            with driver.Program("--lang", "en", home=home) as program:
                found = program.session()
                if seen:
                    places = [place for place, (_, session) in enumerate(seen) if session == found]
                    assert places, f"round {turn}: a state that never was: {found}"
                    after = seen[places[-1] + 1:]
                    assert not after or after[0][0] > killed - KEPT, (
                        f"round {turn}: what was there {killed - after[0][0]:.2f} s before the kill is missing")
                    whole += not after
                seen = [(time.monotonic(), found)]
                for _ in range(chance.randint(2, 6)):
                    what_a_person_does(program, chance)
                    seen.append((time.monotonic(), program.session()))
                time.sleep(1.3 * KEPT * chance.random())
                program.process.send_signal(signal.SIGKILL)
                killed = time.monotonic()
                program.process.wait()
    print(f"{ROUNDS} kills; after {whole} of {ROUNDS - 1} nothing at all was missing, after the others less than the last second")


def a_second_window_begins_anew_and_takes_nothing_from_the_first():
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as other:
        with driver.Program("--lang", "en", home=home) as first:
            first.key("ctrl+l", "End")
            first.type("!")
            text = first.session()["text"]
            with driver.Program("--lang", "en", home=other, state=os.path.join(home, "state")) as second:
                assert second.session()["text"] != text
            first.click("strip.token.3")  # the newest state is that of the first again
            time.sleep(KEPT)
        with driver.Program("--lang", "en", home=home) as again:
            assert again.session()["text"] == text
        with driver.Program("--lang", "en", "--fresh", home=home) as fresh:
            assert fresh.session()["text"] != text


def a_folder_that_cannot_be_written_is_said_once_and_the_program_works():
    with tempfile.TemporaryDirectory() as home:
        with open(os.path.join(home, "state"), "w", encoding="utf-8"):
            pass  # a file where the folder should be
        with driver.Program("--lang", "en", home=home) as program:
            said = [message for message in program.state()["messages"] if "is not kept" in message]
            assert len(said) == 1, program.state()["messages"]
            program.key("Down")


driver.main([a_killed_window_goes_on_where_it_was, a_second_window_begins_anew_and_takes_nothing_from_the_first,
             a_folder_that_cannot_be_written_is_said_once_and_the_program_works])
