#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""summary.py RESULTS.xml FOLDER: what came of a run of ctest, in a few lines: how many passed, which failed, what was skipped and
why. FOLDER holds what GoogleTest wrote of the tests of each process that ctest ran: NAME.xml for the test NAME of ctest."""
import collections
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


def of_script(test):
    """(name, "passed" | "failed" | "skipped", why) of a test that ctest ran; scripts say why after "skipped:"."""
    state = {"fail": "failed", "notrun": "skipped"}.get(test.get("status"), "passed")
    said = re.search(r"^skipped: (.+)$", test.findtext("system-out") or "", re.MULTILINE)
    return test.get("name"), state, said.group(1) if said else "it does not say why"


def of_googletest(path):
    """Likewise for every test of one process. A message of GoogleTest is a place and, on the next line, what was said."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for test in suite.iter("testcase"):
            skipped = test.find("skipped")
            state = "failed" if test.find("failure") is not None else "skipped" if skipped is not None else "passed"
            why = skipped.get("message", "").partition("\n")[2].strip() if skipped is not None else ""
            yield f"{suite.get('name')}.{test.get('name')}", state, why or "it does not say why"


def outcomes(results, folder):
    for test in ElementTree.parse(results).getroot().iter("testcase"):
        told = folder / (test.get("name") + ".xml")
        if not told.exists():  # a script, or a process that did not come to its end
            name, state, why = of_script(test)
            ran = re.findall(r"^\[ RUN      \] (.+)$", test.findtext("system-out") or "", re.MULTILINE)
            yield f"{name}, in {ran[-1]}" if ran else name, state, why
            continue
        inside = list(of_googletest(told))
        yield from inside
        if test.get("status") == "fail" and not any(state == "failed" for _, state, _ in inside):
            yield test.get("name"), "failed", ""  # after its last test


def main():
    tests = list(outcomes(sys.argv[1], pathlib.Path(sys.argv[2])))
    failed = [name for name, state, _ in tests if state == "failed"]
    skipped = collections.defaultdict(list)
    for name, state, why in tests:
        if state == "skipped":
            skipped[why].append(name)
    count = sum(map(len, skipped.values()))
    print(f"{len(tests)} tests: {len(tests) - len(failed) - count} passed, {len(failed)} failed, {count} skipped")
    for name in failed:
        print(f"  failed   {name}")
    for why, names in sorted(skipped.items()):
        print(f"  skipped  {why}: {', '.join(names)}")


if __name__ == "__main__":
    main()
