# SPDX-License-Identifier: Apache-2.0
"""Keyboards as they are: on French and German layouts the letter printed on a key makes the shortcut, on a Russian one its place;
switched while the program runs. Keys are pressed by their places (X11's key codes), as a hand does."""
import contextlib
import shutil
import sys

import driver

SENTENCE = "The old king gave the prince a sword."
# Places on the board, named as an American keyboard prints them.
Q, W, A, Z, M, MINUS, EQUAL, SLASH, BRACKET, SEMICOLON, ONE, SIX = 24, 25, 38, 52, 58, 20, 21, 61, 35, 47, 10, 15


@contextlib.contextmanager
def keyboard(program, *layout):
    """Another layout, as a desktop's switch does it; the American one afterwards."""
    try:
        driver.run("setxkbmap", *layout)
        program.point(5, 5)  # an event: the program has heard of it
        program.settle()
        yield
    finally:
        driver.run("setxkbmap", "us")


def press(program, *places):
    """Keys by their places, the last one while the others are held."""
    for place in places:
        program._step("keydown", str(place))
    for place in reversed(places):
        program._step("keyup", str(place))
    program.settle()


CTRL = 37


def opened(language="en"):
    return driver.Program("--text", SENTENCE, "--lang", language)


def select_all_and_undo(program, select, undo, before):
    program.click("sentence.text")
    press(program, CTRL, select)
    program.key("BackSpace")
    assert program.session()["text"] == "", program.session()["text"]
    program.click_at(5, 5)
    program.point(5, 5)
    press(program, CTRL, undo)
    assert program.session()["text"] == before, program.session()["text"]


def letters_of_a_french_keyboard_count():
    with opened() as program:
        with keyboard(program, "fr"):
            select_all_and_undo(program, Q, W, SENTENCE)  # they print A and Z
            head = program.session()["head"]
            press(program, SEMICOLON)  # prints M: the brush
            assert "brush.away" in program.items()
            program.key("Escape")
            press(program, CTRL, A)  # prints Q: nothing
            assert program.session()["text"] == SENTENCE and program.session()["head"] == head
            press(program, CTRL, ONE)  # prints &, and with Shift 1
            assert "panel.scores" in program.items() or "panel.weights" in program.items(), program.items().keys()


def french_plus_and_minus_change_the_size_of_text():
    with opened() as program:
        before = program.state()["text_scale"]
        with keyboard(program, "fr"):
            press(program, CTRL, EQUAL)
            larger = program.state()["text_scale"]
            assert larger > before, (before, larger)
            press(program, CTRL, SIX)  # the only minus; held for long it repeats
            program.wait_for(lambda: program.state()["text_scale"] < larger, "smaller text")


def german_plus_and_minus_change_the_size_of_text_and_eszett_does_not():
    with opened() as program:
        before = program.state()["text_scale"]
        with keyboard(program, "de"):
            press(program, CTRL, MINUS)  # prints ß
            assert program.state()["text_scale"] == before
            press(program, CTRL, BRACKET)  # prints +
            larger = program.state()["text_scale"]
            assert larger > before, (before, larger)
            press(program, CTRL, SLASH)  # prints −
            program.wait_for(lambda: program.state()["text_scale"] < larger, "smaller text")
            select_all_and_undo(program, A, 29, SENTENCE)  # the American Y prints Z


def on_a_russian_keyboard_the_place_counts():
    with opened("ru") as program:
        with keyboard(program, "ru"):
            select_all_and_undo(program, A, Z, SENTENCE)
            press(program, M)  # prints ь
            assert "brush.away" in program.items()
            program.key("Escape")


def each_layout_counts_from_the_moment_it_is_chosen():
    with opened() as program:
        with keyboard(program, "fr"):
            select_all_and_undo(program, Q, W, SENTENCE)
            with keyboard(program, "ru"):
                select_all_and_undo(program, A, Z, SENTENCE)
        select_all_and_undo(program, A, Z, SENTENCE)  # American again


if __name__ == "__main__":
    if shutil.which("setxkbmap") is None:
        print("setxkbmap (x11-xkb-utils) is missing")
        sys.exit(77)
    driver.main([letters_of_a_french_keyboard_count, french_plus_and_minus_change_the_size_of_text,
                 german_plus_and_minus_change_the_size_of_text_and_eszett_does_not, on_a_russian_keyboard_the_place_counts,
                 each_layout_counts_from_the_moment_it_is_chosen])
