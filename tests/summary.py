#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""summary.py RESULTS.xml: what came of a run of ctest, in a few lines: how many passed, which failed, what was skipped and why."""
import collections
import re
import sys
import xml.etree.ElementTree as ElementTree


def reason(test):
    """What the test said when it was skipped: GoogleTest puts it on the line after the place, our scripts after "skipped:"."""
    said = test.findtext("system-out") or ""
    found = (re.search(r"^skipped: (.+)$", said, re.MULTILINE)
             or re.search(r"^\S+:\d+: Skipped\n(.+)$", said, re.MULTILINE))
    return found.group(1) if found else "it does not say why"


def main():
    tests = list(ElementTree.parse(sys.argv[1]).getroot().iter("testcase"))
    failed = [test.get("name") for test in tests if test.get("status") == "fail"]
    skipped = collections.defaultdict(list)
    for test in tests:
        if test.get("status") == "notrun":
            skipped[reason(test)].append(test.get("name"))
    count = sum(map(len, skipped.values()))
    print(f"{len(tests)} tests: {len(tests) - len(failed) - count} passed, {len(failed)} failed, {count} skipped")
    for name in failed:
        print(f"  failed   {name}")
    for why, names in sorted(skipped.items()):
        print(f"  skipped  {why}: {', '.join(names)}")


if __name__ == "__main__":
    main()
