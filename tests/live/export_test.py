# SPDX-License-Identifier: Apache-2.0
"""Ctrl-E writes what the command line writes for the same session, byte for byte."""
import os

import driver

FORMATS = ["png", "svg", "pdf", "csv", "json", "npz"]


def exported(program, view, kind):
    program.key("ctrl+e")
    program.choose_view(view)
    program.click(f"export.format.{FORMATS.index(kind)}")
    program.click("export.path")
    program.key("ctrl+a")
    path = os.path.join(program.home, f"window-{view}.{kind}")
    program.type(path)
    program.click("export.confirm")
    program.wait_for(lambda: os.path.exists(path), "the file")
    program.settle()
    assert "overlay.export" not in program.items(), "the question is still open"
    with open(path, "rb") as stream:
        return stream.read()


def the_window_and_the_command_line_write_the_same_bytes():
    with driver.Program("--text", "Старый король дал принцу меч.", "--lang", "ru") as program:
        for view, kind in (("weights", "csv"), ("arcs", "svg"), ("question", "pdf"), ("heads", "png"), ("layers", "svg"),
                           ("steps", "png"), ("ablation", "json")):
            here = exported(program, view, kind)
            there = os.path.join(program.home, f"line-{view}.{kind}")
            driver.run(driver.BINARY, "export", "--session", os.path.join(program.home, "session-dump.json"), "--lang",
                       "ru", "--view", view, "--out", there)
            with open(there, "rb") as stream:
                assert stream.read() == here, f"{view}.{kind} differs"


def a_file_that_cannot_be_written_is_told_and_the_question_stays():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        program.key("ctrl+e")
        program.click("export.path")
        program.key("ctrl+a")
        program.type("/nowhere/at/all.png")
        program.click("export.confirm")
        program.settle()
        assert "overlay.export" in program.items(), "the question is gone"
        program.key("Escape")
        program.settle()
        assert "overlay.export" not in program.items(), "Escape closes it"


driver.main([the_window_and_the_command_line_write_the_same_bytes,
             a_file_that_cannot_be_written_is_told_and_the_question_stays])
