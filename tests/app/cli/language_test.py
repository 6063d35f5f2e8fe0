#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped program speaks the language of the machine, or the one that --lang asks for, in help, remarks and errors."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.environ["REGARD_BINARY"]
COMMANDS = ("trace", "tokens", "generate", "heads", "importance", "probe", "drift", "train", "council", "kinds", "export", "lesson", "capture",
            "models")
LESSON_COMMANDS = ("check", "new", "print")
WIDTH = 80
# What no language translates: formats, architectures, names, formulas, special tokens.
NAMES = set("elu regard Regard OpenGL PNG JSON CSV NPZ NumPy GGUF UTF Hugging Face ViT DeiT KV CLS SEP softmax A Q K N W W_O v x s gguf png svg pdf csv json npz html md ru en CoNLL U conllu assets corpora README AdamW LayerNorm RMSNorm step PEFT LoRA router content_to_position position_to_content".split())
NAMES |= {"mask", "add", "set_weight", "ablate", "patch"}  # kinds of interventions
NAMES |= set("window global first_last strided blocks topk hard sigmoid cosine linear performer flash w g c b k m B".split())
WORD = re.compile(r"[A-Za-z][A-Za-z_]*")
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)


def regard(*arguments, language="C", **more):
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
    environment = {key: value for key, value in os.environ.items() if key not in gone}
    environment.update(LANG=language, **more)
    said = subprocess.run([BINARY, *arguments], capture_output=True, env=environment, timeout=120)
    return said.returncode, said.stdout.decode("utf-8"), said.stderr.decode("utf-8")


def helps(language):
    for command in ((), *((name,) for name in COMMANDS), *(("lesson", name) for name in LESSON_COMMANDS)):
        code, out, err = regard(*command, "--help", language=language)
        assert (code, err) == (0, ""), err
        yield " ".join(command) or "regard", out


def values_of(text):
    """The words of `a|b|c` behind options."""
    return {word for choice in re.findall(r"[\w-]+(?:\|[\w-]+)+", text) for word in re.findall(r"[a-z_]+", choice)}


class Help(unittest.TestCase):
    def test_russian_help_has_no_english_words_but_names(self):
        english = dict(helps("C"))
        for command, text in helps("ru_RU.UTF-8"):
            options = set(re.findall(r"--?[a-z][a-z-]*", text))
            self.assertEqual(options, set(re.findall(r"--?[a-z][a-z-]*", english[command])), command)
            known = NAMES | set(COMMANDS) | set(LESSON_COMMANDS) | values_of(text) | values_of(english[command])
            known |= set(re.findall(r"([a-z_]+)\s+—\s+[а-яK]", text))  # a value and what it means
            known |= {word for value in re.findall(r"по\s+умолчанию\s+([\w-]+)", text) for word in WORD.findall(value)}
            left = re.sub(r"--?[a-z][a-z-]*", " ", text)
            foreign = {word for word in WORD.findall(left) if word not in known}
            self.assertEqual(foreign, set(), f"{command}:\n{text}")

    def test_english_help_has_no_russian_words(self):
        for command, text in helps("en_US.UTF-8"):
            self.assertNotRegex(text, CYRILLIC, command)

    def test_every_option_is_described_in_both_languages(self):
        for language in ("C", "ru_RU.UTF-8"):
            for command, text in helps(language):
                rows = re.findall(r"^  (-[^\n]*(?:\n {28}[^\n]*)*)", text, re.MULTILINE)
                self.assertGreater(len(rows), 1)
                for row in rows:
                    self.assertRegex(row, r"(\s{2,}|\n {28})\S+", f"{language} {command}")
                self.assertNotIn("cli.", text, f"{language} {command}: a key without a text")

    def test_columns_line_up_and_nothing_is_wider_than_a_terminal(self):
        for language in ("C", "ru_RU.UTF-8"):
            for command, text in helps(language):
                for line in text.splitlines():
                    self.assertLessEqual(len(line), WIDTH, f"{language} {command}: {line}")
                    row = re.match(r"  (\S.*?)  +\S", line)
                    if row:
                        self.assertEqual(row.end() - 1, 28, f"{language} {command}: {line}")

    def test_every_value_of_a_choice_is_told(self):
        for language in ("C", "ru_RU.UTF-8"):
            texts = dict(helps(language))
            for command, option in (("trace", "--mask"), ("trace", "--attention"), ("export", "--view"),
                                    ("export", "--patch"), ("export", "--patch-map"), ("export", "--words"),
                                    ("export", "--shown"), ("export", "--theme"), ("export", "--replace")):
                needed = ["--text", "a", "--json"] if command == "trace" else ["--out", "x.png"]
                code, _, said = regard(command, *needed, option, "?", language=language)
                self.assertEqual(code, 2)
                names = re.search(r"(?:none of|возможные значения:) (.*?)\. ", said).group(1).split(", ")
                self.assertGreater(len(names), 1)
                row = re.search(rf"^  {option} [^\n]*(?:\n {{28}}[^\n]*)*", texts[command], re.MULTILINE).group(0)
                for name in names:
                    self.assertRegex(row, rf"(?<![\w-]){name}(?![\w-])", f"{language} {command} {option}")

    def test_help_and_version_come_in_milliseconds(self):
        for arguments in (["--version"], ["--help"], ["export", "--help"]):
            best = 1e9
            for _ in range(10):
                start = time.perf_counter()
                regard(*arguments, language="ru_RU.UTF-8")
                best = min(best, time.perf_counter() - start)
            print(f"regard {' '.join(arguments)}: {best * 1000:.0f} ms")
            self.assertLess(best, 0.5)


# A command line that is wrong, its exit code, and a part of what is said in English and in Russian.
WRONG = (
    (2, ["--nonsense"], "no option --nonsense", "Параметра --nonsense нет"),
    (2, ["trace", "--txt=a"], "trace has no option --txt.", "У команды trace нет параметра --txt."),
    (2, ["sing"], "no command “sing”, only trace, ", "Команды «sing» нет, есть trace, "),
    (2, ["trace", "--json", "--text", "я", "люблю"], "“люблю” is one word too many", "Слово «люблю» здесь лишнее"),
    (2, ["models", "trace"], "“trace” is one word too many", "Слово «trace» здесь лишнее"),
    (2, ["tokens"], "--text must be given", "Не хватает параметра --text"),
    (2, ["export", "--text", "a"], "--out must be given", "Не хватает параметра --out"),
    (2, ["trace", "--json"], "One of --text, --text-file, --image must", "Нужен один из параметров --text, --text-file, --image"),
    (2, ["trace", "--text", "a"], "One of --npz, --json, --csv must", "Нужен один из параметров --npz, --json, --csv"),
    (2, ["trace", "--text", "a", "--json", "--csv"], "Only one of --npz, ", "можно указать только один"),
    (2, ["tokens", "--text"], "--text needs a value", "Параметру --text нужно значение"),
    (2, ["--text"], "--text needs a value", "Параметру --text нужно значение"),
    (2, ["tokens", "--text", "a", "--text", "b"], "--text may be given only once", "--text можно указать только один раз"),
    (2, ["trace", "--text", "a", "--json=no"], "--json takes no value", "Параметр --json пишут без значения"),
    (2, ["--version=x"], "cannot be understood", "не удаётся понять"),
    (2, ["--model", "council", "models"], "--model must stand behind models", "Параметр --model пишут после команды models"),
    (2, ["--layer", "-1"], "--layer: “-1” is no whole number", "--layer: «-1» не подходит, нужно целое число"),
    (2, ["importance", "--sentences", "0"], "“0” is no whole number from 1", "«0» не подходит, нужно целое число не меньше 1"),
    (2, ["export", "--out", "a.csv", "--sentences", "0"], "“0” is no whole number from 1", "«0» не подходит, нужно целое число не меньше 1"),
    (2, ["export", "--out", "a.csv", "--view", "arcs", "--cells", "value"], "--cells says nothing about the view arcs: it belongs to --view weights", "Параметр --cells ничего не значит для вида arcs: он относится к --view weights"),
    (2, ["--lang", "de"], "--lang: “de” is none of en, ru", "--lang: «de» не подходит, возможные значения: en, ru"),
    (2, ["--window", "0x0"], "no size like 1600x900 (200 to 16384", "нужен размер вроде 1600x900 (стороны от 200 до 16384"),
    (2, ["generate", "--text", "a", "--temperature", "-1"], "no number from 0", "нужно число не меньше 0"),
    (2, ["trace", "--text", "a", "--json", "--temperature", "0"], "no number above 0", "нужно число больше 0"),
    (2, ["export", "--out", "a.png", "--scale", "99"], "no scale from 0.25 to 8", "нужно число от 0.25 до 8"),
    (1, ["tokens", "--model", "/nowhere", "--text", "a"], "/nowhere: there is no such file", "/nowhere: нет такого файла"),
    (1, ["trace", "--model", "/nowhere", "--text", "a", "--json"], "/nowhere: there is no such file", "/nowhere: нет такого файла"),
    (1, ["trace", "--text-file", "/nowhere", "--json"], "/nowhere: there is no such file", "/nowhere: нет такого файла"),
    (1, ["trace", "--text", "a", "--npz", "/nowhere/a.npz"], "a.npz cannot be written: no such", "a.npz не удаётся записать: нет такого файла или папки"),
    (1, [], "No window can be opened: ", "Не удаётся открыть окно: "),
    (1, ["trace", "--text", "a", "--json", "--layer", "99"], "--layer should be from 0 to", "--layer: ожидалось число от 0 до"),
    (1, ["trace", "--text", "a", "--json", "--target", "b"], "--target says nothing", "параметр --target к ней не относится"),
    (1, ["generate", "--text", "a"], "cannot continue a text", "продолжить текст не может"),
    (1, ["export", "--out", "a.doc"], "a.doc should end with", "a.doc: имя должно кончаться на"),
)


class Sentences(unittest.TestCase):
    def one(self, said, code):
        self.assertEqual(said[0], code, said)
        self.assertEqual(said[1], "")
        self.assertEqual(said[2].count("\n"), 1, said[2])
        self.assertTrue(said[2].startswith("regard: ") and said[2].endswith(".\n"), said[2])
        return said[2]

    def test_what_is_wrong_is_told_in_the_language_of_the_machine(self):
        for code, arguments, english, russian in WRONG:
            with self.subTest(arguments=arguments):
                said = self.one(regard(*arguments), code)
                self.assertIn(english, said)
                self.assertNotRegex(said.replace("люблю", ""), CYRILLIC)
                said = self.one(regard(*arguments, language="ru_RU.UTF-8"), code)
                self.assertIn(russian, said)
                self.assertNotRegex(said, r"(?i)(?<![\w-])(the|of|is|and|for|no|not|file|such)\b")
                self.assertEqual("regard --help" in said, code == 2)

    def test_a_language_that_is_asked_for_wins_wherever_it_stands(self):
        for arguments in (["--lang", "ru", "tokens"], ["tokens", "--lang", "ru"], ["tokens", "--language=ru"], ["--language", "ru", "tokens"]):
            self.assertIn("Не хватает параметра --text", self.one(regard(*arguments), 2))
        self.assertIn("--text must be given", self.one(regard("tokens", "--lang", "en", language="ru_RU.UTF-8"), 2))
        self.assertIn("нет такого файла или папки", self.one(regard("--lang", "ru", "tokens", "--text", "a", "--model", "/nowhere"), 1))
        self.assertIn("Запуск:", regard("trace", "--help", "--lang", "ru")[1])
        self.assertIn("Usage:", regard("--lang", "en", "--help", language="ru_RU.UTF-8")[1])

    def test_the_variables_of_the_machine_have_their_order(self):
        for variables, russian in (({"LC_ALL": "ru_RU.UTF-8"}, True), ({"LC_MESSAGES": "ru_RU"}, True), ({}, False),
                                   ({"LC_ALL": "C", "LC_MESSAGES": "ru_RU.UTF-8"}, False), ({"LC_ALL": ""}, False)):
            self.assertEqual("Запуск" in regard("--help", **variables)[1], russian, variables)
        self.assertIn("Usage", regard("--help", language="ru_RU.UTF-8", LC_ALL="C.UTF-8")[1])

    def test_what_machines_read_is_the_same_in_both(self):
        for arguments in (["trace", "--text", "кот", "--json", "--layer", "0", "--head", "0"], ["--version"],
                          ["trace", "--text", "кот", "--csv", "--layer", "0", "--head", "0"], ["tokens", "--text", "кот", "--json"]):
            self.assertEqual(regard(*arguments), regard(*arguments, language="ru_RU.UTF-8"))

    def test_tables_and_remarks_are_for_people(self):
        code, out, err = regard("models", language="ru_RU.UTF-8")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out.splitlines()[0], r"^имя +архитектура +открывается ")
        self.assertRegex(out, r"council +BertForMaskedLM +да +встроенная .*[а-я]{4}")
        self.assertEqual(regard("tokens", "--text", "кот", language="ru_RU.UTF-8")[1].split()[:3], ["id", "кусок", "текст"])
        long = "кот " * 300
        err = regard("trace", "--text", long, "--json", "--layer", "0", "--head", "0", language="ru_RU.UTF-8")[2]
        self.assertEqual(err, "regard: Модель council читает не больше 128 токенов: остаток текста отброшен.\n")


class BrokenInstallation(unittest.TestCase):
    """A copy of the program beside assets whose sentences cannot be read."""

    def setUp(self):
        self.assets = pathlib.Path(tempfile.mkdtemp(prefix="regard-language-"))
        self.addCleanup(shutil.rmtree, self.assets, ignore_errors=True)
        (self.assets / "locale").mkdir()

    def refused(self, *arguments):
        code, out, err = regard(*arguments, language="ru_RU.UTF-8", REGARD_ASSETS=str(self.assets))
        self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
        self.assertIn(str(self.assets / "locale" / "ru.json"), err)
        self.assertNotIn("cli.", err)

    def test_without_sentences_one_is_said(self):
        for arguments in (["--help"], ["models"], ["--nonsense"], ["trace", "--text", "a", "--json"], []):
            self.refused(*arguments)
        self.assertEqual(regard("--version", REGARD_ASSETS=str(self.assets)), regard("--version"))

    def test_broken_sentences_are_named(self):
        (self.assets / "locale" / "ru.json").write_text('{"cli": 1')
        self.refused("--help")


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv[:1])
