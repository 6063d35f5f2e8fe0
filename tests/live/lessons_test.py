# SPDX-License-Identifier: Apache-2.0
"""Lessons in the window: given from the first step to the last, left and gone back to, brought by a teacher."""
import json
import os
import re
import shutil

import driver
import drop_source

CATS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cats.ru.md")
SENTENCE = "Кошка, которая сидела на крыше, смотрела на птицу."


def own_lesson(program, name="cats.ru.md"):
    """A copy in the program's home: what is beside the tests stays as it is."""
    path = os.path.join(program.home, name)
    shutil.copyfile(CATS, path)
    return path


def preferences(program):
    with open(os.path.join(program.home, "config/regard/preferences.json"), encoding="utf-8") as stream:
        return json.load(stream)


def place(program):
    return program.session()["stage"].get("lesson")


def open_lesson(program, path):
    drop_source.drop(program, 300, 300, path)
    program.wait_for(lambda: "lesson.entry.0" in program.items() or "lesson.text.link" in program.items()
                     or "lesson.back" in program.items(), "the lesson in its column")
    program.settle()


def turn_until(program, arrived, where):
    """Page by page with the keyboard: a page longer than the column is moved through first."""
    for _ in range(6):
        if arrived(place(program)):
            return
        program.key("Next")
    raise AssertionError(f"never came to {where}: {place(program)}")


def turn_to(program, step):
    turn_until(program, lambda now: not now["contents"] and now["step"] == step, f"step {step}")


def retype(program, text):
    """A busy X server loses a letter now and then; a person would see it and type again."""
    for _ in range(3):
        program.key("ctrl+l", "ctrl+a")
        program.type(text)
        if program.session()["text"] == text:
            return
    raise AssertionError(program.session()["text"])


def a_lesson_is_given_from_its_first_step_to_its_last_with_the_keyboard():
    with driver.Program("--lang", "ru") as program:
        path = own_lesson(program)
        open_lesson(program, path)
        assert place(program)["contents"], "a new lesson begins with its contents"
        turn_to(program, 0)
        assert program.session()["text"] == SENTENCE, program.session()["text"]
        assert (program.session()["head"]["layer"], program.session()["head"]["head"]) == (3, 0), program.session()["head"]
        assert "panel.lesson" in program.items() and "panel.arcs" in program.items(), sorted(program.items())
        program.chord("shift", "1")
        program.chord("alt", "Return")
        assert "question.good" in program.items(), "the cat it was"
        turn_to(program, 1)
        assert (program.session()["head"]["layer"], program.session()["head"]["head"]) == (3, 3), program.session()["head"]
        tokens = program.state()["tokens"]
        bird = next(index for index, token in enumerate(tokens) if token.startswith("птиц"))
        program.click(f"strip.token.{bird}")
        assert program.session()["query"]["value"] == len(SENTENCE[:SENTENCE.index("смотрела")].encode()), "a mark chooses nothing"
        program.chord("alt", "Return")
        assert "question.caught" in program.items() and "question.good" in program.items(), sorted(program.items())
        turn_to(program, 2)
        assert "question.making" in program.items(), "not yet"
        retype(program, "Собака спала.")
        program.wait_for(lambda: "question.again" in program.items(), "the dog, once nobody types")
        program.key("Escape")
        for step in (3, 4, 5):
            turn_to(program, step)
        turn_until(program, lambda now: now["contents"], "the contents, where the end leads")
        kept = preferences(program)["lessons"][0]
        assert kept["lesson"] == path and kept["furthest"] == 5 and kept["answered"] == [0, 1, 2], kept


def what_is_done_by_hand_never_breaks_a_step_and_one_key_leads_back():
    with driver.Program("--lang", "ru") as program:
        open_lesson(program, own_lesson(program))
        turn_to(program, 0)
        assert "lesson.restore" not in program.items()
        set_by_step = program.session()
        program.key("Up", "Left")
        program.chord("alt", "3")
        assert program.session()["head"] != set_by_step["head"]
        assert "lesson.restore" in program.items(), "a quiet way back"
        program.chord("alt", "r")
        assert program.session()["head"] == set_by_step["head"] and program.session()["stage"]["workspace"] == "look"
        assert "lesson.restore" not in program.items()
        program.key("ctrl+z")
        assert program.session()["head"] != set_by_step["head"], "one undo takes it back"
        turn_to(program, 1)
        program.key("ctrl+z")
        assert place(program)["step"] == 0, "undoing a step turns its page back"


def the_language_of_a_lesson_is_that_of_the_window_whatever_is_undone():
    with driver.Program("--lang", "ru", "--lesson", "1") as program:
        program.wait_for(lambda: "lesson.next" in program.items(), "the first lesson")
        for _ in range(2):
            program.click("lesson.next")
        step, russian = place(program)["step"], program.session()["text"]
        assert re.search("[а-я]", russian), russian
        head = program.session()["head"]
        program.key("F2")
        program.wait_for(lambda: program.session()["text"] != russian, "the sentence of the English lesson")
        program.settle()
        assert not re.search("[а-я]", program.session()["text"]), program.session()["text"]
        assert place(program)["step"] == step and "lesson.restore" not in program.items()
        program.key("ctrl+z")
        program.settle()
        assert place(program)["step"] == step - 1, "undo goes back to the step before, for nobody has gone anywhere since"
        assert not re.search("[а-я]", program.session()["text"]), program.session()["text"]
        assert "lesson.restore" not in program.items(), "it is as that step says it in English"
        program.key("ctrl+shift+z")
        program.settle()
        assert place(program)["step"] == step and not re.search("[а-я]", program.session()["text"]), program.session()["text"]
        assert program.session()["head"] == head


def a_lesson_that_its_teacher_saves_is_on_show_at_once_and_a_mistake_in_it_is_a_sentence():
    with driver.Program("--lang", "ru") as program:
        path = own_lesson(program)
        open_lesson(program, path)
        turn_to(program, 3)
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        before = text.replace("## На кого?", "## Ещё шаг\n\nОн вставлен перед тем, который показан.\n\n## На кого?")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(before.replace("Кошка спала.", "Кошка долго спала."))
        program.wait_for(lambda: place(program)["step"] == 4, "the step of the same name at its new place")
        program.wait_for(lambda: program.session()["text"] == "Кошка долго спала.", "its new sentence")
        assert "lesson.restore" not in program.items()
        program.wait_for(lambda: "lesson.step.6" in program.items(), "a step more")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(before.replace("panel: weights", "panell: weights"))
        program.wait_for(lambda: any("cats.ru.md" in each for each in program.state()["messages"]), "why it was not taken")
        assert "lesson.step.6" in program.items() and place(program)["step"] == 4, "the lesson stays"
        assert program.session()["text"] == "Кошка долго спала."


def a_link_to_another_model_waits_for_it_and_lights_what_it_says():
    with driver.Program("--lang", "ru") as program:
        path = own_lesson(program)
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        link = "[голова](<show: model=narrator text=\"Кошка сидела на крыше. Кошка\" head=relation:previous_token panel=weights lit=sentence>)"
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text.replace("На ней только слова", f"Вот {link}. На ней только слова"))
        open_lesson(program, path)
        turn_to(program, 4)
        head = program.session()["head"]
        program.click("lesson.text.link.show:#0")
        program.wait_for(lambda: "narrator" in program.state()["model_shown"], "the other model")
        program.settle()
        assert program.session()["model"] == "narrator" and program.session()["text"].endswith("Кошка")
        assert program.session()["head"] != head, "the head that the other model names so"
        assert not any("narrator" in each and "0.0" in each for each in program.state()["messages"]), program.state()["messages"]
        panel = program.item("panel.sentence")
        edge = program.picture().astype(int)[int(panel["y"]) - 2, int(panel["x"]) + 20:int(panel["x"] + panel["w"]) - 20]
        assert (edge.max(axis=1) - edge.min(axis=1) > 40).mean() > 0.9, "no frame in colour around the sentence"
        program.chord("alt", "r")
        program.wait_for(lambda: "council" in program.state()["model_shown"], "the step's model again")


def a_lesson_is_remembered_where_it_was_left():
    with driver.Program("--lang", "ru") as program:
        home, path = program.home, own_lesson(program)
        open_lesson(program, path)
        turn_to(program, 1)
        assert "question.veil" in program.items()
        assert program.close() == 0
        with driver.Program("--lang", "ru", home=home) as again:
            assert place(again) == {"lesson": path, "step": 1, "contents": False}, place(again)
            again.wait_for(lambda: "question.veil" in again.items(), "the question is still open")
            assert "lesson.restore" not in again.items()
            head = again.session()["head"]
            again.key("Up")
            again.wait_for(lambda: "lesson.restore" in again.items(), "the way back")
            again.chord("alt", "r")
            assert again.session()["head"] == head
            again.click("lesson.close")
            assert "panel.lesson" not in again.items()
            again.click("top.lessons")
            again.key("Escape")
            open_lesson(again, path)
            assert place(again) == {"lesson": path, "step": 1, "contents": False}, place(again)


def a_teachers_lesson_is_found_in_the_menu_and_by_the_command_line_and_a_broken_one_says_where():
    with driver.Program("--lang", "ru") as program:
        folder = os.path.join(program.home, ".local/share/regard/lessons")
        os.makedirs(folder)
        shutil.copyfile(CATS, os.path.join(folder, "cats.ru.md"))
        program.click("top.lessons")
        program.settle()
        mine = max((name for name in program.items() if name.startswith("lessons.")), key=lambda name: int(name[8:]))
        program.click(mine)
        program.wait_for(lambda: "lesson.entry.3" in program.items(), "the lesson")
        broken = os.path.join(program.home, "broken.md")
        with open(broken, "w", encoding="utf-8") as stream:
            stream.write("---\nformat: 1\ntitle: Сломан\n---\n\n## Шаг\n\n```state\ntext: кот спит\npanel: nowhere\n```\n\nТекст.\n")
        drop_source.drop(program, 300, 300, broken)
        program.wait_for(lambda: place(program)["lesson"] == broken and "lesson.entry.0" in program.items(), "the other lesson")
        program.settle()
        turn_to(program, 0)
        assert program.session()["text"] == "кот спит", "the rest of the lesson works"
        assert "lesson.mistakes" in program.items()
        noise = os.path.join(program.home, "noise.md")
        with open(noise, "wb") as stream:
            stream.write(bytes(range(256)) * 40000)
        drop_source.drop(program, 300, 300, noise)
        program.wait_for(lambda: place(program)["lesson"] == noise and "lesson.mistakes" in program.items(), "no lesson at all")
    with driver.Program("--lang", "ru", "--lesson", CATS) as program:
        program.wait_for(lambda: "lesson.entry.0" in program.items(), "the lesson of the command line")


def a_term_has_a_card_that_shows_it_in_the_window_and_keys_find_it_too():
    with driver.Program("--lang", "ru") as program:
        open_lesson(program, own_lesson(program))
        turn_to(program, 0)
        program.point(*program.centre("lesson.text.link.term:weight"))
        program.wait_for(lambda: "card.show" in program.items(), "the card of the weight")
        program.settle()
        before = program.session()
        program.click("card.show")
        assert program.session()["head"] != before["head"] or program.session()["stage"] != before["stage"], "nothing was shown"
        assert place(program) == before["stage"]["lesson"], "the lesson stays"
        program.key("ctrl+z")
        assert program.session()["head"] == before["head"], "one undo takes it back"
        program.chord("shift", "F1")
        assert "glossary.search" in program.items(), "Shift-F1 opened nothing"
        program.type("mask")  # the terms' names in files are found, too; a busy X server loses Cyrillic letters
        assert "glossary.term.mask" in program.items(), "the mask is not among what was found"
        assert "glossary.term.head" not in program.items(), "the list is as long as before"
        program.key("Escape")
        assert "glossary.search" not in program.items(), "Escape closed nothing"


def a_first_start_offers_the_first_lesson_until_it_is_put_away():
    with driver.Program("--lang", "en") as program:
        home = program.home
        program.wait_for(lambda: "offer.open" in program.items(), "the offer of the first lesson")
        program.click("offer.close")
        assert "offer.open" not in program.items()
        assert program.close() == 0
        with driver.Program("--lang", "en", home=home) as again:
            assert "offer.open" not in again.items(), "never again"


driver.main([a_lesson_is_given_from_its_first_step_to_its_last_with_the_keyboard,
             what_is_done_by_hand_never_breaks_a_step_and_one_key_leads_back,
             the_language_of_a_lesson_is_that_of_the_window_whatever_is_undone,
             a_lesson_that_its_teacher_saves_is_on_show_at_once_and_a_mistake_in_it_is_a_sentence,
             a_link_to_another_model_waits_for_it_and_lights_what_it_says,
             a_lesson_is_remembered_where_it_was_left,
             a_teachers_lesson_is_found_in_the_menu_and_by_the_command_line_and_a_broken_one_says_where,
             a_term_has_a_card_that_shows_it_in_the_window_and_keys_find_it_too,
             a_first_start_offers_the_first_lesson_until_it_is_put_away])
