# SPDX-License-Identifier: Apache-2.0
"""Keyboards as they are: on French and German layouts the letter printed on a key makes the shortcut, on a Russian one its place;
switched while the program runs. Keys are pressed by their places (X11's key codes), as a hand does."""
import contextlib
import ctypes
import shutil
import sys

import driver

SENTENCE = "The old king gave the prince a sword."
# Places on the board, named as an American keyboard prints them.
Q, W, E, A, Z, M, MINUS, EQUAL, SLASH, BRACKET, SEMICOLON, ONE, SIX = 24, 25, 26, 38, 52, 58, 20, 21, 61, 35, 47, 10, 15


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
CORE_KEYBOARD = 0x100  # XkbUseCoreKbd


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
            press(program, CTRL, SIX)  # the only minus
            assert abs(program.state()["text_scale"] - before) < 1e-3, program.state()["text_scale"]


def german_plus_and_minus_change_the_size_of_text_and_eszett_does_not():
    with opened() as program:
        before = program.state()["text_scale"]
        with keyboard(program, "de"):
            press(program, CTRL, MINUS)  # prints ß
            assert program.state()["text_scale"] == before
            press(program, CTRL, BRACKET)  # prints +
            assert program.state()["text_scale"] > before, program.state()["text_scale"]
            press(program, CTRL, SLASH)  # prints −
            assert abs(program.state()["text_scale"] - before) < 1e-3, program.state()["text_scale"]
            select_all_and_undo(program, A, 29, SENTENCE)  # the American Y prints Z


def on_a_russian_keyboard_the_place_counts():
    with opened("ru") as program:
        with keyboard(program, "ru"):
            select_all_and_undo(program, A, Z, SENTENCE)
            press(program, M)  # prints ь
            assert "brush.away" in program.items()
            program.key("Escape")


def switch_to_group(program, group):
    """The second layout of two, as a desktop's panel chooses it."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XkbLockGroup.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    x11.XkbLockGroup(display, CORE_KEYBOARD, group)
    x11.XCloseDisplay(display)
    program.point(5, 5)
    program.settle()


def one_of_two_layouts_counts_from_the_moment_it_is_chosen():
    with opened() as program:
        with keyboard(program, "-layout", "fr,ru"):
            select_all_and_undo(program, Q, W, SENTENCE)
            switch_to_group(program, 1)
            program.click("sentence.text")
            press(program, CTRL, A)
            press(program, A)
            assert program.session()["text"] == "ф", program.session()["text"]
            switch_to_group(program, 0)
            program.click("sentence.text")
            press(program, CTRL, Q)
            press(program, Q)
            assert program.session()["text"] == "a", program.session()["text"]


if __name__ == "__main__":
    if shutil.which("setxkbmap") is None:
        print("setxkbmap (x11-xkb-utils) is missing")
        sys.exit(77)
    driver.main([letters_of_a_french_keyboard_count, french_plus_and_minus_change_the_size_of_text,
                 german_plus_and_minus_change_the_size_of_text_and_eszett_does_not, on_a_russian_keyboard_the_place_counts,
                 one_of_two_layouts_counts_from_the_moment_it_is_chosen])
