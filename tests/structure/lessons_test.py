#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped lessons go together: both languages of one ask the same kinds of questions of the same models, every lesson has claims
that can be checked in each step and says what its model simplifies, links lead somewhere, and the glossaries explain the same terms.
Whether what they say is so is asked by tests/app/cli/lesson_test.py."""
import pathlib
import re
import unittest

LESSONS = pathlib.Path.cwd() / "assets" / "lessons"
KINDS = {"choice", "mark-keys", "arrows", "rank-token", "find-head", "make-it"}
LANGUAGES = ("ru", "en")


def read(name):
    return (LESSONS / name).read_text(encoding="utf-8")


def names():
    return sorted({path.name[:-len(".ru.md")] for path in LESSONS.glob("[0-9]*.md")})


def steps(text):
    """(title, body) of each step."""
    return [tuple(part.split("\n", 1)) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]


def blocks(text, kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def values(text, key):
    return re.findall(rf"^{key}: *(.*)$", text, flags=re.MULTILINE)


def terms(language):
    return re.findall(r"^## .*\{#([\w-]+)\}$", read(f"glossary.{language}.md"), flags=re.MULTILINE)


class Lessons(unittest.TestCase):
    def test_there_are_thirteen_in_both_languages(self):
        self.assertEqual(len(names()), 13)
        for name in names():
            for language in LANGUAGES:
                self.assertTrue((LESSONS / f"{name}.{language}.md").is_file(), f"{name}.{language}.md")

    def test_both_languages_ask_alike(self):
        for name in names():
            both = [read(f"{name}.{language}.md") for language in LANGUAGES]
            for key in ("model", "minutes", "kind"):
                self.assertEqual(*(values(text, key) for text in both), f"{name}: {key}")

    def test_all_six_kinds_of_questions_occur(self):
        for language in LANGUAGES:
            asked = {kind for name in names() for kind in values(read(f"{name}.{language}.md"), "kind")}
            self.assertEqual(asked, KINDS, language)

    def test_every_step_claims_something_and_every_lesson_says_what_it_simplifies(self):
        for name in names():
            for language in LANGUAGES:
                text = read(f"{name}.{language}.md")
                self.assertEqual(len(blocks(text, "simplified")), 1, f"{name}.{language}")
                for title, body in steps(text):
                    self.assertTrue(blocks(body, "check"), f"{name}.{language}: {title}")
                    self.assertTrue(blocks(body, "state"), f"{name}.{language}: {title}")

    def test_questions_have_a_nudge_and_say_something_after(self):
        for name in names():
            for language in LANGUAGES:
                for question in blocks(read(f"{name}.{language}.md"), "question"):
                    for key in ("ask", "nudge", "after"):
                        self.assertEqual(len(values(question, key)), 1, f"{name}.{language}: {question}")

    def test_links_lead_somewhere(self):
        for name in names():
            for language in LANGUAGES:
                text = read(f"{name}.{language}.md")
                for term in re.findall(r"\(term:([^)]*)\)", text):
                    self.assertIn(term, terms(language), f"{name}.{language}")
                for lesson in re.findall(r"\(lesson:([^)]*)\)", text):
                    self.assertIn(lesson, names(), f"{name}.{language}")

    def test_the_glossaries_explain_the_same_terms_once(self):
        self.assertEqual(*(terms(language) for language in LANGUAGES))
        self.assertEqual(len(terms("ru")), len(set(terms("ru"))))


if __name__ == "__main__":
    unittest.main()
