# SPDX-License-Identifier: Apache-2.0
"""A session with a pin and interventions is saved, and opened again it shows the same; what does not agree is told."""
import io
import json
import os
import shutil
import subprocess

import driver
import numpy as np
from PIL import Image

SENTENCE = "The old king gave the prince a"


def saved_session(program, name):
    program.key("ctrl+shift+s")
    program.key("ctrl+a")
    program.type(name)
    program.key("Return")
    path = os.path.join(program.home, name)
    program.wait_for(lambda: os.path.exists(path), "the session file")
    program.settle()
    with open(path, encoding="utf-8") as stream:
        return json.load(stream)


def write(home, name, content):
    path = os.path.join(home, name)
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(content, stream)
    return path


def with_changes(program):
    """The session on screen with a pin, an ablated head and a masked column, as a file."""
    session = saved_session(program, "plain.json")
    session["pins"] = [{"name": "A", "reading": {"model": session["model"], "text": "The young king gave the princess a"}}]
    session["baseline"] = "A"
    session["interventions"] = [{"kind": "ablate", "layer": 1, "head": 4},
                                {"kind": "mask", "layer": 0, "head": 2,
                                 "cells": [{"queries": {}, "keys": {"first": {"value": 4}, "last": {"value": 4}}}]}]
    del session["proof"]
    return session


def messages(program):
    return program.state()["messages"]


def a_session_with_pins_and_interventions_shows_the_same_when_it_is_opened_again():
    for language, agreed in (("en", "same model and the same numbers"), ("ru", "та же модель и те же числа")):
        with driver.Program("--model", "narrator", "--text", SENTENCE, "--lang", language) as program:
            path = write(program.home, "changes.json", with_changes(program))
            home = program.home
            with driver.Program("--session", path, "--lang", language, home=home) as first:
                kept = saved_session(first, "kept.json")
                numbers = first.state()["score_limit"], first.state()["weight_limit"]
                picture = first.picture()
                tokens = first.state()["tokens"]
            assert kept["proof"]["cells"] and len(kept["proof"]["fingerprint"]) == 64, kept["proof"]
            with driver.Program("--session", os.path.join(home, "kept.json"), "--lang", language, home=home) as again:
                again.wait_for(lambda: any(agreed in line for line in messages(again)), agreed)
                again.settle()
                state = again.state()
                assert (state["score_limit"], state["weight_limit"]) == numbers, (state["score_limit"], numbers)
                assert state["tokens"] == tokens
                session = again.session()
                for key in ("pins", "interventions", "baseline", "shown", "text", "head", "query", "key"):
                    assert session[key] == kept[key], f"{key}: {session[key]} was {kept[key]}"
                # Everything above the line of messages, which differ.
                assert np.array_equal(again.picture()[:-60], picture[:-60]), "another picture"


def a_tampered_cell_another_model_and_a_missing_model_are_told():
    with driver.Program("--model", "narrator", "--text", SENTENCE, "--lang", "en") as program:
        kept = saved_session(program, "kept.json")
        home = program.home
        tampered = json.loads(json.dumps(kept))
        tampered["proof"]["cells"][3]["weight"] += 0.01
        write(home, "tampered.json", tampered)
        other = json.loads(json.dumps(kept))
        other["proof"]["fingerprint"] = "0" * 64
        write(home, "other.json", other)
        moved = json.loads(json.dumps(with_changes(program)))
        moved["proof"] = kept["proof"]
        moved["proof"]["cells"] = []
        moved["model"] = moved["pins"][0]["reading"]["model"] = "/nowhere/narrator"
        write(home, "moved.json", moved)
        lost = json.loads(json.dumps(moved))
        lost["proof"]["fingerprint"] = "1" * 64
        write(home, "lost.json", lost)
        for name, said in (("tampered.json", "1 of "), ("other.json", "another model file"),
                           ("moved.json", "another place"), ("lost.json", "not on this machine")):
            with driver.Program("--session", os.path.join(home, name), "--lang", "en", home=home) as again:
                again.wait_for(lambda: any(said in line for line in messages(again)), f"{name}: {said}")
                again.settle()
                session = again.session()
                assert session["text"] == SENTENCE, session["text"]
                if name in ("moved.json", "lost.json"):
                    assert session["pins"][0]["reading"]["text"] == "The young king gave the princess a"
                    assert len(session["interventions"]) == 2, "interventions are lost"
                if name == "moved.json":
                    assert again.state()["model_shown"].endswith("narrator"), again.state()["model_shown"]


def what_changed_is_exported_by_the_window_and_the_command_line_alike():
    with driver.Program("--model", "narrator", "--text", SENTENCE, "--lang", "ru") as program:
        session = with_changes(program)
        session["shown"] = "difference"
        path = write(program.home, "changes.json", session)
        with driver.Program("--session", path, "--lang", "ru", home=program.home) as again:
            for view, kind in (("weights", "svg"), ("question", "csv"), ("movement", "png"), ("patching", "npz")):
                again.key("ctrl+e")
                again.choose_view(view)
                again.click(f"export.format.{['png', 'svg', 'pdf', 'csv', 'json', 'npz'].index(kind)}")
                again.click("export.path")
                again.key("ctrl+a")
                here = os.path.join(again.home, f"window-{view}.{kind}")
                again.type(here)
                again.click("export.confirm")
                again.wait_for(lambda: os.path.exists(here), "the file")
                again.settle()
                there = os.path.join(again.home, f"line-{view}.{kind}")
                driver.run(driver.BINARY, "export", "--session", path, "--lang", "ru", "--view", view, "--out", there)
                with open(here, "rb") as one, open(there, "rb") as other:
                    assert one.read() == other.read(), f"{view}.{kind} differs"


def a_picture_of_the_view_is_put_on_the_clipboard():
    if shutil.which("xclip") is None:
        print("skipped: xclip is not there")
        return
    with driver.Program("--text", "Старый король дал принцу меч.", "--lang", "ru") as program:
        program.point(*program.centre("panel.question"))  # what is under the mouse is meant
        program.key("ctrl+shift+c")
        program.settle()
        targets = driver.run("xclip", "-selection", "clipboard", "-t", "TARGETS", "-o", timeout=10)
        assert "image/png" in targets, targets
        png = subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/png", "-o"], check=True,
                             capture_output=True, timeout=10).stdout
        out = os.path.join(program.home, "question.png")
        driver.run(driver.BINARY, "export", "--session", os.path.join(program.home, "session-dump.json"), "--lang", "ru",
                   "--view", "question", "--theme", program.state()["theme"], "--out", out)
        with open(out, "rb") as stream:
            assert stream.read() == png, "other bytes than the command line's"
        # A large picture comes in pieces (INCR).
        program.key("ctrl+e")
        program.choose_view("heads")
        program.click("export.format.0")
        program.click("export.scale.2")
        program.click("export.copy")
        program.settle()
        assert "overlay.export" not in program.items(), "the question is still open"
        large = subprocess.run(["xclip", "-selection", "clipboard", "-t", "image/png", "-o"], check=True,
                               capture_output=True, timeout=20).stdout
        assert Image.open(io.BytesIO(large)).size[0] > 1000
        # Text that is copied later takes its place.
        program.key("ctrl+l", "ctrl+a", "ctrl+c")
        assert "король" in program.clipboard(), "the text is on the clipboard"


driver.main([a_session_with_pins_and_interventions_shows_the_same_when_it_is_opened_again,
             a_tampered_cell_another_model_and_a_missing_model_are_told,
             what_changed_is_exported_by_the_window_and_the_command_line_alike,
             a_picture_of_the_view_is_put_on_the_clipboard])
