# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost: a window that is killed goes on where it was. REGARD_ROUNDS rounds (3; by hand 100) of typing, pinning, changing
views and a kill at a random moment: at most the last second is missing."""
import os
import random
import signal
import tempfile
import time

import driver

ROUNDS = int(os.environ.get("REGARD_ROUNDS", "3"))
KEPT = 1.0  # seconds after which what was done must be on the disk


def what_a_person_does(program, chance):
    kind = chance.choice(["type", "pin", "view", "head", "undo"])
    if kind == "type":
        program.key("ctrl+l", "End")
        program.type(chance.choice(["a", "z", "?"]))
        program.key("Escape")
    elif kind == "pin":
        program.key("ctrl+p")
    elif kind == "view":
        program.key("ctrl+" + str(chance.randint(1, 5)))
    elif kind == "head":
        program.key(chance.choice(["Up", "Down", "Left", "Right"]))
    else:
        program.key("ctrl+z")


def a_killed_window_goes_on_where_it_was():
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as home:
        before = None
        for turn in range(ROUNDS):
            with driver.Program("--lang", "en", home=home) as program:
                if before is not None:
                    assert program.session() == before, f"round {turn}: other than before the kill"
                for _ in range(chance.randint(1, 4)):
                    what_a_person_does(program, chance)
                before = program.session()
                time.sleep(KEPT + chance.random())
                program.process.send_signal(signal.SIGKILL)
                program.process.wait()


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
