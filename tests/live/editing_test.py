# SPDX-License-Identifier: Apache-2.0
"""Typing changes tokens and picture at every keystroke; undo brings the very same numbers back."""
import numpy as np

import driver
import pixels

TEXT = "я люблю красные яблоки"


def numbers(program):
    """All digits of the weights on screen, through the clipboard."""
    program.point(*program.centre("grid.weights.cells"))
    program.chord("ctrl", "c")
    return program.clipboard()


def put_cursor_at_end(program):
    program.click("sentence.text")
    program.key("End")


def typing_cyrillic_changes_tokens_and_grid():
    with driver.Program("--text", TEXT) as program:
        tokens = program.state()["tokens"]
        before = pixels.rectangle(program.picture(), program.item("grid.weights.cells"))
        put_cursor_at_end(program)
        program.type(" ёж")
        state = program.state()
        assert program.session()["text"] == TEXT + " ёж", program.session()["text"]
        assert state["text_shown"] == TEXT + " ёж"
        assert len(state["tokens"]) > len(tokens), state["tokens"]
        after = pixels.rectangle(program.picture(), program.item("grid.weights.cells"))
        assert before.shape != after.shape or np.abs(before - after).max() > 60, "the grid did not change"


def every_keystroke_is_a_new_run():
    with driver.Program("--text", TEXT) as program:
        put_cursor_at_end(program)
        seen = {program.frame()["snapshot"]}
        for letter in "!?!":
            program.type(letter)
            seen.add(program.frame()["snapshot"])
        assert len(seen) == 4, f"three keystrokes gave runs {sorted(seen)}"


def undo_restores_bit_equal_numbers():
    with driver.Program("--text", TEXT) as program:
        first = numbers(program)
        assert first.count("\n") >= 5 and "." in first, first[:200]
        put_cursor_at_end(program)
        program.type(" и груши")
        program.key("Escape")
        changed = numbers(program)
        assert changed != first, "typing did not change the numbers"
        program.chord("ctrl", "z")
        assert program.session()["text"] == TEXT, program.session()["text"]
        assert numbers(program) == first, "undo does not give the same numbers"


def a_token_is_edited_in_place_and_deleted():
    with driver.Program("--text", TEXT) as program:
        tokens = program.state()["tokens"]
        place = tokens.index("люблю")
        program.double_click(f"strip.token.{place}")
        assert "strip.editor" in program.items(), "a double click opens no editor"
        program.chord("ctrl", "a")
        program.type("и")
        program.key("Return")
        assert program.session()["text"] == "я и красные яблоки", program.session()["text"]
        place = program.state()["tokens"].index("и")
        program.click(f"strip.token.{place}")
        program.key("Delete")
        assert program.session()["text"] == "я красные яблоки", program.session()["text"]


def click_selects_the_query_and_shift_click_the_key():
    with driver.Program("--text", TEXT) as program:
        program.click("strip.token.2")
        assert program.state()["query"] == 2, program.state()
        program.click("strip.token.4", modifier="shift")
        state = program.state()
        assert (state["query"], state["key"]) == (2, 4), state


def empty_text_and_one_token_are_no_accident():
    with driver.Program("--text", TEXT) as program:
        program.click("sentence.text")
        program.chord("ctrl", "a")
        program.key("BackSpace")
        assert program.session()["text"] == ""
        program.type("я")
        assert program.state()["text_shown"] == "я"


if __name__ == "__main__":
    driver.main([typing_cyrillic_changes_tokens_and_grid, every_keystroke_is_a_new_run, undo_restores_bit_equal_numbers,
                 a_token_is_edited_in_place_and_deleted, click_selects_the_query_and_shift_click_the_key,
                 empty_text_and_one_token_are_no_accident])
