"""The plots of story_grammar.py: each is a function that writes one tale. Those on kings and old folk are in story_plots_folk.py."""

import story_words as words
from story_grammar import Character, Story
from story_openings import begin, relative

# Scenes and ends that fit any plot


def interlude(s: Story, share: float = 0.35) -> None:
    """A small scene that fits between any two others while the hero is on the way."""
    if not s.chance(share):
        return
    s.facts["passer"] = s.pick(["carter", "pedlar", "postman", "soldier", "goose girl", "fiddler", "beggar", "hunter", "chimney sweep", "monk"])
    s.p(s.pick([
        "{h} sat down under a tree and ate %FOODS%. [@spring,summer,autumn An ant came and took away a crumb.|@spring,summer A butterfly sat on {h.his} knee.|@spring,summer,autumn The leaves rustled overhead.|Far off a bell was ringing.] Then {h} got up and went on.",
        "When night came, {h} lay down [under a haystack|beneath a fir tree|in an empty barn|on a heap of leaves] and slept. In a dream {h.he} saw [a white horse|a door in a hill|a lamp in a window|the face of a friend]. In the morning [the cocks were crowing|@spring,summer the dew was on the grass|the sun woke {h.him}].",
        "On the way {h} sang [a little song|all the songs {h.he} knew|to keep up {h.his} courage]. [A bird sang the same song back.|The stream sang too.|It made the way seem shorter.]",
        "A {passer} came along the road. \"Where are you going?\" \x01asked the {passer}. <h: [It is a long story.|As far as I must.|Over there, beyond the hills.|I hardly know.]> \"[Good luck to you|Then take care|May the wind be behind you],\" said the {passer}, and went by.",
        "From the top of the hill one could see [the sea|the towers of the town|the smoke of many chimneys|the river like a silver ribbon]. {h} [stood still and looked|had never seen so far|wondered who lived there]. But there was no time to lose.",
        "It began to [@spring,summer,autumn rain|@winter snow|blow], and {h} [crept under a bush|stood in a doorway|pulled up {h.his} collar]. <h: [It will pass.|It will soon be over.|I have seen worse.|Bad weather never lasts.]> And soon [the sun came out|it was over|the clouds were gone].",
        "[@spring A cuckoo called|A dog barked|A cock crowed|Bells rang] somewhere. {h} thought of [home|{h.his} warm bed|the others|supper] and [sighed|smiled|walked faster].",
        "{h} came to a place where two roads met. <h: [Which one is the right one?|Left or right?|Nobody is here to ask.]> [{h.he} threw up a leaf, and it fell to the left.|A snail was creeping to the right, so {h.he} went that way.|{h.he} shut {h.his} eyes and pointed.] [It was the right one.|And it was well that {h.he} did.]",
    ]))


def outside(s: Story) -> str:
    return s.pick(["%WEATHER%", "%WEATHER%", "", ""])


def end(s: Story, *morals: str) -> None:
    general = [
        "And from that day on {h} was never [lonely|%SAD%|afraid] again.",
        "That night {h} slept [soundly|well|like a stone], and dreamed of [the sea|nothing at all|silver fish|green hills].",
        "And if {h} has not [moved away|gone away], {h.he} [lives|is living] there still.",
        "[Everyone was %HAPPY%|They were all %HAPPY%], and they [sang|laughed|danced|talked] until [the moon rose|the stars came out|it was quite dark].",
        "And so they lived happily [ever after|together for many years|to the end of their days].",
        "{h} never forgot that day [as long as {h.he} lived|in all {h.his} life].",
        "Then they sat down by the fire and ate %FOODS%, and [that was the end of it|nobody went to bed hungry].",
        "And that is the end of the story.",
    ]
    first = s.pick(list(morals) * 2 + general)
    last = s.pick([line for line in general[3:] if line != first and not (first in general and line.startswith("And"))])
    s.p(first, last if s.chance(0.3) and not first.startswith("And that is") else "")


def set_out(s: Story) -> str:
    return s.pick([
        "So {h} put %FOODS% in a bag and set out %PATHS%.",
        "{h} [said good-bye|shut the door behind {h.him}] and went %PATHS%.",
        "So {h} walked %PATHS%, and then %PATHS%, until {h.he} was [tired|hungry|very tired].",
        "{h} did not wait any longer. {h.he} ran %PATHS%.",
        "[The next morning|At sunrise|Before breakfast] {h} got up and went %PATHS%.",
    ])


def meeting(s: Story, key: str) -> str:
    """The hero meets `key`, who is then known to the reader."""
    c = s.cast[key]
    called = f" called {{{key}!}}" if c.name else ""
    s.facts["met"] = f"a {s.pick(['little', 'small', 'thin', 'friendly', 'grey'])} {c.kind}{called}"
    return s.pick([
        "There {h} met {met}.", "On the way {h} met {met}.", "Soon {h} came upon {met}, who was [sitting on a stone|sitting in the sun|resting by the road].",
        "Then {met} came [by|along|round the corner].", "By the roadside sat {met}.",
    ])


def thanks(s: Story, giver: str, taker: str) -> str:
    return s.pick([
        f"<{taker} glad: [Thank you|Thank you, thank you|How can I ever thank you|You are very good]! [I shall never forget this.|You have saved me.|What a good friend you are!|Now all is well.]> <{giver} kind: [It was nothing.|You are welcome.|I was glad to do it.|Friends must help each other.|You would have done the same for me.]>",
        f"{{{taker}}} thanked {{{giver}!}} [again and again|with all {{{taker}.his}} heart|a hundred times]. <{giver} kind: [It was nothing.|You are welcome.|I was glad to do it.|Go home now, for it is late.]>",
        f"<{taker} glad: [Thank you, dear friend.|I thank you with all my heart.|What can I give you for this?]> <{giver} kind: [I want nothing.|Only be kind to the next one who needs help.|A kind word is enough.|Come and see me now and then.]>",
    ])


# The plots


def lost_thing(s: Story) -> None:
    s.hero()
    begin(s)
    s.facts["thing"] = s.pick(words.TREASURES)
    spots = [spot for spot in words.SPOTS if s.season in (spot[4:] or (s.season,))[0].split() and spot[2] != s.cast["h"].kind]
    where, why, helper, how = s.pick(spots)[:4]
    s.facts |= {"where": where, "why": why, "how": how}
    s.animal("f", [helper], named=0.3)
    s.facts["from"] = s.pick(["{h.his} mother", "{h.his} grandmother", "{h.his} father", "an old friend", "{h.his} uncle"])
    s.p("[Best of all things|More than anything else|Above all] {h} loved {h.his} {thing}[.| , which {from} had given {h.him}.]",
        "[{h} took it everywhere.|It lay beside {h.his} bed every night.|{h} would not have sold it for a sack of gold.|It was not worth much, but {h} thought it the finest thing in the world.]")
    s.p("%TIMES% {h} [woke up|came home|put {h.his} hand in {h.his} bag|looked beside the bed], and the {thing} was gone. " + outside(s),
        "{h} looked [under the bed|behind the door|in the cupboard|under the table] and [in the garden|behind the stove|in every corner|on the stairs], but {h.he} could not find it.",
        "<h sad: [Where can it be?|Oh dear, what shall I do?|I have lost my {thing}.|Who has seen my {thing}?]>",
        "[{h} sat down and cried.|{h} was very %SAD%.|Two big tears ran down {h.his} face.|]")
    s.p(set_out(s))
    interlude(s)
    s.p("[At last|After a long time|When the sun was high] {h} saw something [shine|lying there]. It was the {thing}! It lay {where}. But {why}.",
        "[{h} tried once, twice, three times, but it was no use.|{h} tried and tried, but {h.he} could not reach it.|However hard {h} tried, {h.he} could not get it.]")
    s.p(meeting(s, "f"), "<f kind: [Why are you crying?|What is the matter?|Why do you look so sad?|What are you doing there?]> <h sad: My {thing} is {where}, and I can't reach it.>",
        "<f: [Don't cry.|That is easy for me.|Let me try.|Is that all?] [I will help you.|I shall fetch it for you.|Wait here.]>",
        "{f} {how}.", "[Before {h!} could count to ten, it was done.|It did not take long.|{h!} clapped for joy.|]")
    s.p("There was the {thing}, [quite safe|wet but whole|as good as new|a little dirty, but not broken]. {h} [jumped|danced|laughed] for joy.", thanks(s, "f", "h"))
    end(s, "After that {h} [took better care of|always looked after] the {thing}, and {h.he} [often went to see|shared {h.his} supper with|never forgot] {f!}.",
        "{h!} and {f!} became [good friends|the best of friends], and [that was worth more than any {thing}|they met every day].")


def medicine(s: Story) -> None:
    s.person(children=0.7)
    begin(s)
    relative(s)
    young = s.cast["h"].kind in ("boy", "girl")
    s.facts["cure"] = s.pick(["water from the spring on the mountain", "a blue flower that grows by the lake", "honey from the wild bees", "a leaf of the silver tree", "an apple from the giant's garden", "a cup of dew from the high meadow"])
    s.p("%TIMES% {h's} {rel} fell ill. {r.he} lay in bed and [would not eat|could not sleep|grew weaker every day|shook with cold].",
        "[The doctor came and shook his head.|Nobody knew what to do.|An old woman looked in at the door.|The neighbours brought soup, but it did not help.]",
        "[A wise old woman said|The oldest man in the village said|Somebody said], \"Only {cure} can help.\"")
    s.p("<h: [I will fetch it.|Then I will go and fetch it.|I am not afraid. I will go.]> <r sad: [It is too far.|The way is long and hard.|Take care of yourself.]>",
        "[But {h!} kissed {r*} and went.|But {h!} had made up {h.his} mind.|{h!} only smiled and took {h.his} coat.]", set_out(s))
    s.facts["gift"] = s.pick(words.FOODS)
    s.animal("f", named=0.0)
    interlude(s)
    s.p(meeting(s, "f"), "<f sad: [I am so hungry.|I have had nothing to eat for three days.|Please give me something to eat.]>",
        "{h!} had only {gift}, but {h.he} [gave half to|gave all of it to] {f!}.",
        "<f kind: [You have a good heart.|That was kind of you.|You shared your last bite with me.] [Now I will show you the way.|Follow me, and you will find what you seek.|I know where to find what you need.]>")
    s.p("[They went on together|{f!} went in front, and {h!} followed|Together they walked] %PATHS%. [It grew dark, but they did not stop.|The way was steep and stony.|The wind howled, but {h!} was not afraid.]",
        "[At last they came to the place.|When the sun rose, they were there.|And there it was at last.] {h!} took {cure} and [put it carefully in {h.his} bag|held it tight|thanked {f!}].")
    s.p("{h!} ran all the way home. {r!} [drank a little|tasted it|breathed in the sweet smell], and [the colour came back to {r.his} cheeks|sat up in bed and smiled|the fever was gone].",
        "<r glad: [I feel well again!|You have made me well.|" + ("My brave child!|" if young else "") + "How far you must have gone!]>",
        "[There was great joy in the house.|They held each other for a long time.|{h!} laughed and cried at the same time.]")
    end(s, "And {f!} came [every winter|every evening|now and then] and always got {gift}.", "[It was a small piece of kindness|A kind heart is a good guide], and [it had found the way|it goes a long way].")


def sharing(s: Story) -> None:
    s.hero()
    s.facts["trait"] = "greedy"
    s.animal("f", named=0.6)
    s.facts["food"] = s.pick(words.FOODS)
    begin(s)
    s.p("But there was one thing that {h} did not like, and that was [sharing|to share]. <h cross: [What is mine is mine.|I found it, so it is mine.|Nobody gave me anything, so I give nobody anything.]>",
        "So {h.he} [ate all alone|sat all alone|hid everything in a box].")
    s.p("%TIMES% {h} had {food}. " + outside(s), meeting(s, "f"),
        "<f: [May I have a little?|Will you give me some? I am so hungry.|That smells good! May I taste it?|Please, may I have a small piece?]> <h cross: [No!|No, you may not.|Certainly not.|Go away!] [It is all mine.|There is not enough for two.|Find something for yourself.]>",
        "{f} [went away without a word|hung {f.his} head and went away|said nothing, and went {f.his} way].")
    s.p("{h} ate [and ate|it all up] until {h.he} [could eat no more|was too full to walk|had a pain in the stomach]. But it did not taste [so good as {h.he} had thought|good at all].",
        "[It was very quiet.|There was nobody to talk to.|Nobody came to the door.] <h sad: [How dull it is to eat alone.|I have no friends at all.|I wish that I had not been so unkind.]>")
    s.p("[Soon after|Not long after|The next week] [a storm blew away|@winter the snow covered|@spring,autumn the flood carried away|@summer a fire burned] everything that {h} had. [There was nothing left to eat.|The cupboard was empty.|Not a crumb was left.] {h} was [@autumn,winter cold and hungry|hungry and alone|so hungry that {h.he} could not sleep].",
        "[Then somebody knocked at the door.|Then there was a knock at the door.|Late in the evening there came a knock.|There was a sound outside.] It was {f!}, [with|who had brought] %FOODS%.",
        "<f kind: [I thought that you might be hungry.|I have not much, but half of it is for you.|Let us eat together.]> {h!} was ashamed. <h sad: [I was unkind to you, and you are good to me.|Can you forgive me?|I am sorry that I sent you away.]> <f kind: [That is all forgotten.|Of course.|Eat, before it gets cold.]>")
    s.p("They [sat down|ate] together, and [never had anything tasted so good|everything tasted twice as good].")
    end(s, "From that day on {h} shared everything, and {h.he} was never [alone|lonely] again.", "{h} had learned that [food tastes best in company|half a loaf with a friend is more than a whole one alone].")


def fear(s: Story) -> None:
    s.hero()
    begin(s)
    what, task, sight, tool = s.pick(words.FEARS if s.season == "summer" else [f for f in words.FEARS if not f.startswith("thunder")]).split("|")
    s.facts |= {"what": what, "task": task, "sight": sight, "tool": tool}
    s.animal("f", [k for k in ("kitten", "puppy", "lamb", "duck", "piglet") if k != s.cast["h"].kind], named=0.4)
    s.facts["fwho"] = "{f!}, the smallest {f.kind} of all" if s.cast["f"].name else "a small {f.kind}"
    s.p("{h} was afraid of only one thing, and that was {what}. [The others laughed at {h*}.|{h} told nobody about it.|When {h.he} thought of it, {h.he} trembled.|]",
        "<h sad: [I am not brave.|I wish that I were brave.|Why am I so afraid?|If only I were bigger!]>")
    s.p("%TIMES% a small voice cried for help. [Everyone else was away.|There was nobody else to hear it.|It came from far off.] It was {fwho}, who [was lost|had lost the way|could not get home]. To help {f*}, {h!} had to {task}.",
        "{sight}. {h's} heart beat fast. <h afraid: [I can't do it.|I don't dare.|What shall I do?|It is too dangerous.]>")
    s.p("But {f!} [cried again|called again, more softly]. <f afraid: [Help me!|Please help me! I am all alone.|Is nobody there?]>",
        "[Then {h!} thought, not of {what}, but of {f!}.|Then {h!} shut {h.his} eyes and counted to three.|Then {h!} took a deep breath.] {h!} took a {tool} and went. [One step, and another step, and another.|{h.he} sang a song to keep up {h.his} heart.|{h.his} knees shook, but {h.he} did not turn back.]",
        "<h kind: [I am coming!|Don't be afraid, I am here.|Hold on to me.]>")
    s.p("{h!} found {f!} and [carried {f.him} home|led {f.him} home|brought {f.him} safely back].",
        "<f glad: [How brave you are!|Weren't you afraid?|I knew that somebody would come.]> <h: [I was afraid the whole time.|I was very much afraid, but I came all the same.|Yes, but you needed me.]>",
        "[An old owl|The old shepherd|A wise old crow|{h's} grandmother] heard it and said, \"[That is what it means to be brave.|Nobody is braver than one who is afraid and still goes.|Only a fool is never afraid.]\"")
    end(s, "After that {h} was not so much afraid of {what}.", "{h} was still a little afraid of {what}, but [that did not matter|{h.he} knew now what to do].")


def mishap(s: Story) -> None:
    s.child("h")
    begin(s)
    what, how, amends = s.pick(words.MISHAPS)
    relative(s, words.RELATIVES[:4])
    s.facts |= {"what": what, "how": how, "amends": amends}
    s.p("%TIMES% {h's} {rel} [went to market|went out|was at work in the field|went to see a neighbour].",
        "<r: [Be good while I am away.|Take care of the house.|Don't touch anything, and be careful.]> <h: [Yes, I will be good.|I promise.|Of course I will.]>")
    s.p("At first all went well. {h} [played in the yard|read a book|fed the hens|drew pictures]. But then {h.he} [grew tired of it|began to run about the house|forgot what {h.he} had promised].",
        "{h!} {how}.", "[That was the end of {what}.|]",
        "[There was a dreadful silence.|{h} stood quite still.|{h} turned pale.] <h afraid: [Oh, what have I done?|What will happen now?|Oh dear, oh dear!]>")
    s.p("[{h} thought and thought.|Nobody had seen it.] <h: [I could say that the cat did it.|Perhaps nobody will notice.|I could hide in the barn.|I could say that it was the wind.]> But [{h} felt a stone in {h.his} heart|the cat looked at {h.him} with big eyes|{h} knew that it would be a lie].")
    s.p("[In the evening|At last] {r!} came home. {h!} went [to the door|up to {r.him}] with {h.his} head down. <h sad: It was I. [I did not mean to do it.|I was careless.|I am so sorry.]>",
        "{r!} [was silent for a while|looked at {h.him} for a long time|sat down]. <r kind: [I am sorry about it, but I am glad that you told me the truth.|A thing can be mended. A lie can't.|It took courage to say that.|Thank you for telling me.]>")
    s.p("{h!} {amends}. [It took a long time.|It was hard work, but {h.he} did not complain.|{r!} helped a little.|] [And when it was done, {h!} felt light and %HAPPY%.|And {r!} smiled.|After that they ate %FOODS% together.]")
    end(s, "From that day on {h} [always told the truth|was more careful|thought first and ran afterwards].")


def trick(s: Story) -> None:
    s.animal("h", named=0.7)
    begin(s)
    threat, answer, result, escape = s.pick(words.TRICKS)
    if s.chance(0.5):
        s.animal("w", [k for k in words.BIG_ANIMALS if k != s.cast["h"].kind], named=0.0)
    else:
        s.folk("w", words.MONSTERS)
    s.facts |= {"threat": threat, "answer": answer.replace(", said the small one,", ","), "result": result, "escape": escape}
    s.p("[In the same country|Not far away|On the other side of the hill] there lived a [big|terrible|wicked|hungry] {w.kind}. Everyone was %AFRAID% of {w.him}, [for {w.he} was as strong as ten|for {w.his} voice was like thunder|and nobody went out after dark].")
    s.p("%TIMES% {h} went %PATHS%. " + outside(s), "Suddenly {w!} sprang out [from behind a tree|of the bushes|in front of {h.him}]. <w cross: [Stop!|Ha!|Now I have you!] {threat}!>",
        "{h!} was %AFRAID%, but {h.he} [did not show it|thought quickly|kept {h.his} wits]. <h sly: {answer}.>")
    s.p("{w!} [was not very clever|thought about it for a while|scratched {w.his} head|had never been spoken to like that]. <w: [Very well.|That is true.|Good, but be quick.|Why not?]>",
        "So {w.he} {result}.", "[Meanwhile|In the meantime|But by that time] {h!} {escape}.")
    s.p("When {w!} saw that {w.he} had been tricked, {w.he} [roared with anger|stamped on the ground|howled until the trees shook]. But [it was too late|it did not help|nobody was there to hear it].",
        "<h glad: [You may be big, but I am quick.|Strength is not everything.|Good night, and sleep well!]> [{w!} was so ashamed that {w.he} went away for ever.|{w!} was never seen again.|After that {w!} left the small ones in peace.]")
    end(s, "All the [animals|neighbours] came to hear the story, and {h} had to tell it [again and again|three times].", "[A clever head is better than big teeth|The small must be clever], {h} used to say.")


def three_wishes(s: Story) -> None:
    s.folk("h", words.FOLK + words.ELDERS)
    begin(s)
    giver = s.pick(["fish", "fairy", "bird", "dwarf", "mouse", "frog"])
    s.cast["f"] = Character(giver, "she" if giver == "fairy" else "he")
    s.facts["good"] = "good man" if s.cast["h"].gender == "he" else "good woman"
    (wish1, bad1), (wish2, bad2) = s.random.sample(words.WISHES, 2)
    s.facts |= {"w1": wish1, "b1": bad1, "w2": wish2, "b2": bad2}
    s.p("%TIMES% {h} [was on {h.his} way home|was at {h.his} work|was walking by the river]. " + outside(s), "There {h.he} found a {f.kind} [lying under a fallen branch|@spring,summer,autumn stuck fast in the mud|caught in an old net], and {h.he} [set {f.him} free|helped {f.him} out].",
        "<f: [You have saved my life.|Thank you, {good}.] For that you shall have three wishes. [But choose them well.|Think before you speak.]>")
    s.facts["say1"] = spoken_wish(wish1)
    s.facts["say2"] = spoken_wish(wish2)
    s.p("{h!} ran home [as fast as {h.he} could|and could hardly breathe for joy]. {h.he} [sat down at the table and thought|walked up and down the room]. At last {h.he} said, \"{say1}.\"",
        "[No sooner said than done.|At once it was so.|There was a clap of thunder, and it was done.] But {b1}. <h cross: [What a foolish wish!|That was not what I meant!|This is dreadful!]>")
    s.p("[So {h} tried again.|{h} thought a little longer this time.|There were two wishes left.] {h.he} said, \"{say2}.\" [It was done in a moment.|And it was so.] But {b2}. [Now {h} was worse off than before.|That was even worse.]",
        "<h sad: [I have only one wish left.|What shall I do now?|I was happier before.]>")
    s.p("Then {h} [said|sighed and said], \"I wish that everything were as it was before.\" [And so it was.|And it was so.|There was a clap of thunder.] There stood {h.his} [little house|old chair|table], and [the kettle sang on the fire|the sun shone in at the window|outside the birds were singing].",
        "[{h} laughed until the tears came.|{h} had never been so %HAPPY%.|{h} sat down and ate %FOODS%, and it tasted better than ever.]")
    s.maybe(0.5, "[A few days later|Soon after] {h} met {f!} again. <f: [Are you rich now?|What did you wish for?|Have you used your wishes?]> <h glad: [I have wished for what I had, and I have got it.|Yes, and now I need nothing more.]>")
    end(s, "{h} never wished for anything again, [and {h.he} was content|but {h.he} worked and was %HAPPY%].")


def spoken_wish(wish: str) -> str:
    if wish.startswith(("never", "to ")):
        return "I wish " + wish
    if wish.startswith("that"):
        return "I wish " + wish.replace("should turn", "would turn").replace("should always be", "were always")
    return "I wish for " + wish


def new_friend(s: Story) -> None:
    s.hero()
    begin(s)
    s.animal("f", named=0.8)
    s.facts["flaw"] = s.pick(["could not sing in tune", "was covered with mud", "had a crooked tail", "spoke in a strange way", "had one white ear", "was as big as a barrel", "came from a far country", "was very shy"])
    s.facts["fwho"] = "a {f.kind} called {f!}" if s.cast["f"].name else "a {f.kind}"
    s.facts["mocker"] = s.pick(["the geese", "the crows", "the children of the village", "the cats", "the cocks", "the squirrels"])
    s.p("%TIMES% a stranger came to live [next door|on the other side of the hedge|by the old well]. It was {fwho}.",
        "{f} {flaw}, and {mocker} laughed at {f.him}. \"[Look at that one!|Did you ever see such a thing?|Go back to where you came from!]\" \x01they cried.",
        "{f} [said nothing|hid behind the fence|went away and sat alone].")
    s.p("{h!} saw it, and {h.he} was %SAD%. <h: [That is not right.|How lonely that poor {f.kind} must be.|I should not like to be laughed at.]> So {h.he} took %FOODS% and went [over the fence|to the door|to the old well].",
        "<h kind: [%GREETINGS%! My name is {h!}.|May I sit down beside you?|I have brought you something.]>",
        "<f: [Aren't you going to laugh at me?|Why are you so kind?|Nobody has ever come to see me.]> <h kind: [Why should I laugh?|I would rather be your friend.|I like you as you are.]>")
    s.p("They [talked until the evening|played by the stream|told each other stories|picked berries together]. {h!} found out that {f!} [knew all the stars by name|could tell wonderful stories|could find the sweetest berries|could swim like a fish|knew a hundred songs].",
        "[The next day they met again, and the day after that.|From then on they met every day.|When it was time to go home, neither of them wanted to go.|They forgot the time, and it grew dark.]")
    s.p("[One night|Not long after] {mocker} were in trouble. [A fire broke out|The water rose|A wolf came], and they did not know where to run. It was {f!} who [woke them all|showed them the way|called for help], and [nobody was hurt|all of them were saved].",
        "Then {mocker} were ashamed. \"[We were wrong|Forgive us|We are sorry],\" they said. <f kind: [Let us be friends.|I am not angry.|Come and eat with us.]>")
    end(s, "{h!} and {f!} were friends for the rest of their lives.", "After that nobody [laughed at a stranger again|minded that {f!} {flaw}].")


def contest(s: Story) -> None:
    s.animal("h", named=0.7)
    s.facts["trait"] = "patient"
    begin(s)
    s.animal("f", ["fox", "hare", "horse", "cock", "stag", "swan", "cat", "eagle"], named=0.6)
    what, place, trouble, _ = s.pick([c for c in words.CONTESTS if s.season in c[3].split()])
    s.facts |= {"what": what, "place": place, "trouble": trouble}
    s.facts["fwho"] = "a {f.kind} called {f!}" if s.cast["f"].name else "a {f.kind}"
    s.p("In the same place lived {fwho}, who was very proud. <f proud: [I am the best of all.|Nobody is as good as I am.|Nobody can beat me.]> {f} said it [in the morning and in the evening|to everyone who would listen|so often that everybody was tired of it].")
    s.p("%TIMES% there was to be {what}. <f proud: [Who will try against me?|I shall win, of course.|Does anyone dare?]> [Nobody spoke.|All the others looked at the ground.] Then {h!} said, \"I will try.\"",
        "[Everyone laughed, and {f!} laughed loudest of all.|There was a great laugh.|The others thought that it was a joke.|Somebody laughed at the back.] <f proud: [You? Go home to bed!|You will never do it.|This will be easy.]> <h: [We shall see.|I can but try.|I will do my best.]>")
    s.p("[The day came, and they all met|When the day came, they all met|They all met] {place}. " + outside(s), "{f!} was [soon far ahead|sure of the prize]. {h!} [took {h.his} time|did not look to the right or the left|went on, slowly and steadily|worked quietly and carefully].",
        "<f proud: [I have time to rest.|I can do this in my sleep.|There is no hurry.]>")
    if s.chance(0.5):
        s.p("But {f!} was careless and {trouble}. <f sad: [Help!|Oh dear!|What shall I do now?]> {h!} heard it. {h.he} [could have gone on and won|thought of the prize for a moment], but {h.he} turned back and helped {f*}.",
            "<f: [Why do you help me?|Now you will not win.]> <h kind: [A prize is not so much as a friend.|I could not leave you alone.|We can finish together.]>")
        s.p("They finished side by side, and [the prize was cut in two|both of them won|everyone cheered]. {f!} was not proud any more. <f: [You are better than I am.|I have learned something today.]>")
        end(s, "After that {h!} and {f!} [did everything together|were good friends].")
    else:
        s.p("But {f!} was careless and {trouble}. {h!} went on to the end, [step by step|little by little], and won. [Everyone cheered.|Nobody laughed now.|Nobody could believe it.]",
            "<f sad: [How could that happen?|I was so sure.]> <h kind: [You were too sure.|I only went on.|Next time we can try again.]> The prize was %FOODS%, and {h!} [gave half of it to {f!}|shared it with everyone].")
        end(s, "{f} never boasted again.", "[Slow and steady is better than quick and careless|He who goes on gets there in the end], as the old folk say.")


def forest_house(s: Story) -> None:
    s.child("h")
    begin(s)
    s.folk("f", ["old woman", "witch", "dwarf", "hermit"])
    s.facts["seek"] = s.pick(["berries", "mushrooms", "wood for the fire", "a lost lamb", "flowers", "nuts"])
    jobs = s.random.sample(["sweep the floor", "feed the hens", "milk the goat", "wash the dishes", "shake the feather bed", "light the fire", "chop the wood", "comb the cat", "water the roses"], 3)
    s.facts |= {"j1": jobs[0], "j2": jobs[1], "j3": jobs[2], "reward": s.pick(words.GIFTS)}
    s.p("%TIMES% {h} went into the forest to look for {seek}. " + outside(s), "[{h} went deeper and deeper between the trees, and when {h.he} looked round, {h.he} did not know the way home.|{h.he} went from tree to tree and forgot the time, and soon there was no path to be seen.|The best ones always grew a little farther on, and so {h.he} went on and on, until the path was gone.]",
        "[It grew dark.|The shadows grew long.|Night came.] <h afraid: [I am lost.|Which way shall I go?|Is anybody there?]>")
    interlude(s, 0.15)
    s.p("Then {h} saw a [small|faint|yellow] light [between the trees|far away]. {h.he} went towards it and came to a [tiny|strange|crooked] house. {h} knocked, and a {f.kind} opened the door. [{f.he} had a long white nose.|{f.he} held a candle.|]",
        "<f: [Who knocks so late?|What do you want here, child?|Come in, if you are not afraid.]> <h: [Please, may I stay until morning?|I have lost my way. May I come in?]> <f: [You may, if you will work.|Yes, but nobody stays here for nothing.] You must {j1}, {j2} and {j3}.>")
    s.p("{h!} was tired, but {h.he} [did not complain|set to work at once|was not lazy]. First {h.he} had to {j1}, then {h.he} had to {j2}, and last of all {h.he} had to {j3}. [{f!} sat in the corner and said nothing.|{f!} watched with bright eyes.|When all was done, the clock struck twelve.]",
        "<f kind: [Well done.|You have worked well.|You are a good child.] [Now eat.|Now sleep.|Here is something to eat.]> {h!} got %FOODS% and [a bed of straw|a warm bed by the stove|a soft blanket].")
    s.p("In the morning {f!} [said|stood at the door and said|woke {h.him} early and said|gave {h.him} %FOODS% and said], \"[Take this home with you.|This is for your work.|Good work must have good pay.]\" And {f.he} gave {h!} {reward}.",
        "[Then {f.he} pointed the way with a stick.|A white bird flew in front and showed the way.|{h!} had hardly gone a hundred steps when {h.he} saw the chimney of {h.his} own home.] {h!} ran home, and [there was great joy|{h.his} mother wept for joy|everyone had been looking for {h.him}].",)
    if s.chance(0.45):
        s.child("b", s.cast["h"].gender)
        s.p("Next door lived {b!}, who was lazy. <b: [I want a present too.|I can do that as well as {h!}.]> So {b!} went into the forest and found the little house. But {b.he} [would not work|did everything badly|lay down and slept]. In the morning {b.he} got nothing but [a sack of stones|an empty box|a sack of ashes].")
    end(s, "[Whoever works well will be paid well|Good work is never lost].")


def rescue(s: Story) -> None:
    s.person(children=0.7)
    begin(s)
    trap, freed, kinds = s.pick(words.TRAPS)
    s.animal("f", kinds, named=0.0)
    s.facts |= {"trap": trap.replace("its", "{f.his}"), "freed": freed}
    s.p("%TIMES% {h} was walking %PATHS%. " + outside(s), "[Suddenly|All at once] {h.he} heard a [faint cry|sad sound|small voice]. There was a {f.kind}, {trap}.",
        "<f sad: [Help me, please.|Please don't hurt me.|Let me go, and I will thank you for it.]> <h kind: [Keep still, and I will help you.|Poor thing! I will set you free.|Don't be afraid.]>",
        "{h!} {freed}, and {f!} was free.")
    s.p("<f: [I shall not forget this.|If ever you need me, call me three times.|One day I will help you too.]> {f!} [ran away|was gone] before {h!} could answer. <h: [How could such a small thing help me?|I did not do it for a reward.|What a strange {f.kind}!]>")
    danger, way = s.pick([
        ("fell into the river, and the water carried {h.him} away", "held out a long branch and pulled"),
        ("lost {h.his} way in the fog", "went in front and showed the road"),
        ("was locked in a tower by a wicked lord", "brought the key in the night"),
        ("fell into a deep pit", "fetched a rope and let it down"),
        ("was met by robbers in the wood", "made such a noise that the robbers ran away"),
        ("lost {h.his} father's ring in the deep grass", "knew where it lay and brought it"),
    ])
    s.facts |= {"danger": danger, "way": way}
    s.p("[Summer went and winter came, and {h} thought no more about it.|A year went by.|Many weeks passed.] Then one [day|night] {h!} {danger}. {h!} [called for help, but nobody heard|did not know what to do|thought that all was lost].",
        "Then {h.he} remembered. {h.he} called {f!} three times, and [there {f.he} was|at once {f!} was there|before the third call had died away, {f.he} came]. {f!} {way}.", "[And so {h!} was saved.|{h!} was safe.|It was done before {h!} could say a word.|]")
    s.p("<h glad: [You have saved my life!|You came after all!|How did you find me?]> <f: [You helped me when I was small and weak.|One good turn deserves another.|I had promised it.|I heard you call.]>")
    end(s, "{h!} and {f!} [stayed together|were never parted again|met every spring].", "[No kindness is too small|Even the smallest friend can be a great help].")


def together(s: Story) -> None:
    if s.season == "winter":
        s.season = "autumn"
    s.animal("h", named=0.7)
    begin(s)
    if s.season == "winter":
        return s.again(night_noise)
    a = s.animal("a", named=0.3)
    b = s.animal("b", named=0.3)
    task, need, jobs, danger, _ = s.pick([t for t in words.TASKS if t[4] == s.season])
    j = s.random.sample(jobs, 3)
    s.facts |= {"task": task, "need": need, "danger": danger, "j1": j[0], "j2": j[1], "j3": j[2],
                "awho": f"a {a.kind}" + (f" called {a.name}" if a.name else ""), "bwho": f"a {b.kind}" + (f" called {b.name}" if b.name else "")}
    s.p("{h} had two neighbours, {awho} and {bwho}. [They did not get on very well.|Each of them lived alone.|They often quarrelled about small things.]")
    s.p("%TIMES%, when {need}, {h} said to them, \"We must {task}.\"", "<a: [I have no time.|That is too much work.|Let the others do it.]> <b: [Not today.|I am tired.|Somebody else can do that.]> So {h} [began alone|went to work alone|shook {h.his} head and began]. [It was hard work.|{h} worked until {h.his} back hurt.|But one alone could not do it.]")
    s.p("[On the second day|The next morning] {a!} came by. {a.he} [looked on for a while and was ashamed|stood and watched|had slept badly, because {a.he} was ashamed|put down {a.his} bag]. <a: [I can help a little.|Let me help you.|What can I do?]> <h glad: [Thank you!|I am glad that you came.|Many hands make light work.]> [Then {b!} came as well.|Before long {b!} came too.]",
        "{h!} {j1}, {a!} {j2}, and {b!} {j3}. [They sang as they worked.|Nobody quarrelled now.|In the evening they ate %FOODS% together.]")
    s.p("They had only just finished when {danger}. [It was worse than anyone could remember.|All night long it roared outside.|For three days nobody could go out.|Nobody had ever seen anything like it.] But [they were safe|all was well|they had nothing to fear|everything held]. <b glad: [How good that we did it in time!|I am glad that we helped.]> <a: [Alone none of us could have done it.|We are stronger together.]>")
    end(s, "From that day on the three of them [helped each other|were the best of friends|did everything together].")


def magic_thing(s: Story) -> None:
    s.person(children=0.7)
    begin(s)
    s.folk("f", ["old woman", "beggar", "dwarf", "hermit", "fairy"])
    thing, rule, result, mend = s.pick(words.MAGIC)
    s.facts |= {"thing": thing, "rule": rule, "result": result, "mend": mend.replace(" his ", " {h.his} ")}
    s.p("%TIMES% {h} [met|saw] a {f.kind} [by the well|on the road|at the gate]. <f: [Will you carry my bundle for me?|Have you a little bread for me?|Will you help me over the stream?]> <h kind: [With pleasure.|Gladly.|Of course I will.]>",
        "{h!} did it [at once|gladly], and {f!} was pleased. <f: You have a good heart. I will give you {thing}. But one thing you must promise me, {rule}.> <h: [I promise.|I will remember.|That is easy.]>")
    s.p("{h} [took it home|ran home with it] and was %HAPPY%. [For a long time all went well.|For a whole year {h.he} kept {h.his} promise.|All the neighbours came to look and wondered.|There was joy in the house every day.]")
    s.p("But one [day|evening] {h} [forgot {h.his} promise|thought that once would do no harm|wanted to show it to the others|was in a hurry]. And then it happened! {result}.",
        "[Everyone cried out.|The people ran about and did not know what to do.|What a noise there was!] <h afraid: [What have I done?|Stop! Stop!|Oh, if only I had listened!]>")
    s.p("[{h} ran to find the {f.kind}.|Then {h} remembered the {f.kind}.] <h sad: [I broke my promise.|Please help me. It is all my fault.]> <f wise: [I know.|A promise is a promise.|You knew it.] [But it is never too late to mend.|But you are sorry, and that is something.|Now you must put it right.]>",
        "So {h!} {mend}. [All was quiet again.|And that was the end of the trouble.|Everyone breathed again.]")
    end(s, "After that {h} kept every promise that {h.he} made.", "{h} gave {thing} back, and {h.he} did not miss it.")


def birthday(s: Story) -> None:
    s.child("h")
    begin(s)
    family = relative(s)
    s.facts["gift"] = s.pick(words.GIFTS)
    s.folk("f")
    jobs = s.random.sample(["carried water", "swept the shop", "held the horse", "picked apples", "sorted beans", "minded the baby", "fed the geese", "cleaned the windows", "turned the wheel"], 2)
    s.facts |= {"j1": jobs[0], "j2": jobs[1]}
    s.p("[Soon it would be|The next week was] {h's} {rel}'s birthday. {h} wanted to give {r.him} {gift}, but {h.he} had [no money|only one penny|nothing but a button in {h.his} pocket].",
        "<h: [What shall I do?|I must earn some money.|There must be a way.]> So {h.he} went to the {f.kind}. <h: [Have you any work for me?|May I work for you?]> <f: [You are very small, but you may try.|I could use a pair of hands. Come in, then.|There is always work for those who want it.|Show me what you can do.]>")
    s.p("[All day long|From morning to evening|Every day that week] {h!} worked. {h.he} {j1}, and {h.he} {j2}. [{h.his} arms ached, but {h.he} did not stop.|The {f.kind} watched and nodded.|{h.he} thought of {h.his} " + family + " and sang.]")
    obstacle = s.chance(0.6)
    if obstacle:
        s.animal("d", ["puppy", "kitten", "lamb", "donkey"], named=0.0)
        s.p("At last {h!} had enough. But on the way to the shop {h.he} saw [a man who beat|a man who shouted at|a man who wanted to sell] a thin little {d.kind}. <h cross: [Stop that!|Leave the poor thing alone!|What do you want for it?]> \"Give me your money, and it is yours,\" said the [man|other]. ",
            "[{h!} looked at the money, and {h.he} looked at the {d.kind}.|The {d.kind} looked at {h!} with big dark eyes.|It was hard for {h!}, for {h.he} had worked so long.] Then {h.he} [gave away every penny|paid|laid all the money in the man's hand].")
        s.p("Now there was nothing left for {gift}. {h} [came home with the {d.kind} behind {h.him}|told {h.his} " + family + " everything|hung {h.his} head]. <r kind: [What better gift could you bring me?|This is the best present I ever had.|I would rather have your good heart than {gift}.]>")
        end(s, "The {d.kind} grew [fat and merry|big and strong] and never left the house again.")
    else:
        s.p("[On the last day|In the end] the {f.kind} said, \"[You have worked well.|I have never had such a good helper.] Here is your money.\" {h!} ran to the shop and bought {gift}.",
            "<r glad: [Is this for me?|How beautiful!|Where did you get it?]> <h glad: [I earned it myself.|I worked for it.|It is for you, with love.]> [{r!} kissed {h.him} and wept for joy.|They were both %HAPPY%.|{r!} said nothing, but {r.his} eyes shone.]")
        end(s)


def night_noise(s: Story) -> None:
    s.hero()
    begin(s)
    sound, guess, truth = s.pick(words.NOISES)
    s.animal("f", named=0.6)
    s.facts |= {"sound": sound, "guess": guess, "truth": truth, "Sound": sound[0].upper() + sound[1:]}
    s.facts["fwho"] = ("{h.his} friend {f!}, a {f.kind}," if s.cast["f"].name else "{h.his} friend the {f.kind}")
    s.p("One [dark|stormy|cold|windy] night {h} lay in bed and could not sleep. [The wind howled round the house.|The moon was behind the clouds.|The fire had gone out.] [Then {h.he} heard something.|Suddenly there was a noise.|All at once something moved outside.|And then it came.] {Sound}!",
        "<h afraid: [What was that?|Who is there?|Is somebody there?]> [Nobody answered.|All was still for a moment.|There was no answer.] {Sound}! \x01it went again.")
    s.p("{h} [pulled the blanket over {h.his} head|sat up in bed|held {h.his} breath]. <h afraid: [It must be {guess}.|That is surely {guess}.|I think that it is {guess}.]>",
        "{h} [crept out of the back door|ran] and woke {fwho} who lived near by. <f: [What is it?|Why do you wake me in the middle of the night?]> <h afraid: I have heard {guess}!> <f: [Then we must be brave.|We will go and see.|Take a stick, and I will take the lamp.]>")
    s.p("[So they went back|They set out|Back they went together], [side by side|on the tips of their toes|one behind the other]. {f!} held the lamp, and {h!} held [a stick|a broom|a big spoon]. {Sound}! \x01it went. <f afraid: [You go first.|It is very near.]> <h afraid: [No, you go first.|We will go together.]>",
        "[They counted to three|They held their breath], and then they [threw open the door|looked round the corner|held up the lamp]. And what did they see? It was only {truth}!")
    s.p("{h!} and {f!} looked at each other and [began to laugh|burst out laughing|had to laugh]. They laughed until [they had to sit down|their sides hurt|the tears ran down]. <f glad: [What heroes we are!|So that was {guess}!|And I was so frightened!]>",
        "[Then they made a fire and ate %FOODS%.|Then they put it right and went to bed.|After that they could not sleep, so they told each other stories until morning.]")
    end(s, "When the wind howled again, {h} only smiled and [turned over|went on sleeping].", "[Things look bigger in the dark|A noise is only a noise until one goes to look], {f!} used to say.")


def princess(s: Story) -> None:
    s.folk("k", ["king", "queen"])
    s.folk("h", ["shepherd", "gardener", "fisherman", "tailor", "miller", "goatherd"])
    s.cast["h"] = Character(s.cast["h"].kind, "he", s.new_name(words.BOYS))
    s.cast["d"] = Character("princess", "she", s.new_name(words.GIRLS) if s.chance(0.5) else None)
    called = " called {d!}" if s.cast["d"].name else ""
    s.p("[Once upon a time there was|There was once|Long ago there lived|Once upon a time there lived] a {k.kind} who had an only daughter, a princess" + called + ". {d!} was [beautiful|%GOOD%|as fair as the day], but [she had never laughed|she could not speak a word|she was always %SAD%|she could not sleep].")
    s.facts["ill"] = s.pick(["made her laugh", "made her glad", "brought back the colour to her cheeks"])
    s.p("The {k.kind} [sent word through all the land|let it be known]. \"Whoever helps my daughter shall have [half my kingdom|a sack of gold|whatever he asks].\" [Doctors came, and wise men, and princes in fine coats|Rich men came from far and near|Fiddlers came, and jugglers, and a man with a bear|They brought her jewels, and birds in golden cages], but [nobody could help her|it was all in vain|she only turned her face to the wall].",
        "Now in a village not far away lived a young {h.kind} called {h!}. <h: [I will try my luck.|I am poor, but I can try.|Why should I not go too?]> [The others laughed at him.|His brothers laughed at him.|His mother gave him %FOODS% for the way.]")
    s.animal("f", named=0.0)
    interlude(s)
    s.p("{h!} went %PATHS%. " + meeting(s, "f"), "<f: [Where are you going?|Where are you going in such a hurry?]> <h: [To the castle, to help the princess.|I am going to see the princess.]> <f: [Take me with you.|Then you will need me.|May I come too?]> <h kind: [Gladly.|Come along, then.|Two are better than one.]>")
    s.p("[At the castle|When they came to the castle] the guards [laughed|would not let them in]. But {d!} looked out of the window and saw how the {f.kind} [sat on the young man's head|danced behind him|pulled him by the coat|rode on his shoulder]. It was so [funny|strange] that she [began to smile|opened her eyes wide], and then she laughed until the whole castle rang with it.",
        "<d glad: [Who are you?|Come up, both of you!|Never have I seen such a thing!]> <h: [I am only a {h.kind}.|I am {h!}, and this is my friend.]>")
    s.p("[The {k.kind} kept {k.his} word.|The {k.kind} wept for joy.] <k: [What do you wish for?|Ask what you will.]> <h: [I ask for nothing, but I should like to come again tomorrow.|Only that the princess may be merry.|A dish of good soup for my friend and me.]>",
        "[That pleased {d!} more than gold.|{d!} took him by the hand.|{d!} blushed and looked at the ground.] [Before the year was out they were married|In the spring there was a wedding], and the {f.kind} [sat at the head of the table|led the dance|ate the most cake of all].")
    end(s)


def little_day(s: Story) -> None:
    """No quest: two friends, a small wish, and how the day goes."""
    s.child("h") if s.chance(0.5) else s.animal("h", words.HEROES)
    begin(s)
    s.child("f") if s.chance(0.4) else s.animal("f", named=0.8)
    s.facts["fwho"] = "{f!}, a little {f.kind}" if s.cast["f"].name else "a little {f.kind}"
    days = [
        ("fly a kite", "there was no wind at all", "run down the hill very fast", "the kite rose high above the trees"),
        ("bake a cake", "there was no sugar in the house", "ask the bees for a little honey", "the cake was the best they had ever eaten"),
        ("see the sea", "it was too far to walk", "ride on the miller's cart", "they saw the blue water and the white sails"),
        ("build a snowman", "there was hardly any snow", "make a very small one", "it stood on the window sill and looked in at them"),
        ("catch the moon", "it was too high up", "hold a bowl of water under it", "the moon lay in the bowl and shone"),
        ("give a feast", "there was only one plate", "eat from big green leaves", "nobody had to wash the dishes"),
        ("cross the stream", "the water was too cold", "lay a plank from bank to bank", "they went over with dry feet"),
        ("make some music", "they had no drum and no fiddle", "drum on pots and blow on grass", "all the neighbours came out to dance"),
        ("find a birthday present for the owl", "the owl had everything already", "ask the owl what was missing", "the owl said that a visit was the best present"),
        ("make a boat", "there was no wood", "take half a walnut shell", "it sailed away down the brook with a leaf for a sail"),
        ("learn to whistle", "no sound would come", "ask the blackbird", "the blackbird showed them how, and they whistled until dark"),
        ("go skating", "they had no skates", "slide on two wooden spoons", "they slid from one end of the pond to the other"),
        ("pick flowers for the window", "the flowers were all gone", "take red leaves and berries", "the window was brighter than ever"),
        ("plant a tree", "the ground was hard and dry", "wait for the rain", "a tiny green leaf came out of the earth"),
        ("sleep under the stars", "the clouds came up", "build a roof of branches", "they lay warm and dry and heard the rain"),
        ("paint the door", "there was only a little red paint", "paint flowers instead", "people came from far away to see the door"),
    ]
    wish, problem, idea, outcome = s.pick([d for d in days if s.season in words.DAY_SEASONS.get(d[0], s.season).split()])
    s.facts |= {"wish": wish, "problem": problem, "idea": idea, "outcome": outcome}
    s.p("%TIMES% {h's} friend came to see {h.him}. It was {fwho}. " + outside(s), "<f glad: [%GREETINGS%! What shall we do today?|Come out and play!|I have an idea.]> <h glad: [I should like to {wish}.|Let us {wish}.|Today I want to {wish}.|I have always wanted to {wish}.]> <f: [Yes, let us do that!|That is a good idea.|How do we begin?]>")
    s.p("But {problem}. <f sad: [What a pity.|Then we can't do it.|Now the day is spoiled.]> {h!} sat down and thought. [A bee flew by.|The clock ticked.|A leaf fell on {h.his} nose.|{h.he} thought for a long time.]",
        "<h: [I know what we can do.|I have it!|Perhaps there is another way.] We can {idea}.> <f: [Do you think so?|Will that work?|Nobody has ever done that.]> <h: [We must try.|Let us see.|Come with me.]>")
    s.p("[So they did.|They set to work.|They began at once.] [At first it did not go well.|It was not easy.|They had to try three times.] [{f!} fell over and laughed.|{h!} got mud on {h.his} nose.|They helped each other.] But in the end {outcome}.",
        "<f glad: [Look!|How beautiful!|I would not have believed it!]> <h: [It was good that we did not give up.|You see?|This is the best day of the year.]>")
    s.p("[When the sun went down|In the evening|When it grew dark] they [went home|sat on the step|walked home slowly] and ate %FOODS%. <f: [Shall we meet again tomorrow?|What shall we do tomorrow?|May I come again?]> <h kind: [Of course.|Yes, tomorrow and every day.|I shall be waiting for you.]>")
    end(s)


def two(s: Story) -> None:
    """"There were once two ...": an opening for a pair of friends."""
    h, f = s.cast["h"], s.cast["f"]
    same = h.kind == f.kind
    s.facts["two"] = {"boy": "two boys", "girl": "two girls"}.get(h.kind, "two friends") if same else "two friends"
    s.facts["names"] = "{h!} and {f!}"
    s.facts["kinds"] = (
        "Their names were {names}." if same else
        "One was a {h.kind}" + (" called {h!}" if h.name else "") + ", and the other was a {f.kind}" + (" called {f!}" if f.name else "") + ".")
    s.facts["home"] = s.pick(words.HOMES if s.is_human("h") else words.ANIMAL_HOMES)
    s.p("[There were once {two}|Once upon a time there were {two}|There were {two}|Once there were {two}] who lived [side by side|next door to each other|{home}|together {home}]. {kinds}",
        "[They had never quarrelled.|They did everything together.|Where one was, the other was never far away.|They liked each other very much.]")


def stubborn_pair(s: Story) -> None:
    pair = s.chance(0.5)
    s.child("h") if pair and s.chance(0.5) else s.animal("h", named=0.9 if pair else 0.7)
    if not pair:
        begin(s)
    s.child("f", s.cast["h"].gender) if s.cast["h"].kind in ("boy", "girl") else s.animal("f", named=0.9 if pair else 0.8)
    s.animal("o", ["owl", "tortoise", "crow", "toad"], named=0.0)
    s.facts["thing"] = s.pick(words.TREASURES)
    s.facts["fwho"] = "a {f.kind} called {f!}" if s.cast["f"].name else "a {f.kind}"
    if pair:
        two(s)
    s.p(("" if pair else "{h} had a friend, {fwho}, and they [had never quarrelled|did everything together]. ") + "But one day they [found|saw] a {thing} [in the grass|on the path|under a tree].",
        "<h: [It is mine! I saw it first.|I saw it first, so it belongs to me.]> <f cross: [No, it is mine! I picked it up.|But I picked it up, so it belongs to me.]> {h!} pulled, and {f!} pulled. [They both grew red with anger.|Neither would let go.|They called each other bad names.]")
    s.p("[They went to the old {o.kind} and asked who was right.|An old {o.kind} heard the noise.] <o wise: [What is this noise about?|Why do you shout so?|Be quiet, both of you.]> <h: [The {thing} is mine.|I saw it first.]> <f: [No, it is mine.|But I picked it up.]>",
        "{o!} [shut {o.his} eyes and thought|looked at them for a long time]. <o wise: [Then I will cut it in two.|Each of you shall have one half. I will break it.|I will throw it into the pond, and then nobody need quarrel.]>")
    s.p("<h sad: [No! Then it will be no good to anyone. Let {f!} have it.|Don't do that! I would rather give it to {f!}.]> {f} looked at {h!} and [was ashamed|let go]. <f sad: [No, you shall have it.|I don't want it if you are sad.|You are worth more to me than a {thing}.]>",
        "{o!} [smiled|nodded]. <o kind: [Now I see that it belongs to both of you.|That is what I wanted to hear.|Keep it together, then.]>")
    s.p("[So {h!} had the {thing} on Mondays, and {f!} had it on Tuesdays, and on Sundays they had it together.|So {h!} had the {thing} one day, and {f!} had it the next, and they were friends again.|They gave the {thing} to a child who had no toys, and they were both %HAPPY%.]")
    end(s, "They never quarrelled about [a {thing}|such a thing] again.")


PLOTS = [
    lost_thing, medicine, sharing, fear, mishap, trick, three_wishes, new_friend, contest, forest_house, rescue,
    together, magic_thing, birthday, night_noise, princess, little_day, stubborn_pair,
]
