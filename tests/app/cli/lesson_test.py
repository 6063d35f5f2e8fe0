#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lessons on the command line, without a display: what they claim is held against the models, mistakes are named by file and
line, a template to begin with, handouts. The shipped lessons, in both languages, say nothing that the models do not do."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

BINARY = os.environ["REGARD_BINARY"]
LESSONS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"]) / "lessons"
HEAD = "---\nformat: 1\ntitle: A lesson\nmodel: council\n---\n"
STATE = "```state\npanel: arcs\ntext: The old king gave the prince a sword.\nhead: 3.0\nquery: gave\n```\n"


def regard(*arguments):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["LC_ALL"] = "C.UTF-8"
    said = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, env=environment, timeout=280)
    return said.returncode, said.stdout.decode("utf-8"), said.stderr.decode("utf-8")


class Lessons(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-lesson-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def lesson(self, body, name="l.md"):
        path = self.folder / name
        path.write_text(HEAD + body, encoding="utf-8")
        return path

    def checked(self, body):
        """Exit code, and of each line what stands behind the file's name."""
        path = self.lesson(body)
        code, out, err = regard("lesson", "check", path)
        self.assertEqual(err, "")
        lines = out.splitlines()
        self.assertTrue(all(line.startswith(f"{path}:") for line in lines[:-1]), out)
        return code, [line[len(str(path)) + 1:] for line in lines[:-1]], lines[-1]

    def test_a_claim_passes_or_fails_with_its_number(self):
        code, lines, summary = self.checked(
            "## One\n" + STATE + '```check\nweight key="king" > 0.5\nweight key="king" < 0.5\n'
            'top-key = "prince"\nrow-sum = 1 ± 0.000001\n```\n')
        self.assertEqual(code, 1)
        self.assertRegex(lines[0], r'^14: ok: weight key="?king"? > 0\.5: 0\.\d{4}$')
        self.assertRegex(lines[1], r'^15: FAILS: weight key="?king"? < 0\.5: 0\.\d{4}$')
        self.assertRegex(lines[2], r'^16: FAILS: top-key = "prince": king$')
        self.assertTrue(lines[3].startswith("17: ok: "))
        self.assertEqual(summary, "4 lines checked; 2 fail")

    def test_a_mistake_is_named_by_its_line_and_the_rest_is_checked(self):
        code, lines, _ = self.checked(
            "## One\n" + STATE + "```check\nwieght > 1\n```\n\n## Two\n```state\nquery: queen\npanel: window\n```\n"
            "```check\nrow-sum = 1 ± 0.000001\n```\n\n## Three\n```state\nmodel: /nowhere/model\ntext: a b\n```\n"
            "## Four\n```state\nmodel: council\ntext: a b\n```\n```check\ntokens > 2\n```\n")
        self.assertEqual(code, 1)
        by_line = {int(line.split(":")[0]): line for line in lines}
        self.assertIn("wieght", by_line[14])
        self.assertIn("queen", by_line[19])
        self.assertIn("arcs", by_line[20], "the panels that there are")
        self.assertIn("ok", by_line[23])
        self.assertIn("/nowhere/model", by_line[28])
        self.assertIn("ok", by_line[37])

    def test_a_broken_file_ends_with_a_sentence(self):
        for content, part in ((b"no head\n", "---"), (b"\x00\x01", "binary"), (b"---\n\xff\n", "UTF-8"),
                              (b"a" * (1 << 20) + b"a", "too large")):
            path = self.folder / "broken.md"
            path.write_bytes(content)
            code, out, err = regard("lesson", "check", path)
            self.assertEqual((code, err), (1, ""))
            self.assertIn(part, out.splitlines()[0])
        code, out, _ = regard("lesson", "check", self.folder / "none.md")
        self.assertEqual(code, 1)
        self.assertIn("no such file", out)

    def test_a_link_that_leads_nowhere_is_a_mistake(self):
        (self.folder / "beside.en.md").write_text("no lesson yet", encoding="utf-8")
        code, lines, _ = self.checked(
            "[a](lesson:nosuch) [b](lesson:beside) [c](lesson:03-softmax)\n\n## One\n" + STATE
            + "[a](term:head)\n[b](term:nosuch)\n")
        self.assertEqual(code, 1)
        self.assertEqual([line.split(":")[0] for line in lines], ["6", "16"], lines)
        self.assertIn("“lesson:nosuch” leads nowhere", lines[0])
        self.assertIn("lesson:beside", lines[0], "the lessons that there are")
        self.assertIn("“term:nosuch” leads nowhere", lines[1])
        self.assertIn("term:head", lines[1], "the terms that there are")

    def test_what_the_window_would_not_read_is_no_place_to_lead_to(self):
        (self.folder / "glossary.en.md").write_text("## mine {#mine}\n\nA word.\n", encoding="utf-8")
        for name in ("notes.txt", "README.md"):
            (self.folder / name).write_text("no lesson", encoding="utf-8")
        path = self.lesson("## One\n" + STATE + "[a](term:mine)\n[b](lesson:notes.txt)\n[c](lesson:README)\n[d](lesson:l)\n"
                           "```question\nkind: arrows\nask: ?\nafter: [e](step:3)\n```\n## Two\n", "l.en.md")
        code, out, _ = regard("lesson", "check", path)
        self.assertEqual(code, 1)
        self.assertEqual([line[len(str(path)) + 1:].split(":")[0] for line in out.splitlines() if "leads nowhere" in line],
                         ["13", "14", "15", "20"], out)

    def test_a_picture_is_drawn_where_it_stands_or_is_a_mistake(self):
        code, lines, _ = self.checked(
            "![a](view:weights)\n\n## One\n" + STATE + "![b](view:weights)\n\n![c](view:window)\n\n![d](view:predictions)\n")
        self.assertEqual(code, 1)
        self.assertEqual([line.split(":")[0] for line in lines], ["6", "17", "19"][:len(lines)], lines)
        self.assertIn("before the first step", lines[0])
        self.assertIn("view:arcs", lines[1])

    def test_a_lesson_of_the_program_is_named_by_its_number(self):
        code, out, err = regard("lesson", "check", "3")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual({pathlib.Path(line.partition(":")[0]).name for line in out.splitlines()[:-1]},
                         {"03-softmax.ru.md", "03-softmax.en.md"})
        page = self.folder / "page.html"
        self.assertEqual(regard("lesson", "print", "3", "--output", page, "--lang", "ru"), (0, "", ""))
        self.assertIn('<html lang="ru">', page.read_text(encoding="utf-8"))
        code, out, err = regard("lesson", "check", "30")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("03-softmax", err)

    def test_lessons_of_two_languages_are_printed_each_in_its_own(self):
        ask = "```question\nkind: arrows\nask: ?\n```\n## Rest\n"
        files = [self.lesson("## One\n" + STATE + ask, name) for name in ("a.ru.md", "b.en.md")]
        page = self.folder / "page.html"
        for order in (files, files[::-1]):
            self.assertEqual(regard("lesson", "print", *order, "--output", page), (0, "", ""))
            text = page.read_text(encoding="utf-8")
            self.assertEqual((text.count("<p>Моё предсказание"), text.count("<p>My prediction")), (1, 1))
            first = "ru" if order[0].name == "a.ru.md" else "en"
            self.assertIn(f'<html lang="{first}">', text)
            self.assertEqual(text.index("Моё предсказание") < text.index("My prediction"), first == "ru")

    def test_a_step_is_run_on_the_model_of_its_session(self):
        session = {"format": 2, "model": "narrator", "text": "The cat saw a bird and", "head": {"layer": 7, "head": 1}}
        (self.folder / "mine.json").write_text(json.dumps(session), encoding="utf-8")
        body = ("## One\n```state\nsession: mine.json\n```\nIt has {layers} layers.\n```check\nlayers = 8\n```\n"
                "## Two\n" + STATE.replace("3.0", "relation:predicate_subject")
                + "It has {layers} layers.\n```check\nlayers = 4\nweight key=\"king\" > 0.5\n```\n")
        code, lines, _ = self.checked(body)
        self.assertEqual(code, 0, lines)
        self.assertEqual(len(lines), 3, lines)
        page = self.folder / "page.html"
        self.assertEqual(regard("lesson", "print", self.folder / "l.md", "--output", page), (0, "", ""))
        text = page.read_text(encoding="utf-8")
        self.assertIn("It has 8 layers", text)
        self.assertIn("It has 4 layers", text)

    def test_hostile_files_end_soon_with_a_sentence(self):
        head = "## One\n" + STATE
        hostile = {
            "minus": "```check\nweight > " + "−" * 100_000 + "\n```\n", "quotes": "> " * 100_000 + "deep\n",
            "numbers": "{x}" * 250_000 + "\n", "lines": "```state\n" + "a:b\n" * 200_000 + "```\n",
            "checks": "```check\n" + "x\n" * 400_000 + "```\n", "braces": "{" * 900_000, "links": "[a](nowhere)" * 60_000,
            "references": "[a]: show:" + "k" * 400_000 + "\n\n" + "[a]" * 180_000,
            "options": "```question\nkind: choice\n" + "option: a\n" * 80_000 + "```\n"}
        for name, body in hostile.items():
            with self.subTest(name):
                started = time.monotonic()
                code, lines, _ = self.checked(head + body)
                self.assertEqual(code, 1)
                self.assertLessEqual(len(lines), 400)
                self.assertLess(max(len(line) for line in lines), 4000)
                self.assertLess(time.monotonic() - started, 20)

    def test_what_would_be_passed_over_is_a_mistake(self):
        code, lines, _ = self.checked(
            "## One\n" + STATE + '{weight key="king" digits=400} {weight key="king" digits=-3}\n{weight key="king" as=wat}\n\n'
            "```cheque\nweight > 2\n```\n```simplified\na\n```\n```simplified\nb\n```\n")
        self.assertEqual(code, 1)
        self.assertEqual([(line.split(":")[0], word in line) for line, word in
                          zip(lines, ("400", "-3", "wat", "cheque", "simplified"))],
                         [("13", True), ("13", True), ("14", True), ("16", True), ("22", True)], lines)

    def test_an_intervention_is_named_by_its_line(self):
        _, lines, _ = self.checked("## One\n" + STATE.replace("query", "intervene: temperature amount=-1\nquery"))
        self.assertRegex(lines[0], r"^11: FAILS: temperature amount=-1: amount should be ")

    def test_questions_have_an_answer_that_can_be_told(self):
        question = "```question\nask: ?\n"
        code, lines, _ = self.checked(
            "## One\n" + STATE + question + "kind: choice\nanswer: top-key\noption: king\noption: sword\n```\n"
            "## Two\n" + question + "kind: mark-keys\nkeys: 2\n```\n"
            "## Three\n" + question + 'kind: find-head\nanswer: weight key="king"\n```\n'
            "## Four\n" + question + 'kind: make-it\nuntil: top-key = "queen"\nexample: The old queen gave the prince a sword.\n```\n'
            "## Five\n" + question + "kind: choice\nanswer: top-key\noption: prince\noption: sword\n```\n"
            + "## Rest\n" * 5)
        self.assertEqual(code, 1)
        verdicts = [line.split(": ")[1:3] for line in lines]
        self.assertEqual(verdicts, [["ok", "choice"], ["ok", "mark-keys"], ["ok", "find-head"], ["ok", "make-it"],
                                    ["FAILS", "choice"]], lines)

    def test_half_of_the_steps_ask_at_most(self):
        _, lines, _ = self.checked("## One\n" + STATE + "```question\nkind: arrows\nask: ?\n```\n")
        self.assertTrue(any("at most half" in line for line in lines), lines)

    def test_the_template_is_a_lesson_that_holds(self):
        for language in ("ru", "en"):
            path = self.folder / f"new.{language}.md"
            self.assertEqual(regard("lesson", "new", path, "--lang", language), (0, "", ""))
            code, out, err = regard("lesson", "check", path)
            self.assertEqual((code, err), (0, ""), out)
            self.assertEqual(regard("lesson", "new", "--lang", language)[1], path.read_text(encoding="utf-8"))
        for language in ("ru", "en"):
            named = self.folder / f"named.{language}.md"
            self.assertEqual(regard("lesson", "new", named), (0, "", ""))
            self.assertEqual(named.read_bytes(), (self.folder / f"new.{language}.md").read_bytes(), "as the name says")
        code, out, err = regard("lesson", "new", path)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("is there already", err)

    def test_the_shipped_lessons_say_what_the_models_do(self):
        names = sorted(path.name for path in LESSONS.glob("[0-9]*.md"))
        self.assertEqual({name[:-6] for name in names if name.endswith(".ru.md")},
                         {name[:-6] for name in names if name.endswith(".en.md")}, "each lesson is there in both languages")
        self.assertGreaterEqual(len(names), 24)
        beside = sorted(path for path in LESSONS.glob("*.md") if path.name not in names)
        self.assertEqual({path.name[:-6] for path in beside}, {"README", "glossary"})
        code, out, err = regard("lesson", "check", *sorted(LESSONS.glob("*.md")))  # as a shell makes it of *.md
        self.assertEqual(err.splitlines(), [f"regard: {path} is no lesson: it is left out." for path in beside])
        self.assertEqual([line for line in out.splitlines() if ": FAILS: " in line], [])
        self.assertEqual(code, 0)

    def test_the_glossary_shows_what_there_is(self):
        for language in ("ru", "en"):
            shows = re.findall(r"^show: *(.*)$", (LESSONS / f"glossary.{language}.md").read_text(encoding="utf-8"), re.MULTILINE)
            self.assertGreater(len(shows), 20)
            code, lines, _ = self.checked("## One\n" + STATE + "".join(f"[x](<show: {show}>)\n" for show in shows)
                                          + "[y](<show: model=narrator head=9.9>)\n")
            self.assertEqual((code, [line.split(":")[0] for line in lines]), (1, [str(13 + len(shows))]), lines)

    def test_a_folder_is_all_its_lessons(self):
        self.lesson("## One\n" + STATE, "a.md")
        self.lesson("## One\n" + STATE, "b.md")
        (self.folder / "README.en.md").write_text("no lesson")
        self.assertEqual(regard("lesson", "check", self.folder)[0], 0)
        code, out, err = regard("lesson", "check", self.folder / "README.en.md")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("None of these files is a lesson", err)
        code, out, err = regard("lesson", "check", pathlib.Path(tempfile.mkdtemp(dir=self.folder)))
        self.assertEqual((code, out), (1, ""))
        self.assertIn("holds no lesson", err)

    def test_a_handout_is_one_page_with_everything_in_it(self):
        body = ("Hello.\n\n## One & two\n" + STATE + 'The weight is {weight key="king" digits=3}.\n\n![all](view:weights)\n\n'
                "## Ask\n```question\nkind: choice\nask: Who?\nanswer: top-key\noption: king\noption: sword\nafter: So.\n```\n")
        path = self.lesson(body, "l.en.md")
        page = self.folder / "page.html"
        self.assertEqual(regard("lesson", "print", path, "--output", page), (0, "", ""))
        text = page.read_text(encoding="utf-8")
        self.assertNotRegex(text, r'(?:src|href)="(?!data:)')
        self.assertEqual(text.count("<svg"), 3, "two pictures of the step, one of the answer")
        self.assertRegex(text, r"The weight is 0\.\d{3}\.")
        self.assertLess(text.index("My prediction"), text.index("Answers: A lesson"))
        self.assertEqual(text.count("<strong>"), text.count("</strong>"))
        for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
            xml.etree.ElementTree.fromstring(svg)
        pdf = self.folder / "page.pdf"
        self.assertEqual(regard("lesson", "print", path, "--output", pdf), (0, "", ""))
        first = pdf.read_bytes()
        self.assertTrue(first.startswith(b"%PDF"))
        self.assertEqual(regard("lesson", "print", path, "--output", pdf)[0], 0)
        self.assertEqual(pdf.read_bytes(), first, "the same lesson gives the same bytes")

    def test_what_is_no_lesson_leaves_the_old_handout_alone(self):
        binary = self.folder / "binary.md"
        binary.write_bytes(b"\x00\x01")
        for file, part in ((self.folder / "none.md", "no such file"), (binary, "binary")):
            for page in (self.folder / "page.pdf", self.folder / "page.html"):
                page.write_text("old")
                code, out, err = regard("lesson", "print", self.lesson("## One\n" + STATE), file, "--output", page)
                self.assertEqual((code, out), (1, ""))
                self.assertIn(part, err)
                self.assertEqual(page.read_text(), "old")

    def test_a_task_is_answered_with_the_picture_of_its_example(self):
        task = ('```question\nask: ?\nkind: make-it\nuntil: top-key = "queen"\n%s```\n')
        page = self.folder / "page.html"
        for example, words in (("example: The old queen gave the prince a sword.\n", ["queen"]), ("", [])):
            path = self.lesson("## One\n" + STATE + task % example + "## Rest\n")
            self.assertEqual(regard("lesson", "print", path, "--output", page), (0, "", ""))
            pictures = re.findall(r"<svg.*?</svg>", page.read_text(encoding="utf-8").partition("Answers: A lesson")[2], re.DOTALL)
            self.assertEqual([[word for word in ("king", "queen") if word in picture] for picture in pictures],
                             [words] if words else [])

    def test_bad_usage_is_told(self):
        for arguments, part in ((["lesson"], "check, new, print"), (["lesson", "frobnicate"], "check, new, print"),
                                (["lesson", "check"], "FILE"), (["lesson", "print", "x.md"], "--output")):
            code, out, err = regard(*arguments)
            self.assertEqual((code, out), (2, ""), err)
            self.assertIn(part, err)
        code, _, err = regard("lesson", "print", self.lesson("## One\n" + STATE), "--output", self.folder / "page.doc")
        self.assertEqual(code, 1)
        self.assertIn(".pdf", err)


if __name__ == "__main__":
    unittest.main()
