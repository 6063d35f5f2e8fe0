# SPDX-License-Identifier: Apache-2.0
"""A small grammar of everyday Russian: agreement, cases, word order and the arcs of every word."""
import random

from nodes import Node, chance, comma

CASES = ["Nom", "Gen", "Dat", "Acc", "Ins", "Loc"]

# kind: lemma/declension[/oblique stem][/genitive plural]; declensions: m hard, k soft masculine,
# j in -й, f in -а, w in -я, b in -ь, n in -о, e in -е
NOUNS = {
    "person": """мальчик/m мама/f/мам/мам папа/f бабушка/f/бабушк/бабушек дедушка/f/дедушк/дедушек брат/m-
        сестра/f/сестр/сестёр девочка/f/девочк/девочек учитель/k- врач/m король/k/корол принц/m/принц/принцев
        принцесса/f солдат/m-/солдат/солдат художник/m повар/m- рыбак/m почтальон/m сосед/m-
        соседка/f/соседк/соседок ученик/m студент/m друг/m- подруга/f мастер/m- охотник/m капитан/m
        старик/m девушка/f/девушк/девушек внук/m внучка/f/внучк/внучек гость/k/гост/гостей царь/k/цар/царей
        королева/f мужчина/f-/мужчин/мужчин женщина/f писатель/k воин/m сын/m- дочка/f/дочк/дочек
        тётя/w-/тёт/тёть дядя/w-/дяд/дядей няня/w-/нян/нянь мудрец/m/мудрец/мудрецов купец/m/купц/купцов
        певец/m/певц/певцов отец/m/отц/отцов мать/b/матер актёр/m инженер/m лётчик/m садовник/m пекарь/k
        рыцарь/k волшебник/m волшебница/f/волшебниц/волшебниц ведьма/f пастух/m моряк/m продавец/m/продавц/продавцов""",
    "animal": """кот/m кошка/f/кошк/кошек собака/f птица/f/птиц/птиц волк/m лиса/f медведь/k заяц/m/зайц/зайцев
        мышь/b/мыш/мышей лошадь/b/лошад/лошадей корова/f коза/f щенок/m-/щенк/щенков слон/m ёжик/m белка/f/белк/белок
        лев/m/льв/львов тигр/m петух/m курица/f-/куриц/кур утка/f/утк/уток пчела/f муравей/j-/муравь/муравьёв
        воробей/j-/воробь/воробьёв сова/f ворона/f гусь/k/гус/гусей жук/m бабочка/f/бабочк/бабочек рыба/f
        дракон/m обезьяна/f черепаха/f соловей/j-/соловь/соловьёв голубь/k/голуб/голубей орёл/m/орл/орлов""",
    "thing": """мяч/m/мяч/мячей книга/f стол/m стул/m-/стул/стульев письмо/n/письм/писем окно/n/окн/окон ключ/m/ключ/ключей
        картина/f чашка/f/чашк/чашек ложка/f/ложк/ложек сумка/f/сумк/сумок шапка/f/шапк/шапок велосипед/m
        кукла/f/кукл/кукол игрушка/f/игрушк/игрушек цветок/m-/цветк/цветков подарок/m/подарк/подарков меч/m/меч/мечей
        корабль/k/корабл/кораблей лодка/f/лодк/лодок машина/f телефон/m карандаш/m/карандаш/карандашей ручка/f/ручк/ручек
        тетрадь/b/тетрад/тетрадей лампа/f нож/m/нож/ножей корзина/f газета/f монета/f камень/k/камн/камней
        кольцо/n-/кольц/колец платье/e-/плать/платьев рубашка/f/рубашк/рубашек зеркало/n-/зеркал/зеркал
        задача/f песня/w/песн/песен сказка/f/сказк/сказок рассказ/m вопрос/m ответ/m фильм/m марка/f/марк/марок
        перо/n-/пер/перьев шарф/m карта/f верёвка/f/верёвк/верёвок топор/m лестница/f/лестниц/лестниц""",
    "food": """яблоко/n-/яблок/яблок хлеб/m суп/m каша/f пирог/m сыр/m молоко/n/молок рыба/f груша/f морковь/b/морков
        конфета/f торт/m орех/m ягода/f мёд/m салат/m гриб/m банан/m апельсин/m вода/f чай/j-/ча сок/m""",
    "place": """дом/m- крыша/f сад/m лес/m река/f озеро/n-/озёр/озёр город/m- деревня/w/деревн/деревень школа/f
        комната/f улица/f/улиц/улиц двор/m поле/e/пол/полей гора/f остров/m- берег/m- парк/m кухня/w/кухн/кухонь
        магазин/m дерево/n-/дерев/деревьев замок/m/замк/замков площадь/b/площад/площадей мост/m дорога/f
        пол/m диван/m кровать/b/кроват/кроватей скамейка/f/скамейк/скамеек море/e/мор/морей полка/f/полк/полок
        дверь/b/двер/дверей стена/f балкон/m забор/m музей/j/музе театр/m библиотека/f башня/w/башн/башен""",
    "abstract": """жизнь/b/жизн/жизней игра/f дорога/f ошибка/f/ошибк/ошибок правда/f наука/f музыка/f время_x
        мысль/b/мысл/мыслей работа/f дружба/f мечта/f тайна/f закон/m порядок/m-/порядк/порядков случай/j/случа
        поток/m форма/f структура/f сила/f движение/e смысл/m причина/f язык/m память/b/памят знание/e чудо_x
        счастье_x искусство/n-/искусств/искусств число/n-/чисел/чисел сеть/b/сет/сетей узор/m слово/n-/слов/слов""",
}
PLACE_LOC = {"сад": "саду", "лес": "лесу", "берег": "берегу", "мост": "мосту", "пол": "полу"}

ADJECTIVES = """старый молод-ой больш-ой маленький красный син-ий зелёный белый чёрный жёлтый новый добрый
    злой_x весёлый грустный умный глупый смелый храбрый красивый интересный вкусный сладкий холодный тёплый
    горячий_x длинный короткий высокий низкий узкий широкий тяжёлый лёгкий мокрый сухой_x дорог-ой дешёвый
    тихий громкий быстрый ленивый усталый голодный сытый пустой_x полный чистый грязный тёмный светлый странный
    хитрый древний_x деревянный золот-ой серебряный каменный железный бедный богатый соседний_x дальний_x
    счастливый любимый рыжий_h пушистый серый мудрый простой_x сложный трудный важный знакомый незнакомый""".split()
POSSESSIVES = ["мо", "тво", "сво", "наш", "ваш"]

# infinitive past-masculine past-feminine 1sg 2sg 3pl | frames
# T: acc of thing/food/animal; P: acc of a person or animal; D: dative + acc; I: alone;
# S: place where (на/в + loc); W: where to (в/на + acc); L на+acc object; O: о + loc; C: с + ins; X: ins
VERBS = """
видеть видел видела вижу видишь видят|T P
увидеть увидел увидела увижу увидишь увидят|T P
найти нашёл нашла найду найдёшь найдут|T P
потерять потерял потеряла потеряю потеряешь потеряют|T
купить купил купила куплю купишь купят|T D
взять взял взяла возьму возьмёшь возьмут|T
нести нёс несла несу несёшь несут|T
открыть открыл открыла открою откроешь откроют|T
нарисовать нарисовал нарисовала нарисую нарисуешь нарисуют|T P
сделать сделал сделала сделаю сделаешь сделают|T
сломать сломал сломала сломаю сломаешь сломают|T
любить любил любила люблю любишь любят|T P F
ждать ждал ждала жду ждёшь ждут|P
звать звал звала зову зовёшь зовут|P
встретить встретил встретила встречу встретишь встретят|P
поймать поймал поймала поймаю поймаешь поймают|P
кормить кормил кормила кормлю кормишь кормят|P
слушать слушал слушала слушаю слушаешь слушают|P
знать знал знала знаю знаешь знают|P
спасти спас спасла спасу спасёшь спасут|P
догнать догнал догнала догоню догонишь догонят|P
есть ел ела ем ешь едят|F
съесть съел съела съем съешь съедят|F
варить варил варила варю варишь варят|F
готовить готовил готовила готовлю готовишь готовят|F
читать читал читала читаю читаешь читают|B D
писать писал писала пишу пишешь пишут|B D
дать дал дала дам дашь дадут|D
подарить подарил подарила подарю подаришь подарят|D
показать показал показала покажу покажешь покажут|D
принести принёс принесла принесу принесёшь принесут|D T
отдать отдал отдала отдам отдашь отдадут|D
послать послал послала пошлю пошлёшь пошлют|D
передать передал передала передам передашь передадут|D
продать продал продала продам продашь продадут|D
рассказать рассказал рассказала расскажу расскажешь расскажут|E
объяснить объяснил объяснила объясню объяснишь объяснят|E
обещать обещал обещала обещаю обещаешь обещают|E
помочь помог помогла помогу поможешь помогут|V
верить верил верила верю веришь верят|V
ответить ответил ответила отвечу ответишь ответят|V
мешать мешал мешала мешаю мешаешь мешают|V
звонить звонил звонила звоню звонишь звонят|V
спать спал спала сплю спишь спят|I S
сидеть сидел сидела сижу сидишь сидят|S
стоять стоял стояла стою стоишь стоят|S
лежать лежал лежала лежу лежишь лежат|S
жить жил жила живу живёшь живут|S
гулять гулял гуляла гуляю гуляешь гуляют|I S C
играть играл играла играю играешь играют|I S C
работать работал работала работаю работаешь работают|I S
плакать плакал плакала плачу плачешь плачут|I
смеяться смеялся смеялась смеюсь смеёшься смеются|I
петь пел пела пою поёшь поют|I S
прийти пришёл пришла приду придёшь придут|I W
идти шёл шла иду идёшь идут|W I
бежать бежал бежала бегу бежишь бегут|W I
уехать уехал уехала уеду уедешь уедут|W I
вернуться вернулся вернулась вернусь вернёшься вернутся|W I
прыгнуть прыгнул прыгнула прыгну прыгнешь прыгнут|W
упасть упал упала упаду упадёшь упадут|W I
смотреть смотрел смотрела смотрю смотришь смотрят|L
посмотреть посмотрел посмотрела посмотрю посмотришь посмотрят|L
сердиться сердился сердилась сержусь сердишься сердятся|L
лаять лаял лаяла лаю лаешь лают|L
думать думал думала думаю думаешь думают|O
мечтать мечтал мечтала мечтаю мечтаешь мечтают|O
говорить говорил говорила говорю говоришь говорят|O C
спорить спорил спорила спорю споришь спорят|C
дружить дружил дружила дружу дружишь дружат|C
гордиться гордился гордилась горжусь гордишься гордятся|X
писать писал писала пишу пишешь пишут|X
бояться боялся боялась боюсь боишься боятся|G
"""
THINK = "знать знал знала знаю знаешь знают|сказать сказал сказала скажу скажешь скажут|" \
        "думать думал думала думаю думаешь думают|понять понял поняла пойму поймёшь поймут|" \
        "верить верил верила верю веришь верят|заметить заметил заметила замечу заметишь заметят|" \
        "видеть видел видела вижу видишь видят|говорить говорил говорила говорю говоришь говорят"
WANT = "хотеть хотел хотела хочу хочешь хотят|решить решил решила решу решишь решат|" \
       "начать начал начала начну начнёшь начнут|любить любил любила люблю любишь любят|" \
       "уметь умел умела умею умеешь умеют|мочь мог могла могу можешь могут"
ADVERBS = """быстро медленно тихо громко весело часто редко сегодня вчера завтра утром вечером всегда снова долго
    опять наконец внимательно осторожно здесь там сразу потом давно иногда никогда_n молча вместе спокойно""".split()
PRONOUNS = [("я", "1", "Sing", "мне меня"), ("ты", "2", "Sing", "тебе тебя"),
            ("мы", "1", "Plur", "нам нас"), ("вы", "2", "Plur", "вам вас"),
            ("он", "3", "Sing", "ему его"), ("она", "3", "Sing", "ей её"),
            ("они", "3", "Plur", "им их")]
NAMES = "Маша/f Петя/w Саша/f Оля/w Коля/w Анна/f Миша/f Иван/m Олег/m Ваня/w Лена/f Таня/w Борис/m Вера/f".split()

ENDINGS = {
    "m": ("", "а", "у", None, "ом", "е", "ы", "ов"), "k": ("ь", "я", "ю", None, "ем", "е", "и", "ей"),
    "j": ("й", "я", "ю", None, "ем", "е", "и", "ев"), "f": ("а", "ы", "е", "у", "ой", "е", "ы", ""),
    "w": ("я", "и", "е", "ю", "ей", "е", "и", "ь"), "b": ("ь", "и", "и", "ь", "ью", "и", "и", "ей"),
    "n": ("о", "а", "у", "о", "ом", "е", "а", ""), "e": ("е", "я", "ю", "е", "ем", "е", "я", "й"),
}
HUSH, VELAR = "жчшщ", "гкх"


class Noun:
    """A noun with all its forms; `plural` false where the plural is irregular or missing."""

    def __init__(self, entry, kind):
        parts = entry.split("/")
        self.lemma, kind_code = parts[0], parts[1]
        self.plural = not kind_code.endswith("-")
        code = kind_code[0]
        self.kind = kind
        self.animate = kind in ("person", "animal") and self.lemma != "рыба_еда"
        masculine = code in "mkj" or self.lemma in MASCULINE
        self.gender = "Masc" if masculine else "Neut" if code in "ne" else "Fem"
        bare = self.lemma if code == "m" else self.lemma[:-1]
        stem = parts[2] if len(parts) > 2 else bare
        ends = list(ENDINGS[code])
        last = stem[-1]
        if last in HUSH + VELAR:
            ends = [e.replace("ы", "и") if e else e for e in ends]
        if last in HUSH + "ц" and stem not in ("отц", "певц", "купц", "врач", "ключ", "меч", "мяч",
                                               "нож", "карандаш", "мудрец", "продавц"):
            ends[4] = {"ом": "ем", "ой": "ей"}.get(ends[4], ends[4])
        if last in HUSH and ends[7] == "ов":
            ends[7] = "ей"
        if last == "ц" and code == "m":
            ends[7] = "ев"
        if stem.endswith("движени") or stem.endswith("знани"):
            ends[5], ends[7] = "и", "й"
        self.sing = [stem + e if e is not None else "" for e in ends[:6]]
        self.sing[0] = self.lemma
        if code == "b":
            self.sing[3], self.sing[4] = self.lemma, self.lemma + "ю"
        if code in "mkj" :
            self.sing[3] = self.sing[1] if self.animate else self.sing[0]
        if code in "ne":
            self.sing[3] = self.lemma
        genitive = parts[3] if len(parts) > 3 else stem + ends[7]
        soft = code in "kjwbe" and last not in HUSH
        vowel = "я" if soft else "а"
        nominative = stem + ends[6]
        self.plur = [nominative, genitive, stem + vowel + "м", genitive if self.animate else nominative,
                     stem + vowel + "ми", stem + vowel + "х"]
        self.place = PLACE_LOC.get(self.lemma)

    def form(self, case, number):
        return (self.sing if number == "Sing" else self.plur)[CASES.index(case)]


MASCULINE = {"папа", "дедушка", "мужчина", "дядя", "Петя", "Коля", "Миша", "Ваня"}
LEXICON = {kind: [Noun(e, kind) for e in text.split() if "_x" not in e] for kind, text in NOUNS.items()}
PEOPLE = [Noun(e, "person") for e in NAMES]


class Verb:
    def __init__(self, text):
        self.lemma, self.masc, self.fem, self.first, self.second, self.third = text.split()

    def past(self, gender, number):
        self_ = "сь" if self.fem.endswith("сь") else ""
        base = self.fem[:-3] if self_ else self.fem[:-1]
        if number == "Plur":
            return base + "и" + self_
        return {"Masc": self.masc, "Fem": self.fem, "Neut": base + "о" + self_}[gender]

    def personal(self, person, number):
        reflexive = self.second.endswith("ся")
        base = (self.second[:-2] if reflexive else self.second)[:-2]
        tail = "ся" if reflexive else ""
        if self.lemma in ("есть", "съесть", "дать", "отдать", "передать"):
            special = {"есть": "ест едим едите", "съесть": "съест съедим съедите", "дать": "даст дадим дадите",
                       "отдать": "отдаст отдадим отдадите", "передать": "передаст передадим передадите"}
            third, we, you = special[self.lemma].split()
        elif self.lemma in ("хотеть", "бежать"):
            third, we, you = {"хотеть": "хочет хотим хотите", "бежать": "бежит бежим бежите"}[self.lemma].split()
        elif self.lemma in ("мочь", "помочь"):
            third, we, you = base + "т", base + "м", base + "те"
        else:
            third, we, you = base + "т", base + "м", base + "те"
        if number == "Sing":
            return {"1": self.first, "2": self.second, "3": third + tail}[person]
        return {"1": we + tail, "2": you + ("сь" if reflexive else ""), "3": self.third}[person]


BY_FRAME = {}
for _line in VERBS.strip().split("\n"):
    _text, _frames = _line.split("|")
    for _frame in _frames.split():
        BY_FRAME.setdefault(_frame, []).append(Verb(_text))
THINKERS, WANTERS = ([Verb(t) for t in table.split("|")] for table in (THINK, WANT))

ADJ_ENDINGS = {
    "Masc": "ый ого ому ? ым ом", "Neut": "ое ого ому ое ым ом", "Fem": "ая ой ой ую ой ой",
    "Plur": "ые ых ым ? ыми ых"}


def adjective_form(word, case, gender, number, animate):
    """Hard, velar, soft (син-ий) and stressed (молод-ой) adjectives."""
    soft = word.endswith("-ий")
    stressed = word.endswith("-ой")
    stem = word.split("-")[0] if "-" in word else word[:-2]
    row = ADJ_ENDINGS["Plur" if number == "Plur" else gender].split()
    end = row[CASES.index(case)]
    if end == "?":
        end = row[1] if animate else row[0]
    if soft:
        end = {"ый": "ий", "ого": "его", "ому": "ему", "ым": "им", "ом": "ем", "ое": "ее", "ая": "яя",
               "ой": "ей", "ую": "юю", "ые": "ие", "ых": "их", "ыми": "ими"}[end]
    elif stressed and end == "ый":
        end = "ой"
    if stem[-1] in HUSH + VELAR:
        end = end.replace("ы", "и")
    return stem + end


def possessive_form(stem, case, gender, number, animate):
    tables = {"Masc": "й его ему ? им ём", "Neut": "ё его ему ё им ём", "Fem": "я ей ей ю ей ей",
              "Plur": "и их им ? ими их"}
    row = tables["Plur" if number == "Plur" else gender].split()
    end = row[CASES.index(case)]
    if end == "?":
        end = row[1] if animate else row[0]
    if stem in ("наш", "ваш"):
        end = {"й": "", "ём": "ем", "ё": "е", "я": "а", "ю": "у"}.get(end, end)
    return stem + end


def features(case, gender, number, animate=None):
    feats = {"Case": case, "Number": number}
    if animate is not None:
        feats["Animacy"] = "Anim" if animate else "Inan"
    if gender and (number == "Sing" or animate is not None):
        feats["Gender"] = gender
    return feats


ADJECTIVES = [a for a in ADJECTIVES if "_" not in a]
ADVERBS = [a for a in ADVERBS if "_" not in a]


def noun_phrase(kinds, case, deprel, depth=0, plain=False, location=False):
    """A noun with adjectives, a possessive, a genitive, a relative clause or a second noun."""
    kind = random.choice(kinds)
    name = kind == "person" and chance(0.15)
    noun = random.choice(PEOPLE if name else LEXICON[kind])
    number = "Plur" if noun.plural and not name and kind != "abstract" and chance(0.2) else "Sing"
    form = noun.form(case, number)
    if location and case == "Loc" and number == "Sing" and noun.place:
        form = noun.place
    node = Node(form, noun.lemma.lower(), "PROPN" if name else "NOUN",
                features(case, noun.gender, number, noun.animate), deprel)
    node.gender, node.number, node.person, node.noun = noun.gender, number, "3", noun
    agree = (case, noun.gender, number, noun.animate)
    if name:
        return decorate(node, kinds, case, depth)
    if not plain and chance(0.12):
        stem = random.choice(POSSESSIVES)
        node.pre.append(Node(possessive_form(stem, *agree), stem, "DET",
                             features(case, noun.gender, number), "det"))
    if not plain and chance(0.08):
        word = random.choice(["этот", "тот"])
        node.pre.append(Node(demonstrative(word, *agree), word, "DET",
                             features(case, noun.gender, number), "det"))
    if chance(0.15 if plain else 0.42):
        first = adjective(agree)
        node.pre.append(first)
        if chance(0.12):
            second = adjective(agree, "conj")
            second.pre.insert(0, Node("и", "и", "CCONJ", {}, "cc"))
            first.post.append(second)
        elif chance(0.12):
            node.pre.append(adjective(agree))
    if not plain and depth < 2 and chance(0.1):
        node.post.append(noun_phrase(["person", "animal", "place"], "Gen", "nmod", depth + 2, True))
    elif not plain and depth < 1 and chance(0.05):
        node.post.append(prepositional(random.choice([("с", "Ins", ["thing", "food"]),
                                                      ("из", "Gen", ["place"]), ("для", "Gen", ["person"])]),
                                       "nmod", depth + 2))
    return decorate(node, kinds, case, depth)


def decorate(node, kinds, case, depth):
    if depth < 1 and chance(0.14):
        node.post.append(relative(node, depth + 1))
    elif depth < 1 and chance(0.08) and node.deprel != "conj":
        other = noun_phrase(kinds, case, "conj", depth + 1, True)
        other.pre.insert(0, Node("и", "и", "CCONJ", {}, "cc"))
        node.post.append(other)
        node.joined = True
    return node


def demonstrative(word, case, gender, number, animate):
    if word == "этот":
        tables = {"Masc": "этот этого этому ? этим этом", "Neut": "это этого этому это этим этом",
                  "Fem": "эта этой этой эту этой этой", "Plur": "эти этих этим ? этими этих"}
    else:
        tables = {"Masc": "тот того тому ? тем том", "Neut": "то того тому то тем том",
                  "Fem": "та той той ту той той", "Plur": "те тех тем ? теми тех"}
    row = tables["Plur" if number == "Plur" else gender].split()
    end = row[CASES.index(case)]
    return (row[1] if animate else row[0]) if end == "?" else end


def adjective(agree, deprel="amod"):
    word = random.choice(ADJECTIVES)
    node = Node(adjective_form(word, *agree), word, "ADJ", features(agree[0], agree[1], agree[2]), deprel)
    node.feats["Degree"] = "Pos"
    if agree[2] == "Plur":
        node.feats.pop("Gender", None)
    if chance(0.08):
        node.pre.append(Node("очень", "очень", "ADV",
                             {"Degree": "Pos"}, "advmod"))
    return node


def prepositional(choice, deprel, depth):
    preposition, case, kinds = choice
    node = noun_phrase(kinds, case, deprel, depth, location=preposition in ("в", "на"))
    first = (node.pre[0].first() if node.pre else node).form
    if preposition in ("в", "с", "к") and len(first) > 1 and first[0] in preposition + "вс" \
            and first[1] not in "аеёиоуыэюя":
        preposition += "о"
    if preposition == "о" and first[0].lower() in "аеиоуэ":
        preposition = "об"
    node.pre.insert(0, Node(preposition, preposition, "ADP", {}, "case"))
    return node


WHERE = [("на", "Loc", ["place"]), ("в", "Loc", ["place"]), ("под", "Ins", ["place", "thing"]),
         ("за", "Ins", ["place"]), ("у", "Gen", ["place", "person"]), ("возле", "Gen", ["place", "person"]),
         ("перед", "Ins", ["place", "person"]), ("над", "Ins", ["place"]), ("около", "Gen", ["place"])]
WHERE_TO = [("на", "Acc", ["place"]), ("в", "Acc", ["place"]), ("к", "Dat", ["person", "place"]),
            ("из", "Gen", ["place"]), ("с", "Gen", ["place"]), ("через", "Acc", ["place"]),
            ("за", "Acc", ["place"]), ("под", "Acc", ["place"]), ("по", "Dat", ["place"]), ("от", "Gen", ["person", "animal"])]


def relative(antecedent, depth):
    """«, который …» as subject, object, or after a preposition; or «, где …» for places."""
    if antecedent.noun.kind == "place" and chance(0.3):
        clause = predicate(random.choice("ISTF"), depth + 1)
        clause.pre.insert(0, Node("где", "где", "ADV", {"PronType": "Rel"}, "advmod"))
    else:
        role = random.choice(["Nom", "Nom", "Nom", "Acc", "Acc", "Prep"])
        gender, number = antecedent.gender, antecedent.number

        def which(case, deprel):
            form = adjective_form("который", case, gender, number, antecedent.noun.animate)
            return Node(form, "который", "PRON", features(case, gender, number), deprel)

        if role == "Nom":
            node = which("Nom", "nsubj")
            node.gender, node.number, node.person = gender, number, "3"
            frames = "TPFDSWLOI" if antecedent.noun.animate else "SSI"
            clause = predicate(random.choice(frames), depth + 1, subject=node, fronted=True)
        elif role == "Acc":
            clause = predicate("I", depth + 1, verbs=BY_FRAME["P" if antecedent.noun.animate else "T"])
            clause.pre.insert(0, which("Acc", "obj"))
        else:
            clause = predicate("I", depth + 1, verbs=BY_FRAME["S"] + BY_FRAME["L"] + BY_FRAME["O"])
            preposition, case = random.choice([("на", "Loc"), ("в", "Loc"), ("о", "Loc"), ("с", "Ins"), ("на", "Acc"),
                                               ("под", "Ins"), ("у", "Gen")])
            node = which(case, "obl")
            node.pre.append(Node(preposition, preposition, "ADP", {}, "case"))
            clause.pre.insert(0, node)
    clause.deprel = "acl:relcl"
    clause.pre.insert(0, comma())
    clause.post.append(comma())
    return clause


def subject_phrase(frame, depth):
    if chance(0.2):
        form, person, number, _ = random.choice(PRONOUNS)
        node = Node(form, form, "PRON", {"Case": "Nom", "Number": number, "Person": person}, "nsubj")
        node.gender = {"он": "Masc", "она": "Fem"}.get(form) or random.choice(["Masc", "Fem"])
        node.number, node.person = number, person
        if form in ("он", "она"):
            node.feats["Gender"] = node.gender
        return node
    kinds = ["person", "person", "animal"] if frame not in "S" else ["person", "animal", "thing", "thing"]
    return noun_phrase(kinds, "Nom", "nsubj", depth)


def dative(depth):
    if chance(0.3):
        form, person, number, forms = random.choice(PRONOUNS)
        return Node(forms.split()[0], form, "PRON", {"Case": "Dat", "Number": number, "Person": person}, "iobj")
    return noun_phrase(["person", "person", "animal"], "Dat", "iobj", depth + 1)


def object_phrase(frame, depth):
    if frame == "P" and chance(0.2):
        form, person, number, forms = random.choice(PRONOUNS)
        return Node(forms.split()[1], form, "PRON", {"Case": "Acc", "Number": number, "Person": person}, "obj")
    kinds = {"T": ["thing", "thing", "food"], "P": ["person", "animal"], "F": ["food"], "D": ["thing", "thing", "food", "animal"],
             "B": ["thing"], "E": ["thing", "abstract"]}[frame]
    return noun_phrase(kinds, "Acc", "obj", depth)


def finite(verb, subject, past):
    """The verb form that agrees with the subject."""
    number = "Plur" if getattr(subject, "joined", False) else subject.number
    node = Node("", verb.lemma, "VERB", {"VerbForm": "Fin", "Mood": "Ind", "Number": number}, "root")
    if past:
        node.form = verb.past(subject.gender, number)
        node.feats["Tense"] = "Past"
        if number == "Sing":
            node.feats["Gender"] = subject.gender
    else:
        node.form = verb.personal(subject.person, number)
        node.feats.update({"Person": subject.person, "Tense": "Pres"})
    return node


def complements(frame, depth):
    """The verb's arguments after (usually) the verb."""
    if frame in "TPFB":
        return [object_phrase(frame, depth)]
    if frame in "DE":
        pair = [dative(depth), object_phrase(frame, depth)]
        return pair if chance(0.75) else pair[::-1]
    if frame == "V":
        return [dative(depth)]
    if frame == "L":
        return [prepositional(("на", "Acc", ["person", "animal", "thing"]), "obl", depth)]
    if frame == "O":
        return [prepositional(("о", "Loc", ["person", "abstract", "thing"]), "obl", depth)]
    if frame == "C":
        return [prepositional(("с", "Ins", ["person", "animal"]), "obl", depth)]
    if frame == "X":
        return [noun_phrase(["thing"], "Ins", "obl", depth)]
    if frame == "G":
        return [noun_phrase(["person", "animal"], "Gen", "obj", depth)]
    if frame == "S":
        return [prepositional(random.choice(WHERE), "obl", depth)]
    if frame == "W":
        return [prepositional(random.choice(WHERE_TO), "obl", depth)]
    return []


def predicate(frame, depth=0, subject=None, fronted=False, verbs=None):
    """A clause: verb, subject, complements, adverbs, in one of the usual orders."""
    verb = random.choice(verbs or BY_FRAME[frame])
    subject = subject or subject_phrase(frame, depth + (1 if depth else 0))
    root = finite(verb, subject, chance(0.65))
    rest = complements(frame, depth)
    if frame in "TPFDB" and depth == 0 and chance(0.25):
        rest.append(prepositional(random.choice(WHERE if chance(0.6) else WHERE_TO), "obl", depth + 1))
    head = [root]
    if chance(0.08):
        head.insert(0, Node("не", "не", "PART", {"Polarity": "Neg"}, "advmod"))
    adverb = [Node(random.choice(ADVERBS), "", "ADV", {"Degree": "Pos"}, "advmod")] if chance(0.22) else []
    order = random.random()
    if fronted:
        before, after = [subject] + (adverb if chance(0.5) else []), rest
        after = after + [a for a in adverb if a not in before]
    elif not rest:
        before, after = ([subject], adverb) if order < 0.6 else (adverb, [subject]) if order < 0.85 else (adverb + [subject], [])
    elif order < 0.58:
        before, after = ([subject] + adverb, rest) if chance(0.6) else (adverb + [subject], rest)
    elif order < 0.78:
        before, after = [rest[-1]], adverb + [subject] + rest[:-1]
    elif order < 0.86:
        before, after = adverb, [subject] + rest
    elif order < 0.93:
        before, after = [subject] + adverb + rest, []
    else:
        before, after = [rest[0]] + adverb, rest[1:] + [subject]
    root.pre = before + head[:-1]
    root.post = after
    return root


def infinitive_clause(depth=0):
    subject = subject_phrase("I", depth)
    root = finite(random.choice(WANTERS), subject, chance(0.5))
    frame = random.choice("TPFDWSI")
    verb = random.choice(BY_FRAME[frame])
    child = Node(verb.lemma, verb.lemma, "VERB", {"VerbForm": "Inf"}, "xcomp")
    child.post = complements(frame, depth + 1)
    root.pre, root.post = [subject], [child]
    return root


def future(depth=0):
    frame = random.choice("SILOCBP")
    subject = subject_phrase(frame, depth)
    verb = random.choice(BY_FRAME[frame])
    number = "Plur" if getattr(subject, "joined", False) else subject.number
    form = {("1", "Sing"): "буду", ("2", "Sing"): "будешь", ("3", "Sing"): "будет", ("1", "Plur"): "будем",
            ("2", "Plur"): "будете", ("3", "Plur"): "будут"}[(subject.person, number)]
    root = Node(verb.lemma, verb.lemma, "VERB", {"VerbForm": "Inf"}, "root")
    helper = Node(form, "быть", "AUX", {"VerbForm": "Fin", "Mood": "Ind", "Number": number,
                                        "Person": subject.person}, "aux")
    root.pre, root.post = [subject, helper], complements(frame, depth + 1)
    return root


def said():
    root = finite(random.choice(THINKERS), subject := subject_phrase("I", 1), chance(0.5))
    child = predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "ccomp"
    child.pre[:0] = [comma(), Node(random.choice(["что", "что", "как"]), "что", "SCONJ", {}, "mark")]
    root.pre, root.post = [subject], [child]
    return root


def when():
    root = predicate(random.choice("TPFDSWLI"), 1)
    child = predicate(random.choice("TPFDSWLI"), 1)
    child.deprel = "advcl"
    child.pre.insert(0, Node(random.choice(["когда", "если", "пока"]), "", "SCONJ", {}, "mark"))
    if chance(0.5):
        child.post.append(comma())
        root.pre.insert(0, child)
    else:
        child.pre.insert(0, comma())
        root.post.append(child)
    return root


def two_verbs():
    root = predicate(random.choice("WISLT"), 1, fronted=True)
    subject = next(n for n in root.pre if n.deprel == "nsubj")
    frame = random.choice("TPFDSWLI")
    second = finite(random.choice(BY_FRAME[frame]), subject, root.feats["Tense"] == "Past")
    second.deprel = "conj"
    second.pre = [Node("и", "и", "CCONJ", {}, "cc")]
    second.post = complements(frame, 1)
    root.post.append(second)
    return root


def two_clauses():
    root, second = predicate(random.choice("TPFDSWLI"), 1), predicate(random.choice("TPFDSWLI"), 1)
    second.deprel = "conj"
    second.pre[:0] = [comma(), Node(random.choice(["и", "а", "но"]), "", "CCONJ", {}, "cc")]
    root.post.append(second)
    return root


def equation():
    """«Дружба — сила», «Игра — не наука, а чудо», «Книга интересная»."""
    kinds = random.choice([["abstract"], ["person"], ["animal"], ["thing"], ["place"]])
    subject = noun_phrase(kinds, "Nom", "nsubj", 1)
    if chance(0.3):
        root = adjective(("Nom", subject.gender, subject.number, False), "root")
        root.pre.insert(0, subject)
        return root
    root = noun_phrase(kinds if chance(0.5) else ["abstract"], "Nom", "root", 1)
    dash = [Node("—", "—", "PUNCT", {}, "punct")]
    if chance(0.3):
        dash.append(Node("это", "это", "PART", {}, "expl"))
    lead = [subject] + dash
    if chance(0.45):
        lead.append(Node("не", "не", "PART", {"Polarity": "Neg"}, "advmod"))
        second = noun_phrase(kinds if chance(0.5) else ["abstract"], "Nom", "conj", 1)
        second.pre[:0] = [comma(), Node("а", "а", "CCONJ", {}, "cc")]
        root.post.append(second)
    root.pre[:0] = lead
    return root


def owning():
    root = Node("есть", "быть", "VERB", {"VerbForm": "Fin", "Mood": "Ind", "Number": "Sing", "Person": "3"}, "root")
    root.pre = [prepositional(("у", "Gen", ["person", "animal"]), "obl", 1)]
    root.post = [noun_phrase(["thing", "animal", "person"], "Nom", "nsubj", 1)]
    return root


def question():
    frame = random.choice("TPFDSWLI")
    if chance(0.4):
        who = Node("кто", "кто", "PRON", {"Case": "Nom"}, "nsubj")
        who.gender, who.number, who.person = "Masc", "Sing", "3"
        return predicate(frame, 1, subject=who, fronted=True)
    root = predicate("I", 1, verbs=BY_FRAME[frame])
    if frame in "TPFD" and chance(0.6):
        word = Node(*random.choice([("что", "что"), ("кого", "кто")]), "PRON", {"Case": "Acc"}, "obj")
    else:
        form = random.choice(["где", "куда", "когда", "почему", "зачем"])
        word = Node(form, form, "ADV", {"Degree": "Pos"}, "advmod")
    root.pre.insert(0, word)
    return root


def command():
    forms = {"дай": "D", "покажи": "D", "принеси": "D", "подари": "D", "найди": "T", "купи": "T", "открой": "T",
             "посмотри": "L", "иди": "W", "сядь": "S", "расскажи": "E", "помоги": "V", "нарисуй": "T", "съешь": "F"}
    form = random.choice(list(forms))
    root = Node(form, form, "VERB", {"VerbForm": "Fin", "Mood": "Imp", "Number": "Sing", "Person": "2"}, "root")
    root.post = complements(forms[form], 1)
    return root


def sentence():
    makers = [(lambda: predicate(random.choice("TTPPFBLOCXGSSWWIDDDDEV")), 58), (said, 7), (when, 6), (two_verbs, 6),
              (two_clauses, 5), (equation, 7), (infinitive_clause, 6), (future, 4), (owning, 3), (question, 4), (command, 4)]
    maker = random.choices([m for m, _ in makers], [w for _, w in makers])[0]
    return maker(), "?" if maker is question else "."
