"""How the tales of story_grammar.py begin: who the hero is, where, and when."""

import story_words as words
from story_grammar import Character, Story


def begin(s: Story) -> None:
    """Makes the hero known: from the beginning, from the place, from the season, or from what is said."""
    h = s.cast["h"]
    s.facts["trait"] = s.pick(words.GOOD)
    s.facts["home"] = s.pick(words.HOMES if s.is_human("h") else words.ANIMAL_HOMES)
    openings = [once] * 9 + [the_hero] * 4 + [place_first] * 2 + [scene] * 4 + [spoken] * 3 + [one_day] * 3
    opening = s.pick(openings)
    if opening is the_hero and h.kind not in ("boy", "girl") and s.chance(0.6):
        h.name = None
    s.facts["who"] = f"a {kind(s)}{called(s)}"
    opening(s)


def kind(s: Story) -> str:
    """"little fox", "poor old woman": what the hero is, with or without an adjective."""
    h = s.cast["h"]
    if h.kind in words.ELDERS:
        poor = "poor {h.kind}" if not h.kind.startswith("poor") else "{h.kind}"
        return s.pick(["{h.kind}", poor, "{trait} {h.kind}"])
    if h.kind in words.FOLK:
        return s.pick(["poor {h.kind}", "{trait} {h.kind}", "young {h.kind}", "{h.kind}", "old {h.kind}"])
    return s.pick(["little {h.kind}", "{trait} {h.kind}", "{trait} little {h.kind}", "young {h.kind}", "small {h.kind}"])


def called(s: Story) -> str:
    if not s.cast["h"].name:
        return ""
    return s.pick([" called {h!}", " named {h!}", " whose name was {h!}", " called {h!}", " named {h!}"])


def more(s: Story) -> str:
    """What else there is to say of the hero."""
    human = s.is_human("h")
    return s.pick([
        "", "", "Everybody liked {h*}, for {h.he} was {trait}.",
        "{h} was %GOOD% and %GOOD%, but {h.he} was not rich." if human else "{h} was %GOOD% and %GOOD%.",
        "{h} had [many friends|a small garden|a soft bed and enough to eat|a good heart].",
        "Every morning {h} [swept the floor|fetched water|looked out at the weather|sang a little song], and every evening {h.he} [sat by the fire|looked at the stars|counted the stars|went to bed early]."
        if human else
        "Every morning {h} [washed {h.his} face|looked out at the weather|sang a little song|ran down to the stream], and every evening {h.he} [looked at the stars|counted the stars|went to bed early].",
        "{h} was not very big, but {h.he} was %GOOD%.",
        "The neighbours said that there was nobody so {trait} [in all the land|for miles around|in the whole valley].",
        "{h} had [bright|brown|dark|merry|quick] eyes and a [warm heart|soft voice|loud laugh|way of asking questions].",
        "[There was always something to do there|It was quiet there], and {h} [was seldom bored|knew every stone and every tree|liked it very well].",
        "In summer {h} [picked berries|slept in the hay|sat in the sun], and in winter {h.he} [sat by the stove|watched the snow fall|listened to old stories]." if human else
        "In summer {h} [looked for berries|slept in the long grass|lay in the sun], and in winter {h.he} [slept in the warm straw|watched the snow fall].",
        "{h.his} best friend was [the wind|an old apple tree|the moon|a snail], and {h.he} told it everything.",
        "What {h} liked best was [to sing|to sit by the water|to hear stories|to ask questions|the smell of fresh bread|the smell of rain].",
        "{h} was %GOOD%, but sometimes {h.he} was a little %WEAK%.",
    ])


def once(s: Story) -> None:
    s.p(s.pick([
        "Once upon a time there was {who} who lived {home}.",
        "Once upon a time there was {who}. {h.he} lived {home}.",
        "Once upon a time, {home}, there lived {who}.",
        "Once upon a time {who} lived {home}.",
        "Once upon a time there lived {who}. {h.his} home was {home}.",
        "There was once {who} who lived {home}.",
        "There was once {who}. {h.he} lived {home}.",
        "Once there was {who} who lived {home}.",
        "There lived once, {home}, {who}.",
        "Long ago, {home}, there lived {who}.",
        "Many years ago {who} lived {home}.",
        "{who} lived {home}.",
        "A long time ago there was {who}. {h.he} lived {home}.",
        "A long time ago there lived {who}. {h.his} home was {home}.",
    ]), more(s))


def the_hero(s: Story) -> None:
    """"The fox lived ...": as if the reader had heard of the hero before."""
    h = s.cast["h"]
    little = s.pick(["", "little "]) if h.kind in ("boy", "girl") else ""
    s.facts["the"] = f"the {little}{{h.kind}}"
    if h.name:
        first = s.pick([
            "{the} was called {h!}, and {h.he} lived {home}.",
            "{the} lived {home}. {h.his} name was {h!}.",
            "{the}'s name was {h!}. {h.he} lived {home}, and {h.he} was {trait}.",
            "{the} was named {h!}. {h.he} was {trait}, and {h.he} lived {home}.",
        ])
    else:
        first = s.pick([
            "{the} lived {home}.",
            "{the} had lived {home} as long as anybody could remember.",
            "{the} lived all alone {home}.",
            "{the} was {trait}, and {h.he} lived {home}.",
            "{the} was [happy|hungry|tired|alone|not very big|not very old|not rich], but {h.he} was {trait}. {h.he} lived {home}."
            if not s.is_human("h") else
            "{the} was [poor|tired|alone|not rich], but {h.he} was {trait}. {h.he} lived {home}.",
            "{the} had a home {home}, and there {h.he} was [happy|content|as happy as a king].",
            "{the} was [early awake|up before the sun|the first to wake that day]. {h.he} lived {home}, where there was always something to do.",
            "{the} sat [in the sun|on a stone|under a tree] and [thought|sang to {h.self}|looked at the sky]. {h.he} lived {home}.",
        ])
    s.p(first, more(s))


def place_first(s: Story) -> None:
    """"In the forest there lived ...": the place, then who lived there."""
    if s.is_human("h"):
        s.facts["place"] = s.pick([
            "in the forest", "in a village by the sea", "in a little town", "in a far country", "in the mountains",
            "at the edge of the forest", "by the river", "on a hill", "in a small house", "on a farm", "in the old mill",
            "in the middle of the forest", "by the sea", "in a valley", "in a cottage", "on the way to the town"])
        s.facts["house"] = s.pick([
            "stood a little house", "there was a cottage with a green door", "stood a house with one window",
            "there stood a hut of grey stones", "there was a small white house"])
    else:
        s.facts["place"] = s.pick([
            "in the forest", "in the wood", "under an old oak", "by the pond", "in the meadow", "at the edge of the forest",
            "in the garden", "behind the barn", "on the bank of the river", "in a green valley", "on the hill", "in the old garden"])
        s.facts["house"] = s.pick([
            "was a snug little hole", "there was a warm nest", "there was a tiny house with a round door",
            "was a home with a roof of leaves"])
    tree = s.pick(["the trees [are|were] so tall that one can hardly see the sky", "nobody ever goes", "the birds sing all day"])
    s.facts["where"] = tree
    plain = ["in a village by the sea", "in a little town", "on a farm", "in a small house", "in the old mill", "in a cottage"]
    s.p(s.pick([
        "{place} there lived {who}.", "{place} there was once {who}.", "{place} lived {who}.",
        "{place}, a long time ago, there lived {who}.",
    ] + ([] if s.facts["place"] in plain else [
        "{place} {house}, and in it lived {who}.", "{place} {house}. {who} lived there.",
    ]) + ([
        "{place}, where {where}, there lived {who}.",
        "{place} it was [dark|still|quiet] and cool. There lived {who}.",
    ] if "forest" in s.facts["place"] or "wood" in s.facts["place"] else [])), more(s))


def scene(s: Story) -> None:
    """"It was a cold winter's night, and ...": a season and an hour, to which the tale keeps."""
    season, s.daytime, first, details = s.pick([c for c in words.SCENES if s.season in (None, c[0])])
    s.season, s.scene_set, s.weather_told = season, True, True
    s.facts |= {"when": first, "detail": s.pick(details)}
    indoors, outdoors = {
        True: ([
            "sat by the fire", "sat at the window and looked out", "lay in bed and could not sleep",
            "sat by the fire and listened to the wind", "was mending a stocking by the light of a candle",
            "had put a kettle on the fire"],
            ["was on {h.his} way home", "stood at the door and looked up at the sky", "was sitting on the doorstep",
             "came down the road with a bundle", "was walking by the river", "was at work in the garden"]),
        False: (["lay in {h.his} warm bed of leaves", "put {h.his} nose out of doors and drew it in again", "could not sleep",
                 "lay and listened to the wind", "sat in the doorway of {h.his} home"],
                ["was on {h.his} way home", "sat on a stone and looked about", "had gone out to look for something to eat",
                 "was walking by the river", "sat in the grass and listened"]),
    }[s.is_human("h")]
    inside = s.daytime == "n" or (season == "winter" and s.chance(0.6))
    if s.cast["h"].kind in ("boy", "girl"):
        indoors = [line for line in indoors if "stocking" not in line]
    s.facts["does"] = s.pick(indoors if inside else outdoors)
    s.p(s.pick(["{when}, and {detail}.", "{when}, and {detail}.", "{when}. {detail}.", "{when}."]),
        s.pick(["{who} {does}. {h.he} lived {home}.", "{who}, who lived {home}, {does}."]), more(s))


def spoken(s: Story) -> None:
    """Begins in the middle of a talk."""
    human = s.is_human("h")
    s.scene_set = True
    if s.chance(0.2):
        return frame(s)
    if human and s.chance(0.7):
        s.folk("q", [k for k in words.FOLK + ["old woman"] if k != s.cast["h"].kind])
    else:
        s.animal("q", named=0.0)
    first, answers, last = s.pick([
        ("Where are you going?", ["Only for a walk.", "To the river and back again.", "I am going home.", "To see an old friend.", "Nowhere at all."]
         + (["To market, to sell my eggs.", "To the mill with a sack of corn.", "To the shop for bread."] if human else []),
         ["[Good luck to you|Then take care|Come back before dark|May I come a little way with you?|That is a long way]"]),
        ("What are you doing?", ["I am listening to the birds.", "I am counting the clouds.", "I am looking for mushrooms.", "I am only resting.", "I am thinking."],
         ["[What a strange thing to do|Then I will not disturb you|That is a good way to spend the morning|Then I will sit down beside you]"]),
        ("Why are you so early?", ["The sun woke me.", "I could not sleep.", "There is so much to do.", "I like the morning best."],
         ["[So do I|You are right|I had rather sleep a little longer|Then have a good day]"]),
        ("Where have you been?", ["Down by the river.", "At home, as always.", "In the garden.", "I have been to see the sea."],
         ["[You are always on your way somewhere|I looked for you everywhere|It is good that you are back]"]),
        ("Who are you?", ["I am {h!}, and I live {home}."] if s.cast["h"].name else ["I am only a {h.kind}."],
         ["[I have heard of you|Then we are neighbours|What a fine name|Then sit down, and be welcome]" if s.cast["h"].name else "[Only a {h.kind}? That is a fine thing to be|Then sit down, and be welcome|I have never met a {h.kind} before]"]),
        ("Have you heard the news?", ["No, what is it?", "What news?", "I never hear any news."],
         ["[The king is coming to the town|The first flowers are out|There is to be a wedding in the village|The stork has come back]"]),
        ("How old are you?", ["I don't know. I never counted.", "As old as my tongue, and a little older than my teeth.", "Old enough."],
         ["[That is a good answer|You are a wise {h.kind}|Then you must know a great deal]"]),
    ])
    s.facts |= {"ask": first, "answer": s.pick(answers), "reply": s.pick(last)}
    reply = s.expand(s.facts["reply"])
    close = f'"{reply}" \x01asked {{q!}}.' if reply.endswith("?") else s.pick([f'"{reply}," said {{q!}}.', f'"{reply}," answered {{q!}}.'])
    ask = s.pick(['"{ask}" \x01asked {q!}.'] * 4 + ['"{ask}" \x01said {q!}.', '{q!} asked, "{ask}"'])
    answer = s.facts["answer"]
    mark = answer[:-1] + "," if answer.endswith(".") else answer
    said = s.pick(["said {h!}", "answered {h!}", "replied {h!}", "said {h!}"]) if answer.endswith(".") else "asked {h!}"
    s.p(ask, f'"{mark}" \x01{said}. {close}')
    home = s.pick(["{h!} was {who0} who lived {home}.", "{h!} was {who0}, and {h.he} lived {home}."]) if s.cast["h"].name else "{h!} lived {home}."
    s.facts["who0"] = "a " + kind(s)
    del s.cast["q"]
    s.p(home, more(s))


def frame(s: Story) -> None:
    """Somebody asks for a story and gets this one."""
    s.scene_set = False
    s.facts["teller"] = s.pick(["grandmother", "old sailor", "old shepherd", "grandfather", "old owl", "mother", "old woman"])
    s.facts["listeners"] = s.pick(["the children", "the little ones", "the boy", "the little girl"])
    s.p('"[Tell us a story|A story, please|Please tell us a story|Tell us about the {h.kind}]," said {listeners}.'
        if s.facts["listeners"] in ("the children", "the little ones") else
        '"[Tell me a story|A story, please|Please tell me a story|Tell me about the {h.kind}]," said {listeners}.',
        '"[Very well|Sit down, then|Gladly|Only one, for it is late|Listen, then]," said the {teller}, and began.')
    once(s)


def one_day(s: Story) -> None:
    """"One day a fox was walking ...": the day first."""
    s.facts["day"] = s.expand("%TIMES%")
    s.scene_set = True
    s.facts["did"] = s.pick([
        "was walking %PATHS%", "was sitting in the sun", "was on {h.his} way home", "woke very early",
        "came %PATHS%", "went %PATHS%", "sat down to rest under a tree",
    ] if s.daytime == "d" else ["was on {h.his} way home", "came %PATHS%", "was looking at the stars"])
    s.p(s.pick(["{day} {who} {did}. {h.he} lived {home}.", "{day} {who}, who lived {home}, {did}.",
                "{day} {who} {did}. [It was quiet all around.|All was still.|Nobody else was about.] {h.he} lived {home}."]), more(s))


def relative(s: Story, choices: list[str] | None = None) -> str:
    """Binds `r` to one of the hero's family and returns the word for it."""
    h = s.cast["h"]
    if choices is None:
        choices = words.RELATIVES if h.kind in ("boy", "girl") else [r for r in words.GROWN_RELATIVES if h.gender == "he" or not r.startswith("wife")]
    word, gender = s.pick(choices).split(":")
    s.cast["r"] = Character(word, gender, determiner=h.pronoun("his"))
    s.facts["rel"] = word
    return word
