# SPDX-License-Identifier: Apache-2.0
"""The window without a mouse: everything from the start to an exported picture by keys, Escape in every open thing, menus that
let no key be lost, the palette; and a hint that comes to a mouse at rest."""
import os
import subprocess
import tempfile

import numpy as np

import driver

SENTENCE = "The old king gave the prince a sword."


def ctrl_shift(program, name):
    for key in ("ctrl", "shift", name):
        program._step("keydown", key)
    for key in (name, "shift", "ctrl"):
        program._step("keyup", key)
    program.settle()


def everything_by_keys_from_the_start_to_an_exported_picture():
    with tempfile.TemporaryDirectory() as home:
        with driver.Program("--lang", "en", home=home) as program:
            program.chord("ctrl", "l")
            program.chord("ctrl", "a")
            program.type(SENTENCE)
            assert program.session()["text"] == SENTENCE, program.session()["text"]
            ctrl_shift(program, "p")
            assert program.state()["overlay"] == "palette", program.state()["overlay"]
            program.type("2.3")
            program.key("Return")
            assert program.session()["head"] == [2, 3] or program.session()["head"] == {"layer": 2, "head": 3}, \
                program.session()["head"]
            ctrl_shift(program, "p")
            program.type("layers")
            program.key("Return")
            program.chord("alt", "3")
            assert program.session()["stage"]["workspace"] == "change", program.session()["stage"]
            program.chord("alt", "1")
            program.chord("ctrl", "e")
            assert program.state()["overlay"] == "exporting", program.state()["overlay"]
            for _ in range(60):
                if program.state().get("typing"):
                    break
                program.key("Tab")
            path = os.path.join(home, "by-keys.png")
            program.chord("ctrl", "a")
            program.type(path)
            program.key("Return")
            program.wait_for(lambda: os.path.exists(path) and os.path.getsize(path) > 1000, "the picture")


def overlay(program):
    return program.state()["overlay"]


def escape_closes_every_open_thing():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        items = program.items()
        for button in ("top.model", "top.examples"):
            if button not in items:
                continue
            program.click(button)
            assert program.state()["menu_open"], button
            program.key("Escape")
            assert not program.state()["menu_open"], f"{button}: the menu is still open"
        for chip in ("strip.token.3",):
            program.point(*program.centre(chip))
            program.press(3)
            program.settle()
            assert program.state()["menu_open"], chip
            program.key("Escape")
            assert not program.state()["menu_open"], chip
        program.key("F1")
        assert overlay(program) == "help"
        program.key("Escape")
        assert overlay(program) == "none"
        for keys, name in (("s", "dialog"), ("o", "dialog"), ("e", "exporting")):
            program.chord("ctrl", keys)
            assert overlay(program) == name, (keys, overlay(program))
            program.key("Escape")
            assert overlay(program) == "none", (keys, overlay(program))
        ctrl_shift(program, "p")
        assert overlay(program) == "palette"
        program.key("Escape")
        assert overlay(program) == "none"
        program.chord("ctrl", "g")
        assert "go_to.field" in program.items()
        program.key("Escape")
        assert "go_to.field" not in program.items()
        program.key("F9")
        assert program.session()["stage"]["filling"]
        program.key("Escape")
        assert not program.session()["stage"].get("filling")
        program.key("m")
        assert "brush.away" in program.items()
        program.key("Escape")
        assert "brush.away" not in program.items()


def another_menu_opens_at_once():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        menus = [name for name in ("top.model", "top.examples") if name in program.items()]
        if len(menus) < 2:
            return
        program.click(menus[0])
        before = set(program.items())
        program.click(menus[1])
        assert program.state()["menu_open"]
        assert set(program.items()) != before, "the first menu is still the one on show"
        program.click(menus[1])
        assert not program.state()["menu_open"], "its own button closes it"


def a_key_is_not_lost_in_an_open_menu():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        program.click("top.examples" if "top.examples" in program.items() else "top.model")
        program.chord("ctrl", "s")
        assert overlay(program) == "dialog" and not program.state()["menu_open"], program.state()


def walking_through_the_window_by_keys():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        program.key("F10")
        first = program.state()["focus"]
        assert first, "nothing has the focus"
        program.key("Right")
        assert program.state()["focus"] != first, program.state()["focus"]
        program.key("Escape")
        assert not program.state()["focus"]
        program.key("alt")
        assert program.state()["focus"] == first, "Alt alone does as F10"
        head = program.session()["head"]
        program.key("Down", "Left")
        assert program.session()["head"] == head, "the arrows move the focus only"
        program.key("Escape")
        for _ in range(2):
            program.chord("ctrl", "F6")
        assert program.state()["focus"]
        program.key("Escape")


def a_hint_comes_to_a_mouse_at_rest():
    with driver.Program("--text", SENTENCE, "--lang", "en") as program:
        name = next(item for item in program.items() if item.startswith("tab."))
        x, y = program.centre(name)
        program._step("mousemove", "5", str(int(y)))
        program.settle()
        before = program.picture().astype(int)
        subprocess.run(["xdotool", "mousemove", str(int(x)), str(int(y))], check=True)
        below = (slice(int(y) + 12, int(y) + 60), slice(int(x), int(x) + 120))

        def hinted():
            return np.abs(program.picture().astype(int)[below] - before[below]).max() > 60

        program.wait_for(hinted, "the hint, without another nudge")


if __name__ == "__main__":
    driver.main([everything_by_keys_from_the_start_to_an_exported_picture, escape_closes_every_open_thing,
                 another_menu_opens_at_once, a_key_is_not_lost_in_an_open_menu, walking_through_the_window_by_keys,
                 a_hint_comes_to_a_mouse_at_rest])
