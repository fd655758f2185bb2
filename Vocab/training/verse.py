"""Tales in rhymed couplets, put together from couplets written for it: the text of the adapter `verse`.

Each tale has a beginning, a way of life, a day on which something happens, a meeting, a trouble, a turn for
the better and an end; for each the generator takes one or two couplets. `{k}` is what the hero is; `{he}`,
`{him}`, `{his}` follow the hero's sex, `{He}` and `{His}` begin a sentence. A `/` parts the lines.
"""

import random
import re

# What the hero can be, its sex ("" for either), and second lines that rhyme with it.
HEROES = {
    "fox": ("", ["Who kept {his} treasures in a box.", "Who always wore two pairs of socks.", "Who lived alone among the rocks.", "Who liked to sit and wind the clocks."]),
    "mouse": ("", ["Who lived behind a farmer's house.", "The smallest in a crooked house.", "Who never, never left the house."]),
    "hare": ("", ["Who loved to breathe the morning air.", "Who slept upon a kitchen chair.", "Who danced on Sundays at the fair.", "Who had no home and did not care."]),
    "king": ("he", ["Who wished for only one small thing.", "Who liked to dance and liked to sing.", "Who wore a bell instead of a ring.", "Who longed all winter for the spring."]),
    "cat": ("", ["Who wore a tall and shining hat.", "Who slept all day upon a mat.", "Who ate so much that {he} grew fat."]),
    "bear": ("", ["Who climbed each night a winding stair.", "Who never learned to comb {his} hair.", "Who sat in such a tiny chair.", "Who said to everyone, \"Take care!\""]),
    "old man": ("he", ["Who cooked his supper in a pan.", "Who had a very clever plan.", "Who always walked when others ran."]),
    "hen": ("", ["Who counted up from one to ten.", "Who lived beside a dragon's den.", "Who wrote all day with {his} own pen."]),
    "goat": ("", ["Who crossed the river in a boat.", "Who wore a long red winter coat.", "Who sang, but only on one note."]),
    "frog": ("", ["Who sat all day upon a log.", "Who loved the mist and loved the fog.", "Whose only friend had been a dog."]),
    "bee": ("", ["Who lived inside a hollow tree.", "Who asked the neighbours in for tea.", "Who wished to go and see the sea."]),
    "queen": ("she", ["The merriest that was ever seen.", "Who always dressed in apple green.", "Whose floors were never very clean."]),
    "boy": ("he", ["Whose heart was always full of joy.", "Who had a drum for his only toy.", "Who never broke a single toy."]),
    "girl": ("she", ["Who found one day a shining pearl.", "Whose hair was one enormous curl.", "Who liked to dance, and skip, and whirl."]),
    "witch": ("she", ["Who fell one morning in a ditch.", "Who was not poor and was not rich.", "Who could not knit, nor sew a stitch."]),
    "owl": ("", ["Who met the morning with a scowl.", "Who laughed to hear the wild wolf howl."]),
    "duck": ("", ["Who had, they said, the best of luck.", "Whose foot in the mud was always stuck."]),
    "mole": ("", ["Who lived inside a narrow hole.", "Who ate {his} soup from a silver bowl.", "As black as any lump of coal."]),
    "crow": ("", ["Who loved the winter and the snow.", "Who stood all day upon one toe.", "Who knew what others did not know."]),
    "sheep": ("", ["Who could not eat and could not sleep.", "Who had ten little lambs to keep.", "Who found the hill a little steep."]),
    "pig": ("", ["Who danced each evening such a jig.", "Who wished to be a little big.", "Who went to church in a curly wig."]),
    "dog": ("", ["Who lost {his} way inside the fog.", "Who spent the summer on a log."]),
    "snail": ("", ["Who carried letters with the mail.", "Who slept all day in a milking pail.", "Who loved to tell a merry tale."]),
    "wren": ("", ["Who built {his} nest beside the glen.", "Who sang to all the working men."]),
    "knight": ("he", ["Who was afraid of the dark at night.", "Who never won a single fight.", "Whose shining coat was much too tight."]),
    "cook": ("", ["Who cooked from an enormous book.", "Who caught {his} fish in a little brook."]),
    "sailor": ("he", ["Whose only brother was a tailor."]),
    "tailor": ("he", ["Who used to be a merry sailor."]),
    "miller's son": ("he", ["Who had two pennies, then had one.", "Who liked his bread and liked his bun.", "Who would not walk, but liked to run."]),
    "troll": ("", ["Who ate {his} soup from a wooden bowl.", "Who lived alone in a muddy hole."]),
}

FIRST = [
    "Once upon a time there was a {k},", "Once upon a time there lived a {k},", "There was once a little {k},", "Once there was a merry {k},",
    "Long ago there lived a {k},", "A long time ago there was a {k},", "In the forest lived a {k},", "There was a {k}, a little {k},",
    "Once upon a time there was a {k},", "In the forest there was a {k},",
]

# Other first couplets, which need no rhyme on the hero.
FIRST_COUPLETS = [
    "The {k} lived all alone, they say,/And watched the clouds go by all day.",
    "The {k} got up before the sun./There was so much that must be done.",
    "The little {k} was all alone./{He} had no brothers of {his} own.",
    "One day the {k} went out to see/What makes the honey and the bee.",
    "One day a {k} sat by the door/And saw what none had seen before.",
    "It was a cold winter's night, and the snow/Fell soft on the roofs in the town below.",
    "It was a cold winter's night, and the light/Of a hundred stars was clear and bright.",
    "\"Where are you going?\" asked the moon./\"To find the sun, and find it soon.\"",
    "\"Where are you going?\" asked the tree./\"I go to see what I can see.\"",
    "The old woman sat by the fire and spun,/And told the tale till the thread was done.",
    "The old woman had a {k} for a friend,/And this is the tale from beginning to end.",
    "Once upon a time, when the world was new,/And the grass was wet with the morning dew,",
    "Once upon a time, so long ago,/That only the oldest oak trees know,",
    "In the forest, tall and deep,/There was a {k} who could not sleep.",
    "In the forest, dark and old,/There lived a {k} who felt the cold.",
]
# First couplets for one kind of hero alone.
OWN = {
    "fox": ["The fox came out to look at the moon/And ate {his} supper with a spoon.",
            "The fox was red, the fox was sly,/And looked at geese as they went by."],
    "girl": ["There was once a little girl who said,/\"I do not want to go to bed.\"",
             "There was once a little girl who knew/The way to where the bluebells grew."],
    "old man": ["The old man sat beside the wall/And did not say a word at all."],
    "king": ["Once upon a time there was a king who wore/His crown in bed, and wished for more."],
}
# What must come next after some of them.
AFTER_FIRST = {
    "world was new": ["There lived a {k} as good as gold,/And that is what I have been told."],
    "so long ago": ["There lived a {k} beside a stream,/Where fishes in the evening gleam."],
    "roofs in the town": ["A {k} looked out and said, \"How deep!/There is no place for me to sleep.\""],
    "clear and bright": ["A {k} came walking down the street/With bells upon {his} hands and feet."],
    "find it soon": ["\"Then take my lamp,\" the moon replied./The little {k} was satisfied."],
    "what I can see": ["\"Then take a leaf,\" the tree replied./The little {k} went on with pride."],
    "thread was done": ["\"There was,\" she said, \"a {k} so small/That nobody saw {him} there at all.\""],
}

LIFE = [
    "{He} had a chair, {he} had a bed,/And butter for {his} daily bread.",
    "{He} swept the floor, {he} lit the fire,/And more than that {he} did not desire.",
    "In summer time {he} ate the peas,/In winter time the bread and cheese.",
    "{He} sang to the moon, {he} sang to the sun,/And when {he} was tired the song was done.",
    "{His} house was small, {his} house was neat,/With room enough for both {his} feet.",
    "The door was blue, the roof was red,/And there was a garden behind the shed.",
    "{He} had a friend, a tiny flea,/And every day they drank their tea.",
    "The wind came in, the rain came through,/But there {he} lived, as many do.",
    "{He} rose at six, {he} dined at eight,/And no one ever found {him} late.",
    "{His} mother said, \"Be good, be kind,/And keep a cheerful heart and mind.\"",
    "{He} had a drum, {he} had a flute,/And in the garden grew some fruit.",
    "A silver bell hung by the door,/And straw was spread upon the floor.",
    "{He} planted beans in every row,/And sat all day to watch them grow.",
    "The neighbours liked {him} very well./{He} had so many tales to tell.",
    "{He} was not tall, {he} was not strong,/But {he} was singing all day long.",
    "And when the stars came out at night,/{He} read a book by candle light.",
    "A cricket lived beside the stove,/And all day long it sang of love.",
    "{He} mended shoes, {he} mended pans,/{He} watered roses out of cans.",
    "When winter came with snow and frost,/{He} counted all that {he} had lost.",
    "{He} never quarrelled, never cried,/And left the window open wide.",
    "{He} had ten buttons, all of gold,/And wore them when the days were cold.",
    "{He} kept a penny in {his} shoe,/And sometimes {he} was rich with two.",
    "All day {he} rocked upon a chair/And thought of castles in the air.",
    "{His} grandmother was old and wise/And baked the very best of pies.",
]
DAY = [
    "One day {he} put {his} slippers on/And looked around: {his} bread was gone.",
    "One day in spring, the sky was blue,/{He} said, \"I want to look at you!\"",
    "One morning, when the cock had crowed,/{He} took a stick and took the road.",
    "One fine day, when the sun was high,/A golden bird came flying by.",
    "One night {he} heard a dreadful sound/That seemed to come from underground.",
    "One day a letter came, and said,/\"Get up, get up, get out of bed!\"",
    "One day there came a knock, knock, knock,/Exactly at eleven o'clock.",
    "One day the wind blew down the tree./\"That is no place,\" {he} said, \"for me.\"",
    "One Sunday, in the pouring rain,/{He} lost {his} watch and golden chain.",
    "One day {he} said, \"I will not stay./I want to travel far away.\"",
    "One day {he} found a little key/Beneath the roots of the apple tree.",
    "One day {he} thought, \"I want to know/Where all the little rivers go.\"",
    "One evening, when the moon was round,/{He} saw a hat upon the ground.",
    "One day the king sent out a man/To find the fastest one who ran.",
    "One summer's day, when the corn was high,/{He} heard a lamb begin to cry.",
    "One winter's day, when the snow was deep,/{He} found a bear who was fast asleep.",
    "One morning, lying in the grass,/{He} found a shoe of shining glass.",
    "One day {he} heard the church bells ring./\"Today,\" they said, \"comes home the king!\"",
    "One day {he} saw a ship at sea/That seemed to call, \"Come, sail with me!\"",
    "One night the moon fell in the lake./{He} heard the splash and came awake.",
]
WAY = [
    "So off {he} went by hill and dale,/Through wind and rain, through snow and hail.",
    "{He} walked and walked until the night,/And saw a little yellow light.",
    "{He} took some cheese, {he} took some bread,/And put {his} hat upon {his} head.",
    "{He} crossed the bridge, {he} crossed the brook,/And every time {he} stopped to look.",
    "The road was long, the road was wide,/With daisies upon either side.",
    "{He} sang a song along the way/To keep the rain and wind away.",
    "{He} asked the cow, {he} asked the sheep,/But both of them were fast asleep.",
    "Through the forest, dark and green,/Where no one else had ever been.",
    "{He} climbed the hill, {he} climbed the wall,/And did not rest or stop at all.",
    "The stars came out, the moon came too,/And all the grass was wet with dew.",
    "The path went left, the path went right,/And {he} went on by candle light.",
    "{He} rode upon a turtle's back/And carried apples in a sack.",
    "The wind was strong, the wind was loud,/And over {him} there hung a cloud.",
    "{He} slept that night beneath a tree/And dreamed about the silver sea.",
]
MEETING = [
    "And there {he} met a friendly snake,/Who sat and ate a piece of cake.",
    "And there beside the garden gate/{He} met a goose who could not wait.",
    "And by the road there sat a toad,/Who carried such a heavy load.",
    "{He} met a dwarf with a beard so long/That it went before {him} like a song.",
    "And there upon a stone there sat/A very old and very grey rat.",
    "{He} met a giant, big and bold,/Who shook and cried, \"I am so cold!\"",
    "A little fish put out its head./\"Good evening,\" the little fish said.",
    "A beggar stood beside the well./\"Good day,\" he said, \"I hope you're well.\"",
    "Behind the hedge there sat a cow./\"Good day,\" she said, and made a bow.",
    "A raven sat upon a bough./\"Where do you come from? Tell me now!\"",
    "And there a soldier marched along/And whistled such a merry song.",
    "{He} met a lady dressed in blue,/Who said, \"I have been waiting for you.\"",
    "A hedgehog sat upon the stair./\"You may come in,\" he said, \"with care.\"",
    "Beside the mill there stood a horse./\"Can you talk?\" {he} asked. It said, \"Of course.\"",
]
TALK = [
    "\"Where are you going?\" said the stranger./\"I do not know,\" {he} said, \"to danger.\"",
    "\"Sit down,\" {he} said, \"and eat with me./There is enough for two or three.\"",
    "\"What is the matter? Tell me, do!/And I will do my best for you.\"",
    "\"I have lost my hat, I have lost my way,/And I have eaten nothing today.\"",
    "\"Oh, help me, help me!\" was the cry./\"I will,\" {he} said, \"or I will try.\"",
    "\"Be careful,\" said the voice, \"my dear!/A hungry wolf is living here.\"",
    "\"Come in, come in, and shut the door./We never had a guest before.\"",
    "\"Is it still far?\" the traveller said./\"It is as far as is your bed.\"",
    "\"Which is the way?\" \"The left,\" they said,/\"Unless you take the right instead.\"",
    "\"Give me your bread!\" \"Then take the half./But first,\" {he} said, \"you have to laugh.\"",
    "\"What do you wish for?\" \"Only this:/A piece of bread, and then a kiss.\"",
    "\"How old are you?\" \"I do not know./I was born long ago, in the snow.\"",
    "\"Tell me a story!\" \"Very well./There was a fox who wished to sell.\"",
    "\"May I come too?\" \"Yes, if you can,/But first you have to wash the pan.\"",
]
TROUBLE = [
    "But then the ground began to shake,/And out came fishes from the lake.",
    "But then a storm came from the sea/And broke the branches from the tree.",
    "But oh! the bridge was broken down,/And no one came out from the town.",
    "Then came a wolf with teeth so white/That all the stars went out that night.",
    "But when they came to the castle wall,/There was no door in it at all.",
    "But then the fire went out, and lo!/The house was filled with ice and snow.",
    "Then came a giant, ten feet tall,/Who said, \"I mean to eat you all.\"",
    "But all the gold turned into clay,/And all the friends had run away.",
    "{He} fell into a hole so deep/That all who looked began to weep.",
    "But then {he} slipped, and down {he} fell,/And landed in the miller's well.",
    "The river rose, the water grew,/And what to do nobody knew.",
    "\"Oh dear,\" {he} cried, \"what shall I do?/I have no hat, I have one shoe!\"",
    "Then thunder rolled and lightning flashed,/And down the kitchen chimney crashed.",
    "But someone took {his} bread away,/And who it was no one would say.",
    "The clock struck twelve, the light went out,/And something moved and crept about.",
    "But everyone began to shout,/And pushed {him} in, and pulled {him} out.",
]
TURN = [
    "But {he} was wise and {he} was quick./{He} beat the drum with a wooden stick.",
    "{He} sang a song so sweet, so clear,/That even the wolf came near to hear.",
    "\"I have,\" {he} said, \"a little rope./And where a rope is, there is hope.\"",
    "Then came a bird with wings of gold/And did exactly as it was told.",
    "{He} laughed so loud, {he} laughed so long,/That nothing after that went wrong.",
    "{He} pulled and pulled with might and main,/And then the sun came out again.",
    "\"Good sir,\" {he} said, \"sit down and eat./We have some bread, we have some meat.\"",
    "The friends all came, the big, the small,/And there was work enough for all.",
    "{He} shut {his} eyes and counted three,/And all was as it used to be.",
    "{He} found the key, {he} found the door,/And left it open evermore.",
    "They tied a cord, they threw it down,/And pulled {him} up, all wet and brown.",
    "{He} said the word that no one knew,/And that is how the wish came true.",
    "{He} gave {his} coat, {he} gave {his} bread,/And all was well, as the old owl had said.",
    "A mouse came by and gnawed the net./That is a thing {he} did not forget.",
    "The giant laughed and said, \"My friend,/Your story has a happy end.\"",
    "\"Come, follow me,\" a firefly said,/And flew in front, and on it led.",
]
END = [
    "And so they danced till the break of day,/And the moon went down, and they went away.",
    "{He} married soon, and lived in joy,/And had a girl, and had a boy.",
    "And if the {k} is not yet dead,/{He} sits and eats {his} gingerbread.",
    "So home {he} went, and shut the door,/And never left it any more.",
    "They gave {him} cake, they gave {him} wine,/And all of them sat down to dine.",
    "And that is all there is to tell./The {k} was happy. All was well.",
    "So be you big, or be you small,/A kindly word is best of all.",
    "And there they lived in peace and rest,/And each one liked the other best.",
    "The bells rang out, the sun was bright,/And everybody said good night.",
    "Now shut the book and go to bed,/And put the {k} into your head.",
    "And every night {he} tells the tale/Of wind and rain and snow and hail.",
    "And so it was, and so it is,/And what was yours is yours, not his.",
    "The sun went down, the tale is told,/And all the soup is getting cold.",
    "And if you ever pass that way,/Go in and say to {him} good day.",
]


def tale(generator: random.Random) -> str:
    """One tale, a line of verse on each line."""
    kind = generator.choice(list(HEROES))
    sex, second = HEROES[kind]
    sex = sex or generator.choice(["he", "she"])
    couplets: list[str] = []
    if kind in OWN and generator.random() < 0.5:
        couplets.append(generator.choice(OWN[kind]))
    elif generator.random() < 0.7:
        couplets.append(f"{generator.choice(FIRST)}/{generator.choice(second)}")
    else:
        couplets.append(generator.choice(FIRST_COUPLETS))
        couplets += [generator.choice(c) for key, c in AFTER_FIRST.items() if key in couplets[0]]
    for choices, most in ((LIFE, 2), (DAY, 1), (WAY, 2), (MEETING, 1), (TALK, 1), (TROUBLE, 1), (TURN, 2), (END, 1)):
        couplets += generator.sample(choices, generator.randint(1, most))
    he, him, his = ("he", "him", "his") if sex == "he" else ("she", "her", "her")
    words = {"k": kind, "he": he, "him": him, "his": his, "He": he.capitalize(), "His": his.capitalize()}
    text = "\n".join(couplets).replace("/", "\n")
    text = re.sub(r"\{(\w+)\}", lambda match: words[match[1]], text)
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
