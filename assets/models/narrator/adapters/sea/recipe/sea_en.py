# SPDX-License-Identifier: Apache-2.0
"""English sentences in which everything happens at sea: patterns and the words that fill them, as in sea_ru.py."""

PRONOUNS = ("he", "she")
MEN = ("the boy|Tom|Jack|Ben|Sam|Peter|his father|the grandfather|the uncle|the bear|the rabbit|the wolf|the hedgehog|the kitten|the dog|"
       "the king|the prince|the old man|the son|the brother|the soldier|the teacher|the young man|the fox").split("|")
WOMEN = ("the girl|Anna|Mary|Lucy|Emma|Kate|her mother|the grandmother|the aunt|the mouse|the cat|the bird|the squirrel|"
         "the queen|the old woman|the sister|the daughter|the little girl|the hen|the duck").split("|")

SLOTS = {
    "to": "ship deck sea shore harbour island lighthouse boat beach port".split(),
    "near": "ship shore island boat beach".split(),
    "rise": "waves gulls sails".split(),
    "heard": "waves gulls dolphins sailors".split(),
    "on": "ship deck shore island mast beach boat pier waves".split(),
    "in": "sea harbour cabin boat port waves hold".split(),
    "by": "sea shore lighthouse harbour mast anchor waves".split(),
    "behind": "mast sail anchor ship lighthouse boat".split(),
    "under": "sail deck boat waves mast".split(),
    "along": "shore deck beach pier".split(),
    "thing": "ship sail boat anchor island lighthouse shell net fish wave".split(),
    "one": "whale dolphin crab sailor captain fish gull ship boat pirate turtle".split(),
    "animal": "whale dolphin crab seal fish turtle gull".split(),
    "sailor": "captain sailor fisherman pirate".split(),
    "many": "waves gulls dolphins sailors ships boats sails fish shells".split(),
    "how": "big white old little strange beautiful".split(),
    "of": "sea captain ship whale island pirate lighthouse storm".split(),
    "day": ("One day", "One morning", "One evening", "One sunny day", "The next day", "In the evening", "At night", "One winter morning",
            "Suddenly", "That afternoon"),
    "felt": ("was very happy", "was very sad", "began to laugh", "smiled", "was afraid", "was glad"),
}

PATTERNS = """
{who} went out to the {to}.
{day} {who} went to the {to} alone.
{who} sat on the {on} for a long time and looked at the {many}.
{day} {who} saw a {how} {thing}.
{who} saw the {how} {one} and {felt}.
{who} ran to the {to} to see the {many}.
{who} met a {how} {animal} by the {by}.
{day} a {how} {animal} swam to the {near}.
The gulls flew over the {on}, and {who} stood on the {on2}.
{who} came home from the {to} and {felt}.
"Let us go to the {to}," said {who}.
"I want to see the {to}!" cried {who}.
"Look, there is a {one}!" said {who}.
"What a {how} {thing}!" said {who}.
{who} lived in a small house by the {by}.
{who} liked to play on the {on}.
{who} found a {how} {thing} on the {on}.
{who} hid under the {under}.
{who} took the {thing} and ran to the {to}.
{who} walked along the {along} and listened to the {heard}.
{day} a {sailor} came from the {to}.
{day} {who} heard a {animal} in the {in}.
{who} opened the door and saw the {how} sea.
{who} looked through the window at the {how} {thing}.
{who} remembered the sea and {felt}.
When the sun went down over the sea, {who} came back to the {to}.
When the morning came, the {many} were near the {near}.
{who} told the children about the {of}.
{who} read a book about the {of}.
{who} wanted to be a {sailor} and sail on the sea.
They all went to the {to}, and {who} {felt}.
{day} they sailed to the {to}.
They sailed for a long time, and at last they saw the {how} {thing}.
They played on the {on} until the evening.
There were many {many} in the {in}.
There was a {how} {animal} in the {in}.
A {how} {sailor} stood on the {on}.
The wind blew, and the {rise} rose over the {on}.
There was a great storm, and the {rise} were loud by the {by}.
{who} gave the {how} {thing} to a friend.
{who} lost a {how} {thing} by the {by}.
{who} and the {sailor} went to the {to} together.
{who} heard the sea behind the {behind}.
{who} fell from the {on} into the sea.
{who} put up the {how} sail and sailed to the {to}.
Once upon a time there was a {how} {animal} who lived in the {in}.
Once upon a time there was an old {sailor} who had a {how} ship.
{who} stepped into the boat and sailed away.
{who} woke up in the {in} and heard the {heard}.
A {animal} slept under the {under}.
The {sailor} said: "Drop the anchor!" And the ship stopped by the {by}.
The {sailor} looked at the {many} and went to the {to}.
""".strip().split("\n")

PLAIN = ("day", "felt", "how")
