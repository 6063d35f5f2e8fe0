# SPDX-License-Identifier: Apache-2.0
"""Short English children's tales put together from our own sentences: python3 tales_en.py 5

A tale knows who is in it, where they are, what they want and what they feel, so that pronouns, tenses and
things stay consistent. The corpora hold Russian tales but no English ones; these stand in for them.
"""
import random
import re
import sys

GIRLS = "Anna Mary Lucy Sarah Emma Kate Rose Lily Jane Alice Molly Grace Ella Nora".split()
BOYS = "Tom Jack Ben Sam Peter Max Tim Paul Henry Leo Oscar Fred Harry Will".split()
ANIMALS = ("fox rabbit bear mouse cat dog bird frog duck squirrel hedgehog wolf lion elephant monkey turtle owl "
           "kitten puppy pig goat horse hen goose sheep deer").split()
GROWN = ["mother", "father", "grandmother", "grandfather", "teacher", "aunt", "uncle"]
LITTLE = "little small young tiny brave kind clever shy lazy happy sad lonely curious hungry funny quiet proud gentle".split()
PLACES = [("forest", "in"), ("garden", "in"), ("village", "in"), ("park", "in"), ("house", "in"), ("field", "in"),
          ("farm", "on"), ("hill", "on"), ("river", "by"), ("lake", "by"), ("sea", "by"), ("school", "at"),
          ("market", "at"), ("mountain", "on"), ("island", "on"), ("castle", "in"), ("barn", "in"), ("kitchen", "in")]
THINGS = ("ball hat book kite boat cake flower doll box key bell drum map stone coin bag basket letter picture lamp "
          "toy umbrella blanket cup spoon ring scarf apple pear cookie pie carrot").split()
COLOURS = "red blue green yellow white black golden silver brown pink".split()
LOOKS = "big small old new round shiny soft pretty beautiful strange warm sweet bright heavy long".split()
GLAD = "happy glad proud pleased cheerful".split()
SORRY = "sad afraid worried tired angry lonely upset".split()
GAMES = ["play {where}", "climb the trees", "swim in the river", "sing songs", "read books", "dance",
         "run in the field", "draw pictures", "look at the stars", "bake cakes", "fly a kite", "jump over stones",
         "pick flowers", "listen to stories", "sleep in the sun", "help other people", "collect stones", "eat apples"]
DAYS = ["One day", "One morning", "One evening", "One sunny day", "One cold day", "One rainy day", "The next day",
        "One winter morning", "One summer evening", "That afternoon"]
HIDDEN = ["under the bed", "behind the tree", "in the grass", "under a big stone", "in the water", "near the door",
          "on the table", "under the bridge", "in the old box", "behind the house", "at the top of the tree"]


def pick(items):
    return random.choice(items)


def a(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def chance(share):
    return random.random() < share


class Person:
    def __init__(self):
        kind = random.random()
        if kind < 0.25:
            self.name, self.he, self.is_name = pick(GIRLS), "she", True
        elif kind < 0.5:
            self.name, self.he, self.is_name = pick(BOYS), "he", True
        else:
            self.name, self.is_name = pick(ANIMALS), False
            self.he = pick(["he", "she"])
        self.him, self.his = {"he": ("him", "his"), "she": ("her", "her")}[self.he]
        self.child = "girl" if self.he == "she" else "boy"
        self.trait = pick(LITTLE)

    @property
    def the(self):
        return self.name if self.is_name else "the " + self.name

    def new(self, plain=False):
        """At the first mention."""
        if self.is_name:
            return self.name
        return a(self.name if plain else self.trait + " " + self.name)

    @property
    def they(self):
        return self.he if chance(0.6) else self.the


def up(text):
    return text[0].upper() + text[1:]


class Tale:
    def __init__(self):
        self.one = Person()
        self.other = Person()
        while self.other.name == self.one.name:
            self.other = Person()
        self.place, self.at = pick(PLACES)
        self.thing = pick(THINGS)
        self.look = pick(LOOKS if chance(0.6) else COLOURS)
        self.game = pick(GAMES).format(where=self.where())
        self.hidden = pick(HIDDEN)
        self.elder = pick(GROWN)
        self.lines = []

    def say(self, *versions):
        self.lines.append(up(pick(versions)))

    def where(self):
        return f"{self.at} the {self.place}"

    def opening(self):
        one = self.one
        if one.is_name:
            who, verb = f"{a(one.trait + ' ' + one.child)} named {one.name}", "was"
            self.say(f"Once upon a time there {verb} {who}.", f"There once {verb} {who}.",
                     f"Once there {verb} {who} who lived with {one.his} {self.elder}.",
                     f"{one.name} was {a(one.trait + ' ' + one.child)}.",
                     f"{one.name} lived in a {pick(['small', 'big', 'white', 'little'])} house with {one.his} {self.elder}.")
        else:
            self.say(f"Once upon a time there was {one.new()}.", f"Once upon a time {one.new()} lived {self.where()}.",
                     f"{one.new()} lived {self.where()}.", f"There was once {one.new()} who lived {self.where()}.",
                     f"In a {pick(['dark', 'deep', 'green', 'quiet', 'far'])} forest there lived {one.new()}.")
        if chance(0.8):
            self.say(f"{one.he} liked to {self.game}.", f"{one.he} loved to {self.game}.",
                     f"Every day {one.he} wanted to {self.game}.", f"{one.he} was very {one.trait}.",
                     f"{one.he} had many friends, and they liked to {self.game} together.",
                     f"{one.he} had {a(self.look + ' ' + self.thing)}, and {one.he} loved it very much.",
                     f"But {one.he} had no friends, and {one.he} was often {pick(SORRY)}.")

    def meeting(self):
        one, other = self.one, self.other
        day = pick(DAYS)
        place = self.where()
        self.say(f"{day} {one.the} went for a walk and met {other.new()}.",
                 f"{day} {one.the} saw {other.new()} {place}.",
                 f"{day} {one.they} was walking {pick(['through the forest', 'along the river', 'down the road'])} "
                 f"when {one.he} heard a strange noise. It was {other.new()}.",
                 f"{day} {other.new()} came to the {self.place}.")
        self.say(f'"Hello," said {one.the}. "Who are you?"', f'"Good morning!" said {other.the}.',
                 f'"What are you doing here?" asked {one.the}.', f'"Do you want to play with me?" asked {other.the}.',
                 f'"Why are you so {pick(SORRY)}?" asked {one.the}.')
        self.say(f'"I am looking for my {self.thing}," said {other.the}. "Have you seen it?"',
                 f'"I have lost my {self.thing}," said {other.the}. "I cannot find it."',
                 f'"My {self.thing} is gone," said {other.the} and began to cry.',
                 f'"I am {pick(SORRY)}, because I have no friends," said {other.the}.',
                 f'"I want to {self.game}," said {other.the}, "but I do not know how."')
        self.say(f'"Do not cry," said {one.the}. "I will help you."', f'"Let us look for it together," said {one.the}.',
                 f"{one.the} wanted to help {other.him}.", f'"I can help you," said {one.the}.',
                 f'{one.the} thought for a moment and said: "Come with me."')
        if chance(0.7):
            self.say(f"They looked everywhere, but they could not find the {self.thing}.",
                     f"They walked for a long time and came to {a(pick(['dark', 'big', 'old', 'deep']))} "
                     f"{pick(['forest', 'house', 'river', 'cave', 'bridge'])}.",
                     f"They asked {pick(['the old owl', 'the ' + self.elder, 'the birds', 'everyone'])}, "
                     "but nobody knew anything.", "It was getting dark, and it began to rain.")
        self.say(f"At last they found the {self.thing} {self.hidden}.",
                 f"Then {one.the} saw something {pick(COLOURS)} {self.hidden}. It was the {self.thing}!",
                 f"Suddenly {other.the} saw the {self.thing} {self.hidden}.",
                 f"{one.the} looked {self.hidden} and there was the {self.thing}.")
        self.say(f'"Thank you!" said {other.the}. "You are a good friend."', f"{other.the} was very {pick(GLAD)}.",
                 f'{other.the} smiled and said: "Thank you very much!"',
                 f"{other.the} gave {one.the} {a(pick(LOOKS))} {pick(THINGS)} to thank {one.him}.")

    def losing(self):
        one = self.one
        self.say(f"{pick(DAYS)} {one.they} could not find {one.his} {self.thing}.",
                 f"{pick(DAYS)} {one.the} lost {one.his} {self.look} {self.thing}.",
                 f"{pick(DAYS)} the wind took {one.his} {self.thing} and carried it away.")
        self.say(f"{one.he} looked {self.hidden}, but it was not there.", f"{one.he} was very {pick(SORRY)} and began to cry.",
                 f"{one.he} looked for it everywhere.")
        self.say(f"{one.he} went to {one.his} {self.elder} and asked for help.",
                 f"Then {self.other.new()} came and asked what was the matter.",
                 f'"Where is my {self.thing}?" {one.he} asked {one.his} {self.elder}.')
        self.say(f'"Look {self.hidden}," said the {self.elder}.' if chance(0.5) else
                 f'"Do not be {pick(SORRY)}," said the {self.elder}. "We will find it."',
                 f'"I saw it {self.hidden}," said the {self.elder}.')
        self.say(f"{one.he} ran there and found the {self.thing}.", f"And there it was! {one.the} was very {pick(GLAD)}.",
                 f"They looked together and soon they found the {self.thing} {self.hidden}.")

    def wish(self):
        one, other = self.one, self.other
        self.say(f"{pick(DAYS)} {one.the} saw {a(self.look + ' ' + self.thing)} {self.hidden}.",
                 f"{pick(DAYS)} {one.they} found {a(self.look + ' ' + self.thing)} {self.hidden}.",
                 f"{pick(DAYS)} {one.his} {self.elder} gave {one.him} {a(self.look + ' ' + self.thing)}.")
        self.say(f"{one.he} took it and ran home.", f"{one.he} had never seen such a {self.thing} before.",
                 f'"What a {pick(["beautiful", "lovely", "strange", "wonderful"])} {self.thing}!" said {one.the}.',
                 f"{one.he} wanted to show it to {one.his} friends.")
        self.say(f"On the way {one.he} met {other.new()}. {other.he} was very {pick(SORRY)}.",
                 f"But {other.new()} wanted the {self.thing} too.",
                 f"Soon {other.new()} came and looked at the {self.thing}.")
        self.say(f'"Please give me your {self.thing}," said {other.the}.', f'"That is my {self.thing}," said {other.the}.',
                 f'"May I play with your {self.thing}?" asked {other.the}.')
        if chance(0.5):
            self.say(f'"No," said {one.the}. "It is mine."', f"{one.the} did not want to share.",
                     f'"Go away!" said {one.the} and ran into the {self.place}.')
            self.say(f"But soon {one.he} was {pick(SORRY)}, because nobody wanted to play with {one.him}.",
                     f"{other.the} began to cry, and {one.the} was sorry.")
        self.say(f'"Let us play together," said {one.the}.', f"So {one.they} gave the {self.thing} to {other.the}.",
                 f'"You can have it," said {one.the} and gave {other.him} the {self.thing}.')
        self.say(f"They played together until the evening.", f"{other.the} was very {pick(GLAD)}.",
                 f'"Thank you," said {other.the} and smiled.')

    def scare(self):
        one, other = self.one, self.other
        self.say(f"{pick(DAYS)} {one.the} went to the {self.place} alone.",
                 f"{pick(DAYS)} {one.they} went too far and could not find the way home.",
                 f"{pick(DAYS)} {one.the} fell into the {pick(['river', 'water', 'lake', 'snow'])}.")
        self.say(f"{one.he} was very {pick(SORRY)}.", f"{one.he} was cold and hungry.", "It was dark, and the wind was loud.",
                 f'"Help! Help!" cried {one.the}.')
        self.say(f"Then {one.he} heard a voice. It was {other.new()}.", f"{other.new()} heard {one.him} and came at once.",
                 f"Suddenly {one.he} saw a light between the trees.")
        self.say(f'"Do not be afraid," said {other.the}. "I know the way."', f'"Come with me," said {other.the}.',
                 f"{other.the} took {one.him} home.", f'"You must not go there alone," said {other.the}.')
        self.say(f"Soon {one.the} was at home again with {one.his} {self.elder}.", f"{one.he} came home and went to bed.",
                 f"{one.his} {self.elder} was very {pick(GLAD)} to see {one.him}.")

    def closing(self):
        one, other = self.one, self.other
        together = f"{one.the} and {other.the}"
        if chance(0.7):
            self.say(f"From that day {together} were the best of friends.", f"{one.the} was {pick(GLAD)} and went home.",
                     f"{one.he} knew now that it is good to help others.", f"From that day {one.he} was never lonely again.",
                     f"{one.the} understood that it is better to share.", "They were very happy.",
                     f"And {one.they} never forgot that day.", f"In the evening {one.he} told {one.his} {self.elder} everything.",
                     f"Then {together} went home and ate {pick(['cake', 'apples', 'soup', 'bread', 'pie'])}.",
                     "And they all lived happily ever after.")


def tale():
    """One tale as one paragraph."""
    made = Tale()
    if chance(0.9):
        made.opening()
    for part in random.sample([made.meeting, made.losing, made.wish, made.scare], 1 if chance(0.8) else 2):
        part()
    made.closing()
    return re.sub(r"(?<=[.!?] )(she|he|the)\b", lambda word: up(word.group()), " ".join(made.lines))


def tales(count, seed):
    state = random.getstate()
    random.seed(seed)
    made = [tale() for _ in range(count)]
    random.setstate(state)
    return made


if __name__ == "__main__":
    print("\n\n".join(tales(int(sys.argv[1]) if len(sys.argv) > 1 else 5, 5)))
