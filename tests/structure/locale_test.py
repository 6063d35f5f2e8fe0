#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Both languages hold the same keys and placeholders; every key the code asks for exists; every key is used; no sentence
stands in the sources of the rooms that speak to a person, and none is put together there from pieces; what is counted has all
the forms that its language has for it."""
import json
import pathlib
import re
import sys

PLURALS = {"ru": {"one", "few", "many"}, "en": {"one", "other"}}
FORMS = {"one", "few", "many", "other"}
TR = re.compile(r'\btr(?:_plural)?\(\s*"([^"]+)"')
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Colours that are other ones in another theme: a text says what they stand for, or the colour itself is drawn beside it.
THEME_COLOURS = re.compile(r"(?<!-)\b(yellow|red|жёлт\w+|красн\w+)\b", re.IGNORECASE)
SPEAKING = ("app/cli/", "app/panels/", "app/shell/", "app/main.cpp")
# Behind these words a number of things has one form, or there is no number of things: 3 × 4, "at most 512 tokens", "no. 5".
SAFE_BEFORE = ("×", "больше", "most", "no.", "№")
NO_NUMBERS = {"file", "list", "name", "token", "tokens"}  # these holes hold names
MANY = {"cli.refusal.no_room", "steps.grouped"}  # there is always more than one
GLUED = re.compile(r'"((?:[^"\\\n]|\\.)*)"\)? \+=? \(?(?:std::string\()?\btr(?:_plural)?\(|'
                   r'\btr(?:_plural)?\([^()]*(?:\([^()]*\)[^()]*)*\)\)? \+ \(?(?:std::string\()?"((?:[^"\\\n]|\\.)*)"')
BETWEEN = re.compile(r".* · |[;,] |[ ·=0-9]*[·=][ ·=0-9]*|(?:\\n)+|<.*|")  # members of a list, of a formula, lines, marks
BEFORE_SENTENCES = {"app/lesson/told.cpp"}  # "file:line: " in front of a whole one
# A comment or a literal, whichever begins first.
COMMENT_OR_LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|' + LITERAL.pattern, re.DOTALL)
WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")


def no_duplicates(pairs):
    seen = [key for key, _ in pairs]
    twice = {key for key in seen if seen.count(key) > 1}
    if twice:
        raise ValueError(f"the key {sorted(twice)[0]} stands twice in one object")
    return dict(pairs)


def leaves(node, forms, prefix=""):
    """Dotted key -> text, or for a plural the list of its forms."""
    for key, value in node.items():
        if isinstance(value, dict) and FORMS >= set(value) and "one" in value:
            if set(value) != forms:
                raise ValueError(f"{prefix}{key} has the plural forms {', '.join(value)}; this language has "
                                 f"{', '.join(sorted(forms))}")
            yield prefix + key, list(value.values())
        elif isinstance(value, dict):
            yield from leaves(value, forms, prefix + key + ".")
        elif isinstance(value, str):
            yield prefix + key, value
        else:
            raise ValueError(f"{prefix}{key} is neither a text nor an object")


def text_of(value):
    return " ".join(value) if isinstance(value, list) else value


def counted_words(table):
    """The words that change with a number: those in which the forms of the plurals differ."""
    words = set()
    for forms in table.values():
        if isinstance(forms, list):
            told = [set(re.findall(r"[^\W\d_]{2,}", form)) for form in forms]
            words |= set.union(*told) - set.intersection(*told)
    return words


def uncounted(table):
    """Texts in which such a word stands behind a number, yet in one form only."""
    words = counted_words(table)
    for key, text in table.items():
        if isinstance(text, list) or key in MANY or key.startswith("error."):  # an error's details are texts
            continue
        for before, hole, word in re.findall(r"((?:^|\S+)\s*)\{(\w+)\}\s([^\W\d_]{2,})", text):
            if word in words and hole not in NO_NUMBERS and not before.strip().endswith(SAFE_BEFORE):
                yield key, word


def glued(source):
    """Texts of the locale beside literals that hold more than what stands between the members of a list."""
    for line in source.splitlines():
        for piece in GLUED.findall(line):
            literal = next((part for part in piece if part), "")
            if not BETWEEN.fullmatch(literal):
                yield literal, line.strip()


def sentences(source):
    """The literals of a source file in which two words stand side by side."""
    for found in COMMENT_OR_LITERAL.finditer(source):
        if found.group(1) and WORDS.search(found.group(1)):
            yield found.group(1)


def complaints(root):
    tables = {}
    for language in ("ru", "en"):
        path = root / "assets" / "locale" / f"{language}.json"
        try:
            tree = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=no_duplicates)
            tables[language] = dict(leaves(tree, PLURALS[language]))
        except (OSError, ValueError) as error:
            yield f"assets/locale/{language}.json: {error}"
            return
    russian, english = tables["ru"], tables["en"]
    for key in sorted(set(russian) ^ set(english)):
        yield f"{key}: only in {'ru' if key in russian else 'en'}.json"
    for key in sorted(set(russian) & set(english)):
        if isinstance(russian[key], list) != isinstance(english[key], list):
            yield f"{key}: a plural in one language only"
        texts = [text_of(russian[key]), text_of(english[key])]
        if not all(text.strip() for text in texts):
            yield f"{key}: an empty text"
        if len({frozenset(PLACEHOLDER.findall(text)) for text in texts}) != 1:
            yield f"{key}: the two languages name different {{placeholders}}"
    for language, table in tables.items():
        for key, text in table.items():
            if colour := THEME_COLOURS.search(text_of(text)):
                yield f"{key}: “{colour.group()}” is another colour in another theme ({language}.json)"
        for key, word in uncounted(table):
            yield f"{key}: “{word}” stands behind a number in {language}.json and has no plural forms"

    used, prefixes = set(), set()
    for path in sorted(root.glob("app/**/*")) + sorted(root.glob("core/**/*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        if name.startswith(SPEAKING):
            for sentence in sentences(source):
                yield f"{name}: says “{sentence}”, which belongs into the locale files"
        for literal, line in glued(source) if name.startswith("app/") and name not in BEFORE_SENTENCES else ():
            yield f"{name}: puts “{literal}” beside a text: {line}"
        for key in TR.findall(source):
            if key not in russian and not key.endswith("."):
                yield f"{name}: asks for {key}, which no language has"
        for literal in LITERAL.findall(source):
            used.add(literal)
            if re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*\.", literal):
                prefixes.add(literal)  # tr("relation." + name)
    for key in sorted(russian):
        if key not in used and not any(key.startswith(prefix) for prefix in prefixes):
            yield f"{key}: no source file asks for it"


def main():
    found = list(complaints(pathlib.Path.cwd()))
    print("\n".join(found) or "Both languages are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
