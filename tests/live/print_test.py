# SPDX-License-Identifier: Apache-2.0
"""Handouts printed from the window are those of `regard lesson print`, byte for byte."""
import os
import shutil
import signal
import tempfile

import driver

CATS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cats.ru.md")


def ask_for(program, path):
    program.key("ctrl+a")
    program.type(path)
    program.key("Return")


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def the_window_and_the_command_line_print_the_same_bytes():
    with driver.Program("--lang", "ru", "--lesson", CATS) as program:
        program.wait_for(lambda: "lesson.print" in program.items() or "lesson.back" in program.items(), "the lesson")
        for kind in ("pdf", "html"):
            here, there = os.path.join(program.home, "window." + kind), os.path.join(program.home, "line." + kind)
            if "lesson.print" not in program.items():
                program.chord("alt", "c")
            program.click("lesson.print")
            ask_for(program, here)
            program.wait_for(lambda: any(here in message for message in program.state()["messages"]), "the message with the path")
            program.wait_for(lambda: "status.printing" not in program.items(), "the end of it")
            driver.run(driver.BINARY, "lesson", "print", CATS, "--lang", "ru", "--output", there)
            assert read(here) == read(there), f"{kind} differs"
            assert "overlay.dialog" not in program.items(), "the question is still open"
            assert "notice" not in program.items(), program.state()["messages"]


def a_file_that_is_there_is_asked_about_and_another_ending_is_refused():
    with driver.Program("--lang", "ru", "--lesson", CATS) as program:
        program.wait_for(lambda: "lesson.print" in program.items(), "the lesson's contents")
        program.click("lesson.print")
        wrong = os.path.join(program.home, "handout.txt")
        ask_for(program, wrong)
        program.settle()
        assert "dialog.confirm" in program.items(), "the question is gone"
        assert not os.path.exists(wrong)
        there = os.path.join(program.home, "handout.pdf")
        with open(there, "w", encoding="utf-8") as stream:
            stream.write("mine")
        ask_for(program, there)
        program.settle()
        assert read(there) == b"mine" and "dialog.confirm" in program.items(), "nobody was asked"
        program.click("dialog.confirm")
        program.wait_for(lambda: read(there).startswith(b"%PDF"), "the handout in its place")


def what_the_process_refuses_is_told_over_the_views():
    with driver.Program("--lang", "en", "--lesson", CATS) as program:
        program.wait_for(lambda: "lesson.print" in program.items(), "the lesson's contents")
        program.click("lesson.print")
        ask_for(program, "/nowhere/at/all.pdf")
        program.wait_for(lambda: "notice" in program.items(), "the notice")
        said = program.state()["messages"][-1]
        assert said.startswith("The handout was not written: ") and "/nowhere/at/all.pdf" in said, said


def children(parent):
    """Processes that it has started."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stream:
                if int(stream.read().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(process))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def a_window_that_closes_takes_its_process_with_it():
    with tempfile.TemporaryDirectory() as home:
        many = os.path.join(home, ".local/share/regard/lessons")
        os.makedirs(many)
        for number in range(200):
            shutil.copyfile(CATS, os.path.join(many, f"cats-{number}.ru.md"))
        with driver.Program("--lang", "en", home=home) as program:
            program.key("ctrl+shift+p")
            program.type("print all lessons")
            program.key("Return")
            handout = os.path.join(home, "all.pdf")
            ask_for(program, handout)
            started = program.wait_for(lambda: children(program.process.pid), "the process")
            for process in started:
                os.kill(process, signal.SIGSTOP)  # it cannot be done before the window is closed
            assert "status.printing" in program.items(), "nothing says so"
            assert program.close() == 0
            assert not any(os.path.exists(f"/proc/{process}") for process in started), "it goes on without the window"
            assert not os.path.exists(handout)


driver.main([the_window_and_the_command_line_print_the_same_bytes,
             a_file_that_is_there_is_asked_about_and_another_ending_is_refused,
             what_the_process_refuses_is_told_over_the_views,
             a_window_that_closes_takes_its_process_with_it])
