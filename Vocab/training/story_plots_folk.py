"""More plots of story_grammar.py: kings, old folk, guests, foxes and families."""

import story_words as words
from story_grammar import Character, Story
from story_openings import begin
from story_plots import end

NUMBER = ["eldest", "second", "youngest"]


def three_children(s: Story) -> None:
    """Three go out for the same thing; the youngest is the one who shares and finds it."""
    gender = s.pick(["he", "he", "she"])
    sons = "sons" if gender == "he" else "daughters"
    parent = s.pick(["king", "king", "king", "miller", "farmer", "poor woman", "widow", "fisherman", "queen", "woodcutter", "old man", "old woman"])
    s.cast["k"] = Character(parent, "she" if parent in words.FEMALE else "he")
    s.cast["h"] = Character("youngest " + sons[:-1], gender, s.new_name(words.BOYS if gender == "he" else words.GIRLS))
    s.facts |= {"sons": sons, "son": sons[:-1]}
    s.p(s.pick([
        "A {k.kind} had three {sons}.", "Once upon a time there was a {k.kind} who had three {sons}.", "There was once a {k.kind} who had three {sons}.",
        "There were once three {son}s whose " + ("father" if s.cast["k"].gender == "he" else "mother") + " was a {k.kind}.",
        "Long ago there lived a {k.kind} who had three {sons}.", "Once upon a time there was a {k.kind}, and {k.he} had three {sons}.",
        "The {k.kind} had three {sons}.", "In a far country there lived a {k.kind} with three {sons}."]),
        "The eldest was [proud|strong|tall], the second was [clever|rich|vain], but the youngest, whose name was {h!}, was [kind|only kind|the smallest and the kindest].")
    thing, where = s.pick([
        ("the golden apple", "at the end of the world"), ("the water of life", "behind the glass mountain"), ("the white bird", "in the garden of the moon"),
        ("the silver ring", "at the bottom of the lake"), ("the blue rose", "in the deep forest"), ("the singing bell", "in the house of the north wind"),
        ("the horse with the silver mane", "beyond the three rivers"), ("the lamp that never goes out", "in the mountain")])
    s.facts |= {"thing": thing, "where": where}
    s.p("[One day {k!} fell ill.|One day {k!} called them all together.|One evening {k!} sat by the fire and sighed.] <k: [Whoever brings me {thing} shall have all that I have.|I am old, and before I die I should like to see {thing}.|Only {thing} can make me well again.] It is {where}.>",
        "<h: [We will find it.|Then one of us must go.|Let us go and look for it.]>")
    helper = s.pick(["old woman", "old man", "dwarf", "fox", "hare", "beggar"])
    s.cast["f"] = Character(helper, "she" if helper == "old woman" else "he")
    food = s.pick(words.FOODS)
    s.facts["food"] = food
    s.p("The eldest {son} went first. On the way {h.he0} met a {f.kind} who sat by the road. <f sad: [Give me a little of your bread, for I am hungry.|Will you share your supper with me?]>".replace("{h.he0}", s.cast["h"].pronoun("he")),
        "\"[I have none to spare|Out of my way|What is that to me],\" said the eldest, and went on. But [the road went round and round|the fog came down|the path was lost], and the next day " + s.cast["h"].pronoun("he") + " was home again, [tired and angry|with nothing at all].",
        "[Then the second {son} went, and it was the same with {h.him}.|The second {son} did no better.|Then the second {son} went, and met the {f.kind}, and gave nothing, and found nothing.]")
    s.p("At last it was {h's} turn. <h: [Now let me try.|I am small, but I have two good legs.|I will go.]> [The others laughed.|\"You?\" \x01said the others.|{k!} did not like to let {h.him} go.] {h!} took {food} and went %PATHS%.",
        "There sat the {f.kind} by the road. <f sad: [Give me a little of your bread, for I am hungry.|Will you share your supper with me?]> <h kind: [Gladly. Sit down beside me.|I have not much, but half of it is yours.|Take it, for you need it more than I.]>")
    s.p("[When they had eaten|When not a crumb was left], {f!} said, \"[You have a good heart, and so I will tell you the way|Because you were kind, I will tell you the way]. [Follow this ball of thread.|Go where the white stones lie.|Go on until you hear three bells.|Follow the stream to its spring.] [Do not look back.|And take no gold from anyone.|And do not be afraid.]\"",
        "{h!} [thanked {f*}|did as {f.he} said] and went on. [For three days {h.he} walked.|The way was long.|It grew dark, and it grew light again.] And there, {where}, was {thing}.",
        "{h!} took it [in both hands|carefully|with a beating heart] and went home.")
    s.p("<k glad: [You, my youngest!|Is it true?|You have done what the others could not do!]> <h: [I only shared my bread.|I had good help on the way.|It was not hard, for somebody showed me the road.]>",
        "[So {h!} got all that {k!} had, and shared it with the others.|{k!} kept {k.his} word, and {h!} gave a part to each of the others.|The eldest and the second were ashamed, but {h!} forgave them.]")
    end(s, "And whenever somebody hungry came to the door, {h!} said, \"Sit down.\"")


RIDDLES = [
    ("What is the fastest thing in the world", "Thought, for it is everywhere at once"),
    ("What is the softest thing in the world", "A mother's hand"),
    ("What is sweeter than honey", "Sleep, when one is tired"),
    ("What is the richest thing in the world", "The earth, for it feeds us all"),
    ("How many stars are in the sky", "As many as there are hairs on my head. Whoever does not believe it may count them"),
    ("How deep is the sea", "Only a stone's throw"),
    ("What goes on and never stops", "The river"),
    ("What has no legs and yet comes to every door", "The wind"),
    ("What can be given away and yet be kept", "One's word"),
    ("What is heavier than gold", "A lie on the heart"),
    ("What grows smaller when one adds to it", "A hole in the ground"),
    ("What breaks when one speaks of it", "Silence"),
    ("What follows everybody and is never caught", "A shadow"),
    ("Where is the middle of the world", "Here, where I stand. Whoever does not believe it may measure it"),
]


def riddles(s: Story) -> None:
    """A king asks three questions, and nobody can answer but somebody small."""
    s.cast["k"] = Character(s.pick(["king", "king", "queen"]), "he")
    if s.cast["k"].kind == "queen":
        s.cast["k"].gender = "she"
    s.child("h") if s.chance(0.6) else s.folk("h", ["shepherd", "miller", "gardener", "old woman", "goatherd"])
    s.facts["who"] = s.pick(["a poor {h.kind}", "a {h.kind}"]) + (s.pick([" called {h!}", " whose name was {h!}"]) if s.cast["h"].name else "")
    three = s.random.sample(RIDDLES, 3)
    for number, (question, answer) in enumerate(three, 1):
        s.facts |= {f"q{number}": question, f"a{number}": answer}
    s.p(s.pick([
        "Once upon a time there was a {k.kind} who liked nothing so much as a riddle.", "There was once a {k.kind} who was so clever that nobody dared to speak to {k.him}.",
        "A {k.kind} was tired of all the wise men at the court.", "Once upon a time there was a {k.kind} who asked questions all day long.",
        "The {k.kind} could not sleep for thinking.", "Once upon a time there lived a {k.kind} who had three questions and no answers.",
        "A long time ago there was a {k.kind} who wanted to know everything."]),
        "{k.he} had it cried in every street: \"[Whoever can answer my three questions shall have a bag of gold.|Whoever can answer three questions shall sit at my table.|Who can tell me what I want to know?]\"",
        "[Many came, but none could answer.|The wise men came with their books, but it was no use.|Rich men came, and learned men, and all went away again.]")
    s.p("At last came {who}. The guards laughed. <h: [I should like to try.|I have no books, but I have two ears.|May I hear the questions?]> <k: [Let {h.him} come in.|Then listen well.|Come nearer.]>".replace("{h.him}", s.cast["h"].pronoun("him")))
    said = ["answered {h!}", "said {h!}", "said {h!} at once", "replied {h!}"]
    for number, opener in ((1, ["first", ""]), (2, ["next", "second"]), (3, ["last", "third"])):
        lead = s.pick(["asked {k!}", "asked {k!}", "said {k!}"])
        s.p(f'"{{q{number}}}?" \x01{lead}. "{{a{number}}}," {s.pick(said)}.',
            ["[\"That is a good answer,\" said {k!}.|{k!} smiled a little.|\"Not bad,\" said {k!}.|The wise men looked at each other.]",
             "[{k!} nodded.|\"That is true,\" said {k!}.|{k!} laughed aloud.|It was very quiet in the hall.]",
             "[Then {k!} stood up.|Then everybody cheered.|{k!} was silent for a while.]"][number - 1])
    s.p("<k glad: [Nobody has ever answered so well!|You are wiser than all my wise men.] [Where did you learn it?|Who taught you that?]> <h: [From my grandmother.|Nobody taught me. I only look and listen.|The sheep and the stars taught me.|I asked myself, and waited for the answer.]>",
        "[So {h!} got the gold.|{k!} gave {h!} the bag of gold with {k.his} own hand.|{h!} got the gold, and gave half of it to the poor.] And [after that {k!} asked {h.him} about everything|{h.he} had to promise to come again|the wise men went home on foot].")
    end(s)


def winter_guest(s: Story) -> None:
    """On a bad night somebody knocks, is let in, and leaves something behind."""
    s.season = s.pick(["winter", "winter", "autumn"])
    s.elder() if s.chance(0.6) else s.person(children=0.3)
    s.facts["trait"] = s.pick(words.GOOD)
    s.facts["who"] = "a " + s.pick(["{h.kind}", "poor {h.kind}" if not s.cast["h"].kind.startswith("poor") else "{h.kind}"]) + (" called {h!}" if s.cast["h"].name else "")
    s.facts["home"] = s.pick(words.HOMES)
    night = s.pick([c for c in words.SCENES if c[0] == s.season and c[1] == "n"])
    s.facts |= {"when": night[2], "detail": s.pick(night[3])}
    s.scene_set = s.weather_told = True
    guest = s.pick(["traveller", "old beggar", "boy", "little girl", "soldier", "cat", "dog", "hare", "fox", "bird", "old woman", "lamb"])
    s.cast["f"] = Character(guest, "she" if guest in ("old woman", "little girl", "cat") else "he")
    first = s.pick([
        "{when}, and {detail}. {who} sat by the fire. {h.he} lived {home}.", "{when}, and {detail}. In a small house sat {who}.",
        "{when}. {who} sat alone by the fire and ate %FOODS%.", "{when}, and {detail}. {who} had just put the last log on the fire.",
        "Once upon a time there was {who} who lived {home}. {when}, and {detail}.", "The {h.kind} sat by the fire. {when}, and {detail}.",
        "\"What a night!\" \x01said the {h.kind}. {when}, and {detail}."] if not s.cast["h"].name else [
        "{when}, and {detail}. {who} sat by the fire. {h.he} lived {home}.", "{when}, and {detail}. {who} lay in bed and could not sleep."])
    s.p(first, "[All at once there was a knock at the door.|Then somebody knocked.|Suddenly something scratched at the door.|There came a knock, so soft that one could hardly hear it.]",
        "<h: [Who is there?|Who can that be, so late?|Who comes on such a night?]>")
    cold = "in the snow" if s.season == "winter" else "in the rain"
    s.p("It was a {f.kind}, " + s.pick(["cold and wet", "half dead with cold", "who trembled from head to foot", "standing " + cold]) + ". <f sad: [May I come in and warm myself?|Please let me in. I am so cold.|I have lost my way. May I stay until morning?|Nobody else would open the door.]>",
        "<h kind: [Come in, come in.|Come in, and sit by the fire.|Nobody should be out on such a night.|There is room for two.]>",
        "{h!} [shut the door against the wind|put on more wood|fetched a blanket] and gave {f!} %FOODS%. [It was the last in the house, but {h.he} did not say so.|There was not much, but it was enough.|They ate it together.]")
    s.p("[They sat and talked until the fire burned low.|Soon {f!} was asleep by the stove.|Outside the storm went on, but inside it was warm.|{f!} told of far countries, and {h!} forgot the time.] <h: [Sleep well.|You may have my bed.|Tomorrow we shall see.]>")
    gift = s.pick(["a purse that was never empty", "a log that never burned out", "a loaf that was whole again every morning", "a silver bell", "a white stone that shone in the dark", "a golden feather", "a pot of honey"])
    s.facts["gift"] = gift
    if s.chance(0.6):
        s.p("In the morning [the sky was clear|the storm was over|all was still], and {f!} was gone. [There were no steps to be seen.|The door was shut, and the blanket was folded.] But on the table lay {gift}.",
            "<h: [Who can it have been?|That was no common guest.|So that is my thanks!]> [The neighbours said that it had been the king of the winter.|Some said one thing, and some another.|Nobody ever knew.] But {h!} was never cold or hungry again.")
        end(s, "And on every bad night {h!} put a light in the window.")
    else:
        s.p("In the morning [the sky was clear|the storm was over]. <f: [I must go now.|May I stay with you?|I have no home.]> <h kind: [Stay with me.|Stay as long as you like.|It is so quiet here alone.]> So {f!} stayed. {f.he} [kept the fire|caught the mice|carried the wood|sang in the evening], and {h!} was not alone any more.")
        end(s, "They lived together [for many years|to the end of their days].")


def turnip(s: Story) -> None:
    """Something grew so big that it takes everybody to get it out."""
    s.folk("h", ["old man", "old woman", "farmer", "old man", "gardener"])
    s.season = "autumn"
    s.facts["thing"] = s.pick(["turnip", "turnip", "carrot", "cabbage", "pumpkin", "radish"])
    begin(s)
    h = s.cast["h"]
    other = {"he": "wife", "she": "husband"}[h.gender]
    chain = [(f"{h.pronoun('his')} {other}", None)] + s.random.sample([("the girl", None), ("the boy", None), ("the neighbour", None), ("the dog", None), ("the cat", None), ("the goat", None), ("the goose", None), ("the donkey", None)], s.pick([2, 3, 3]))
    s.p("In the spring {h} [planted|had planted] a {thing}. <h: [Grow, little {thing}, grow sweet.|Grow, little {thing}, grow strong.|Grow as big as you can.]> And the {thing} grew. It grew [bigger and bigger|until it was as big as a barrel|until it was as big as a house].",
        "[In the autumn|When the leaves fell|At last] {h} went to pull it up. {h.he} pulled and pulled, but [it would not come out|{h.he} could not pull it up].")
    names = [h.plain()]
    for index, (name, _) in enumerate(chain):
        called = names[-1]
        line = ", ".join(f"{a} pulled {b}" for a, b in zip([name] + names[::-1], names[::-1] + ["the {thing}"]))
        s.p(f"So {called} called {name}. " + line + ". They pulled and pulled, but [it would not come out|they could not pull it up|the {thing} did not move].")
        names.append(name)
    s.p(f"Then came a little [mouse|mouse|sparrow|beetle]. \"[Let me help|May I help|I will pull too],\" said the little one. They all laughed. \"[You? You are much too small|What can you do]!\" But {names[-1]} said, \"[Let us try|Every little helps].\"",
        "They pulled and pulled, all together, and [out came the {thing}|up came the {thing}], and they all [fell down in a heap|fell over backwards].")
    s.p("[There was soup for everyone.|They ate of it for a week.|That evening they had {thing} soup, and nobody went hungry.] And [the smallest one got the largest bowl|the little one sat at the head of the table|nobody laughed at the little one any more].")
    end(s, "[The smallest help may be the one that is needed|Many small ones are strong together].")


def barrel(s: Story) -> None:
    """An old woman on her way, a beast that wants to eat her, and how she comes home."""
    s.folk("h", ["old woman", "old man", "old grandmother", "old woman"])
    begin(s)
    s.animal("w", ["wolf", "bear", "fox", "lion"], named=0.0)
    where, rides = s.pick([("daughter", "a barrel"), ("daughter", "a pumpkin"), ("son", "a barrel"), ("sister", "a big basket"), ("son", "a hollow log")])
    s.facts |= {"child": where, "ride": rides, "rode": rides.split()[-1]}
    s.p("%TIMES% {h} set out to visit {h.his} {child}, who lived on the other side of the forest. " + s.pick(["%WEATHER%", ""]),
        "In the forest {h.he} met a {w.kind}. <w cross: [Stop! I am going to eat you.|I am hungry, and I will eat you up.|You come just in time for my dinner.]> <h sly: [I am only skin and bones. Wait until I come back, for my {child} cooks well, and I shall be as fat as butter.|Look how thin I am! Let me go to my {child} and eat for a week. Then I shall be worth eating.]>",
        "<w: [That is true.|Good, but come back soon.|I can wait.]> And {w!} [let {h.him} go|went back under the trees].")
    s.p("{h!} [stayed a week|stayed for three weeks] with {h.his} {child} and ate %FOODS% every day. Then {h.he} wanted to go home. <h: [But the {w.kind} is waiting for me.|How shall I get past the {w.kind}?]>",
        "\"[That is easy|I know a way],\" said the {child}. \"[Get into {ride}, and I will roll it down the hill.|You must hide in {ride}.]\" So {h!} got in, and {ride} rolled [down the hill|along the road|through the forest].".replace("{ride} rolled", "the {rode} rolled"))
    s.p("{w!} heard it coming. <w: [{rode2}, have you seen the {h.kind}?|Stop! Who is there?|Have you seen the {h.kind} come by?]>".replace("{rode2}, have", "Have") + " And a voice from inside answered, \"[Not a soul have I seen. Give me a push!|I have seen nobody. Roll me on!|Only the wind and the rain. Push me, for I am in a hurry!]\"",
        "So {w!} gave the {rode} a push, and away it rolled, [until it stopped before {h.his} own door|all the way home|until it came to {h.his} own gate]. {h!} got out and [bolted the door|laughed until {h.he} cried|put the kettle on].")
    s.p("[{w!} is waiting still.|{w!} waited until the winter came, and then {w.he} went away hungry.|When {w!} found out, {w.he} was so angry that {w.he} ran away for ever.]")
    end(s, "[Old heads are clever heads|One need not be strong if one is clever], {h} used to say.")


def fox_and_bird(s: Story) -> None:
    """The fox wants something that another has, and tries it with sweet words."""
    s.cast["h"] = Character("fox", s.pick(["he", "he", "she"]), s.new_name(words.ANIMAL_NAMES) if s.chance(0.25) else None)
    begin(s)
    s.animal("f", ["crow", "cock", "goose", "hen", "duck", "raven", "squirrel", "blackbird"], named=0.25)
    s.facts["food"] = s.pick(["a piece of cheese", "a ripe pear", "a fine fat sausage", "a slice of cake", "some bread and butter"])
    s.facts["meal"] = "the " + {"cheese": "cheese", "pear": "pear", "sausage": "sausage", "cake": "cake", "butter": "bread and butter"}[s.facts["food"].split()[-1]]
    s.facts["fwho"] = "a {f.kind} called {f!}" if s.cast["f"].name else "a {f.kind}"
    fooled = s.chance(0.5)
    s.p("%TIMES% {h} was very hungry. [{h.he} had found nothing to eat all day.|The cupboard was empty.|{h.he} had eaten nothing since the day before.] " + s.pick(["%WEATHER%", ""]),
        "Then {h.he} saw {fwho} [on a branch|on the wall|on the roof of the barn], with {food}. <h: [That would be just the thing for me.|How shall I get it?|I must be clever now.]>")
    if fooled:
        s.p("<h sly: [%GREETINGS%, dear friend!|How beautiful you are today!] [Your feathers shine like silver.|What bright eyes you have!] [If only I could hear you sing!|They say that nobody sings as you do. Is it true?]>".replace("Your feathers shine like silver.", "Your coat shines like silver." if s.cast["f"].kind == "squirrel" else "Your feathers shine like silver."),
            "{f!} was [pleased|proud and foolish|not used to such words]. {f.he} opened {f.his} mouth to sing, and down fell {meal}. {h!} caught it and [ate it up|swallowed it in one bite].")
        s.p("<f cross: [Give it back!|Thief!|That was mine!]> <h sly: [Thank you for the supper. Next time, sing with an empty mouth.|You sing badly, but your supper was good.|Sweet words are not always true ones.]>",
            "[{f!} sat there and had nothing.|{f!} was ashamed and said nothing.|Then {h!} went home, and {f!} went to bed hungry.]")
        end(s, "[After that {f!} never listened to sweet words again|Whoever likes to be praised must pay for it], as the old folk say.")
    else:
        s.p("<h sly: [%GREETINGS%, dear friend!|How well you look today!] [Come down and sit beside me. I have something to tell you.|Have you heard the news? All the animals have made peace.|Come down, and let us dance.]>",
            "<f: [I hear very well from here.|That is good news. And there come the dogs to tell it too.|Thank you, but I am well where I am.]> {h!} [looked round|grew pale|did not like that]. <h: [I have just remembered that I must go home.|Another time, then.|Are you sure?]>",
            "And {h.he} [ran as fast as {h.he} could|went away with {h.his} tail between {h.his} legs], and {f!} laughed and ate {meal}.")
        s.p("[At home|On the way home] {h!} said to {h.self}, \"[It was surely sour|I was not really hungry|One can't win every day].\" And {h.he} [went to bed without supper|looked for some berries|ate an old crust].")
        end(s, "[Even a fox meets somebody cleverer now and then|{f!} was never fooled by anyone].")


def rich_and_poor(s: Story) -> None:
    """Two of one family, one rich and hard, one poor and kind, meet the same stranger."""
    gender = s.pick(["he", "she"])
    pair = {"he": "brothers", "she": "sisters"}[gender]
    names = words.BOYS if gender == "he" else words.GIRLS
    s.cast["h"] = Character("poor one", gender, s.new_name(names))
    s.cast["b"] = Character("rich one", gender, s.new_name(names))
    stranger = s.pick(["dwarf", "old woman", "fairy", "beggar", "old man"])
    s.cast["f"] = Character(stranger, "she" if stranger in words.FEMALE else "he")
    s.facts |= {"pair": pair, "one": pair[:-1], "home": s.pick(words.HOMES)}
    s.p("[There were once two {pair}|Once upon a time there were two {pair}|Two {pair} lived {home}|Long ago there were two {pair}|A farmer had two " + ("sons" if gender == "he" else "daughters") + "], {b!} and {h!}. {b!} was rich and [hard|proud|greedy], but {h!} was poor and [kind|good|merry].",
        "[{b!} had a big house, and {h!} had a hut.|{b!} had ten cows, and {h!} had only a goat.|{b!} ate from silver plates, and {h!} was glad of a crust.]")
    s.p("%TIMES% a {f.kind} came to {b's} door. <f: [Give me something to eat, for I have come a long way.|May I sleep here tonight?|Have you a little bread for me?]> <b cross: [Go away!|I have nothing to give.|This is no inn.] [Go to my {one}, if you like.|I want no beggars here.]>",
        "So {f!} went to {h's} door. <h kind: [Come in, and be welcome.|I have not much, but you shall have half.|Sit down by the fire.]> {h!} gave {f!} %FOODS% and [the best chair|{h.his} own bed|a place by the stove].")
    wish, came = s.pick([
        ("What you begin in the morning you shall do until the evening", "{h!} began to count {h.his} three pennies, and {h.he} counted until the evening, and the table was covered with gold"),
        ("Look under the stone by the door", "{h!} lifted the stone, and under it lay a pot of silver"),
        ("Plant this bean and wait", "{h!} planted the bean, and in the morning a tree stood there with a golden apple on every branch"),
        ("Your goat shall give as much milk as you need", "from that day on the goat gave milk and cream and butter, and {h!} had enough for all the neighbours")])
    s.facts |= {"wish": wish, "came": came}
    s.p("In the morning {f!} said, \"[You have been good to me|I will not forget that]. {wish}.\" [And so it was:|It was true:|No sooner said than done:] {came}.".replace(": {came}", ". {came}"),)
    s.p("When {b!} heard of it, {b.he} [grew yellow with envy|could not sleep]. <b: [I must have that too.|Why did I send that {f.kind} away?]> [{b.he} ran after {f!} and brought {f.him} back.|{b.he} ran down the road until {b.he} found {f!}.] <b sly: [Dear friend, be my guest!|Eat and drink, and give me the same.]> <f wise: [You shall have the same.|As you wish.]>",
        "But the next morning {b!} [fell into the well, and came out again as poor as a mouse|sneezed, and sneezed until the evening|found nothing under the stone but a toad|had a hundred mice in the house].")
    s.p("{h!} [helped {b*} all the same|did not laugh|gave {b!} half of everything]. <b sad: [I was hard to you.|I was wrong.|I don't deserve it.]> <h kind: [You are my {one}.|There is enough for two.|Let us forget it.]>")
    end(s, "From that day on the two {pair} [lived in peace|shared everything].")


def lazy(s: Story) -> None:
    """Somebody who will not work finds out what work is for."""
    s.season = "summer"
    s.child("h") if s.chance(0.5) else s.animal("h", ["cricket", "cat", "donkey", "fox", "bear cub", "hare", "dormouse", "frog"])
    begin(s)
    s.animal("f", ["ant", "bee", "beaver", "squirrel", "mouse", "mole"], named=0.0)
    s.facts["fun"] = s.pick(["lay in the sun", "sang from morning to night", "played on a little flute", "looked at the clouds"])
    s.p("All summer long {h} {fun}. [{h.he} did not like work.|Work was for others, {h.he} thought.|There was always time tomorrow.] Every day {h.he} saw a {f.kind} go by with [a grain of corn|a load of wood|a heavy sack|a bundle of straw].",
        "<h: [Why do you work so hard?|Come and play with me!|Sit down and rest a little.]> <f: [The winter will come.|I am making ready for the winter.|When my work is done, I shall rest.]> <h glad: [The winter is far away!|It is warm today, and that is enough for me.|You are a dull {f.kind}!]>")
    s.p("But the leaves fell, and then the snow came. [The wind was like a knife.|The ground was as hard as stone.] {h!} had [nothing to eat and no wood|only an empty cupboard|neither bread nor wood]. <h sad: [If only I had listened!|What shall I do now?|I am so cold.]>",
        "At last {h.he} went to the {f.kind} and knocked. <f: [Who is there?|What do you want?|What did you do in the summer?]> <h sad: [It is I. I have nothing to eat.|I sang, and now I am hungry.|Please help me.]>")
    s.p("<f kind: [Come in, and warm yourself.|I will not let you freeze.|You may stay, if you will sing for me while I work.|Come in. But next summer you must help me.]> {h!} [was ashamed|could hardly speak]. They ate %FOODS%, and {h.he} [told stories until the snow was gone|sang, and it had never sounded so sweet].",
        "When spring came, {h!} [was the first to begin the work|took a spade and dug the garden|got up before the sun and worked beside the {f.kind}]. <h glad: [Now I know what it is for.|Work first, and then the song.|It is not so bad after all.]>")
    end(s, "And the next winter {h!} had enough for {h.self}, and for a guest as well.")


def happy_king(s: Story) -> None:
    """A king who has everything but joy sends for the happiest man's coat."""
    s.cast["k"] = Character(s.pick(["king", "king", "queen", "king", "prince"]), "he")
    if s.cast["k"].kind == "queen":
        s.cast["k"].gender = "she"
    s.folk("h", ["shepherd", "woodcutter", "old woman", "fisherman", "goatherd", "gardener"])
    s.facts["coat"] = s.pick(["coat", "shirt", "cap", "pair of shoes"])
    s.p(s.pick(["Once upon a time there was a {k.kind} who had everything that one can wish for.", "There was once a {k.kind} who had a golden bed and could not sleep in it.",
                "Once upon a time there was a {k.kind} who was never happy.", "A {k.kind} had a hundred rooms, and sat in all of them and sighed.",
                "The {k.kind} was sad.", "Long ago there lived a {k.kind} who had forgotten how to laugh.", "Once upon a time there was a {k.kind}. {k.he} was rich, but {k.he} was not happy."]),
        "[{k.he} ate, but nothing tasted good.|Musicians played, but {k.he} did not hear them.|{k.he} looked out of the window all day long.]",
        "[The doctors shook their heads.|Nobody knew what was wrong.]")
    s.p("At last [an old doctor|a wise woman|a wandering monk] said, \"Find somebody who is really happy, and bring {k.him0} {coat}.\"".replace("bring {k.him0} {coat}", "put on that one's {coat}" if s.facts["coat"] != "pair of shoes" else "put on that one's shoes"),
        "So messengers rode out [to the four corners of the land|on white horses|in the rain and in the sun]. [They asked a rich man. \"I should be happy if I had more,\" said the rich man.|They asked a general. \"I should be happy if there were no other generals,\" said the general.|They asked a young bride. \"I should be happy if it could always be today,\" said the bride.]")
    s.p("One evening they heard somebody singing [in a hut|under a tree|by the river]. It was a poor {h.kind}. \"Are you happy?\" \x01they asked. <h glad: [Yes, why not?|As happy as the day is long.|I have bread, and I have a song. What more should I want?]> \"Then give us your " + ("shoes" if s.facts["coat"] == "pair of shoes" else "{coat}") + "!\" <h: [I have none.|I never had one.|But I have none, and I never needed any.]>")
    s.p("They brought {h!} before {k!}. <k: [You have nothing, and you are happy?|How can one be happy without a {coat}?|Teach me how to do it.]>".replace("a pair of shoes", "shoes").replace("without a {coat}", "without " + ("shoes" if s.facts["coat"] == "pair of shoes" else "a {coat}")) + " <h: [Come with me for a week, and you shall see.|Get up early, work, and sing.|Give something away every day.|Sit down on the grass beside me.]>",
        "So {k!} [worked in the field for a week|got up with the sun and carried water|gave away a golden plate every day], and on the seventh day {k.he} [heard the birds|laughed aloud|slept like a child].")
    s.p("[{k!} never asked for the {coat} again.|And {k!} gave {h!} a {coat}, but {h.he} gave it to a beggar.|And {k!} and {h!} were friends from that day on.]".replace("a {coat}", "new shoes" if s.facts["coat"] == "pair of shoes" else "a {coat}").replace("gave it to a beggar", "gave it away").replace("the {coat}", "the shoes" if s.facts["coat"] == "pair of shoes" else "the {coat}"))
    end_king(s)


def end_king(s: Story) -> None:
    s.p(s.pick(["And if they have not died, they are happy still.", "And that is the end of the story.", "Since then people say that one need not have much to be happy.",
                "And the golden bed stood empty.", "So the whole land was merry again."]))


def lost_lamb(s: Story) -> None:
    """One of the flock is missing, and somebody goes out into the dark for it."""
    if s.chance(0.5):
        s.folk("h", ["shepherd", "goatherd", "old shepherd", "old woman"])
    else:
        s.child("h")
    begin(s)
    baby, flock = s.pick([("lamb", "sheep"), ("kid", "goats"), ("lamb", "sheep"), ("duckling", "ducks"), ("gosling", "geese"), ("calf", "cows")])
    s.cast["f"] = Character(baby, s.pick(["he", "she"]))
    s.facts |= {"flock": flock, "n": s.pick(["ten", "twelve", "seven", "twenty"])}
    s.p("{h} had {n} {flock}, and one small {f.kind} that [was white all over|had a black spot on its nose|was always behind the others|was the dearest of all].",
        "[%TIMES%|Every evening {h} counted them. And one evening], when {h} [came home|shut the gate], the {f.kind} was not there.".replace("[%TIMES%|Every evening {h} counted them. And one evening]", s.pick(["%TIMES%", "Every evening {h} counted them. One evening"])) ,
        "<h: [Where can it be?|One is missing!|It must be somewhere on the hill.|I can't leave it out there alone.]>")
    s.p("[The neighbour|An old man at the gate] said, \"[It is only one, and you have the others|Wait until morning|It will come home by itself].\" <h: [The others are warm. That one is cold.|It is small, and it is alone.|I could not sleep.]> So {h} took a [lantern|stick and a lantern] and went %PATHS%.",
        "[@winter The snow was deep.|@spring,autumn It began to rain.|@summer Thunder rolled over the hills.|It was so dark that one could not see one's own hand.] {h!} called and called. [Only the owl answered.|Nothing answered but the wind.|There was no answer.]")
    s.p("[At last|When the lamp was nearly out], {h.he} heard a [faint|thin|small] cry. [There was the {f.kind}, between two rocks.|The {f.kind} had fallen into a ditch.|The {f.kind} stood under a thorn bush and shook.] <h kind: [There you are!|Come, little one.|Don't be afraid. I am here.]>",
        "{h!} [lifted {f*} up|took {f!} in {h.his} arms|laid {f!} round {h.his} neck] and carried {f.him} home, [step by step|through the dark|and it was a long way].".replace("{f*}", "{f!}"))
    s.p("[When the sun rose|At midnight] they were home. The {flock} [lifted their heads|came to the gate]. {h!} [gave the {f.kind} warm milk|rubbed {f!} dry with straw], and then {h.he} sat down and ate %FOODS%. <h glad: [Now all of us are here.|Now I can sleep.|Not one is missing.]>")
    end(s, "And the {f.kind} never ran away again.", "And after that the {f.kind} followed {h!} wherever {h.he} went.")


PLOTS = [
    three_children, three_children, riddles, winter_guest, winter_guest, turnip, barrel, fox_and_bird, fox_and_bird,
    rich_and_poor, lazy, happy_king, lost_lamb,
]
