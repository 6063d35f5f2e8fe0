# SPDX-License-Identifier: Apache-2.0
"""Files: found and opened by keys alone, saved again without asking, called by what they are where they are wrong."""
import json
import os

import driver
import drop_source


def title(program):
    return driver.run("xdotool", "getwindowname", program.window).strip()


def drop(program, path):
    drop_source.drop(program, 300, 300, path)
    program.settle()


def write(program, name, content, mode="w"):
    path = os.path.join(program.home, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, mode, **({} if "b" in mode else {"encoding": "utf-8"})) as stream:
        stream.write(content)
    return path


def a_session_is_saved_once_by_name_and_then_without_asking_and_the_title_says_so():
    with driver.Program("--text", "a cat sleeps", "--lang", "en") as program:
        assert title(program) == "a cat sleeps — council — Regard", title(program)
        program.key("ctrl+l", "End")
        program.type(" well")
        assert title(program) == "● a cat sleeps well — council — Regard", title(program)
        program.key("Escape")
        program.key("ctrl+s")
        program.type("lesson")
        program.key("Return")
        path = os.path.join(program.home, "lesson.json")
        program.wait_for(lambda: os.path.exists(path), "the session file, with its ending")
        program.settle()
        assert title(program) == "a cat sleeps well — council — Regard", title(program)
        program.key("ctrl+l", "End")
        program.type("!")
        program.key("Escape")
        assert title(program).startswith("● "), title(program)
        program.key("ctrl+s")
        program.wait_for(lambda: json.load(open(path, encoding="utf-8"))["text"] == "a cat sleeps well!", "the new text")
        program.settle()
        assert "overlay.dialog" not in program.items(), "it asked again"
        assert not title(program).startswith("●"), title(program)
        recent = json.load(open(os.path.join(program.home, "config/regard/preferences.json"), encoding="utf-8"))
        assert recent["recent_sessions"] == [path], recent


def a_session_is_found_and_opened_by_keys_alone():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        write(program, "lessons/first.json", json.dumps({"format": 2, "model": "council", "text": "the dog barked"}))
        write(program, "lessons/notes.txt", "not a session")
        program.key("ctrl+o")
        program.wait_for(lambda: "dialog.entry.lessons" in program.items(), "the folder in the list")
        program.type("less")
        program.key("Return")
        program.wait_for(lambda: "dialog.entry.first.json" in program.items(), "the file in the list")
        assert "dialog.entry.notes.txt" not in program.items(), "it is no session"
        program.key("Down", "Return")
        program.wait_for(lambda: program.session()["text"] == "the dog barked", "the session")
        program.settle()
        assert "overlay.dialog" not in program.items()


def a_wrong_file_is_called_by_its_name_and_the_field_is_ready_for_another():
    with driver.Program("--text", "a cat", "--lang", "en") as program:
        write(program, "paper.pdf", "%PDF-1.7\n%....\n")
        program.key("ctrl+o")
        program.settle()
        program.type("~/paper.pdf")
        program.key("Return")
        assert "overlay.dialog" in program.items(), "the question is gone"
        assert "is a document (PDF)" in program.state()["messages"][-1], program.state()["messages"]
        program.type("/nowhere.json")
        program.key("Return")
        assert "/nowhere.json: there is no such file" in program.state()["messages"][-1], "the wrong name was not replaced"
        program.key("Escape")
        program.settle()
        assert "overlay.dialog" not in program.items()


def what_is_dropped_is_opened_or_called_by_its_name_until_one_acts():
    with driver.Program("--text", "a cat", "--lang", "ru") as program:
        drop(program, write(program, "архив.zip", b"PK\x03\x04\x14\0\0\0readme.txt", "wb"))
        assert "notice" in program.items(), sorted(program.items())
        assert "архив.zip — архив (ZIP)" in program.state()["messages"][-1], program.state()["messages"]
        program.key("Escape")
        assert "notice" not in program.items(), "Escape closes it"
        drop(program, write(program, "текст.txt", "Мама мыла раму.\nПапа читал.\n"))
        assert program.session()["text"] == "Мама мыла раму. Папа читал. ", program.session()["text"]
        assert "notice" not in program.items()
        drop(program, write(program, "старый.txt", "Мама".encode("cp1251"), "wb"))
        assert "notice" in program.items(), "letters of another encoding are told"
        program.key("ctrl+z")
        assert program.session()["text"] == "a cat", program.session()["text"]
        assert "notice" not in program.items(), "somebody acted"


def the_export_dialog_shows_the_file_and_asks_before_it_replaces_one():
    with driver.Program("--text", "a cat sleeps", "--lang", "en") as program:
        program.key("ctrl+e")
        program.settle()
        x, y = (int(place) for place in program.centre("export.preview"))
        picture = program.picture()[y - 60:y + 60, x - 60:x + 60].reshape(-1, 3)
        assert len({tuple(pixel) for pixel in picture}) > 20, "the preview is empty"
        program.type("map.svg")
        program.key("Return")
        path = os.path.join(program.home, "map.svg")
        program.wait_for(lambda: os.path.exists(path), "the file")
        program.settle()
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("mine")
        program.key("ctrl+e", "ctrl+a")
        program.type("map.svg")
        program.key("Return")
        assert "overlay.export" in program.items(), "it was written without a question"
        assert open(path, encoding="utf-8").read() == "mine"
        program.click("export.confirm")
        program.wait_for(lambda: open(path, encoding="utf-8").read() != "mine", "the file, replaced")


driver.main([a_session_is_saved_once_by_name_and_then_without_asking_and_the_title_says_so,
             a_session_is_found_and_opened_by_keys_alone,
             a_wrong_file_is_called_by_its_name_and_the_field_is_ready_for_another,
             what_is_dropped_is_opened_or_called_by_its_name_until_one_acts,
             the_export_dialog_shows_the_file_and_asks_before_it_replaces_one])
