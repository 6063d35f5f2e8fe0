# SPDX-License-Identifier: Apache-2.0
"""English words of the grammar and their forms."""

NOUNS = {
    "person": """boy girl mother father brother sister teacher doctor king queen prince princess soldier artist cook
        fisherman/fishermen neighbour student friend hunter captain grandmother grandfather man/men woman/women
        child/children guest writer wizard witch knight farmer sailor singer baker gardener pilot lawyer uncle aunt
        nurse driver actor merchant baby boss customer manager""".split(),
    "animal": """cat dog bird wolf/wolves fox/foxes bear rabbit mouse/mice horse cow goat puppy/puppies elephant lion
        tiger chicken duck bee sheep/sheep owl crow frog snake monkey pig spider dragon turtle pigeon eagle""".split(),
    "thing": """ball book table chair letter window key picture cup spoon bag hat bicycle doll toy flower present sword
        ship boat car phone pencil pen lamp knife/knives basket newspaper coin stone ring dress/dresses shirt mirror
        box/boxes song story/stories question answer map rope ladder clock umbrella candle blanket crown""".split(),
    "food": """apple bread/ soup/ cake cheese/ milk/ fish/fish pear carrot sandwich/sandwiches nut honey/ salad banana
        orange water/ tea/ juice/ egg cookie rice/ potato/potatoes""".split(),
    "place": """house roof garden forest river lake city/cities village school room street yard field mountain island
        shore park kitchen shop tree castle square bridge road floor sofa bed bench/benches sea shelf/shelves door wall
        balcony/balconies fence museum theatre library/libraries tower station hill beach/beaches office""".split(),
    "abstract": """idea dream secret problem game rule science/ music/ truth/ mistake friendship language thought
        structure force pattern number word meaning/ art/ reason plan""".split(),
}
NAMES = "Mary Peter Anna John Tom Kate Paul Emma Jack Lucy David Sarah".split()
ADJECTIVES = """old young big small little red blue green white black yellow new good kind happy sad clever silly brave
    beautiful interesting tasty sweet cold warm hot long short tall narrow wide heavy light wet dry expensive cheap quiet
    loud fast slow lazy tired hungry full empty clean dirty dark bright strange ancient wooden golden silver poor rich
    huge tiny famous favourite fluffy grey wise simple difficult important friendly lonely broken soft strong""".split()
ADVERBS = """quickly slowly quietly loudly happily often sometimes always today yesterday again finally carefully here
    there soon already suddenly never now gently together""".split()
# base past participle -ing | frames as in grammar_ru; K: after a preposition of its own
VERBS = """
see saw seen seeing|T P
find found found finding|T P
lose lost lost losing|T
buy bought bought buying|T F D
take took taken taking|T
carry carried carried carrying|T P
open opened opened opening|T
draw drew drawn drawing|T P
make made made making|T D
break broke broken breaking|T
love loved loved loving|P F
like liked liked liking|T P F
want wanted wanted wanting|T F
hold held held holding|T
clean cleaned cleaned cleaning|T
meet met met meeting|P
catch caught caught catching|P
feed fed fed feeding|P
follow followed followed following|P
help helped helped helping|P
know knew known knowing|P
save saved saved saving|P
chase chased chased chasing|P
watch watched watched watching|P
eat ate eaten eating|F
cook cooked cooked cooking|F
drink drank drunk drinking|F
give gave given giving|D
show showed shown showing|D
send sent sent sending|D
bring brought brought bringing|D T
offer offered offered offering|D
sell sold sold selling|D
lend lent lent lending|D
hand handed handed handing|D
tell told told telling|E
teach taught taught teaching|E
read read read reading|D
sleep slept slept sleeping|I S
sit sat sat sitting|S
stand stood stood standing|S
lie lay lain lying|S
live lived lived living|S
walk walked walked walking|I S W C
play played played playing|I S C
work worked worked working|I S
wait waited waited waiting|S
cry cried cried crying|I
laugh laughed laughed laughing|I L
sing sang sung singing|I S
come came come coming|W I
go went gone going|W
run ran run running|W I
jump jumped jumped jumping|W
fall fell fallen falling|W
return returned returned returning|W I
look looked looked looking|L
shout shouted shouted shouting|L
smile smiled smiled smiling|L I
point pointed pointed pointing|L
think thought thought thinking|O
dream dreamed dreamed dreaming|O
talk talked talked talking|O C
argue argued argued arguing|C
"""
THINK = "know knew,say said,think thought,hope hoped,notice noticed,see saw,believe believed,understand understood"
WANT = "want wanted,decide decided,try tried,like liked,need needed,hope hoped,learn learned,forget forgot"
PRONOUNS = [("I", "me", "1", "Sing"), ("you", "you", "2", "Sing"), ("he", "him", "3", "Sing"), ("she", "her", "3", "Sing"),
            ("we", "us", "1", "Plur"), ("they", "them", "3", "Plur"), ("it", "it", "3", "Sing")]
WHERE = [("on", ["place", "thing"]), ("in", ["place"]), ("under", ["place", "thing"]), ("behind", ["place"]),
                             ("near", ["place", "person"]), ("at", ["place"]), ("by", ["place"]),
                             ("with", ["person", "animal"])]
WHERE_TO = [("to", ["place", "person"]), ("into", ["place"]), ("across", ["place"]), ("through", ["place"]), ("over", ["place"]),
            ("from", ["place", "person"]), ("towards", ["place"]), ("along", ["place"]), ("around", ["place"])]

BY_FRAME = {}
for _line in VERBS.strip().split("\n"):
    _text, _frames = _line.split("|")
    for _frame in _frames.split():
        BY_FRAME.setdefault(_frame, []).append(_text.split())


def third_person(base):
    if base.endswith(("ss", "sh", "ch", "x", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"
