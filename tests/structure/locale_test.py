#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Both languages hold the same keys and placeholders; every key the code asks for exists; every key is used; and no
sentence stands in the sources of the rooms that speak to a person."""
import json
import pathlib
import re
import sys

PLURALS = {"one", "few", "many"}
TR = re.compile(r'\btr(?:_plural)?\(\s*"([^"]+)"')
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SPEAKING = ("app/cli/", "app/panels/", "app/shell/", "app/main.cpp")
# A comment or a literal, whichever begins first.
COMMENT_OR_LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|' + LITERAL.pattern, re.DOTALL)
WORDS = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")


def no_duplicates(pairs):
    seen = [key for key, _ in pairs]
    twice = {key for key in seen if seen.count(key) > 1}
    if twice:
        raise ValueError(f"the key {sorted(twice)[0]} stands twice in one object")
    return dict(pairs)


def leaves(node, prefix=""):
    """Dotted key -> text. A plural is one key whose text joins its forms."""
    for key, value in node.items():
        if isinstance(value, dict) and PLURALS >= set(value) and value:
            missing = PLURALS - set(value)
            if missing:
                raise ValueError(f"{prefix}{key} lacks the plural form {sorted(missing)[0]}")
            yield prefix + key, value["many"]
        elif isinstance(value, dict):
            yield from leaves(value, prefix + key + ".")
        elif isinstance(value, str):
            yield prefix + key, value
        else:
            raise ValueError(f"{prefix}{key} is neither a text nor an object")


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
            tables[language] = dict(leaves(tree))
        except (OSError, ValueError) as error:
            yield f"assets/locale/{language}.json: {error}"
            return
    russian, english = tables["ru"], tables["en"]
    for key in sorted(set(russian) ^ set(english)):
        yield f"{key}: only in {'ru' if key in russian else 'en'}.json"
    for key in sorted(set(russian) & set(english)):
        if not russian[key].strip() or not english[key].strip():
            yield f"{key}: an empty text"
        if set(PLACEHOLDER.findall(russian[key])) != set(PLACEHOLDER.findall(english[key])):
            yield f"{key}: the two languages name different {{placeholders}}"

    used, prefixes = set(), set()
    for path in sorted(root.glob("app/**/*")) + sorted(root.glob("core/**/*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        if name.startswith(SPEAKING):
            for sentence in sentences(source):
                yield f"{name}: says “{sentence}”, which belongs into the locale files"
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
