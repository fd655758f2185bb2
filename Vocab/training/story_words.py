"""The words that story_grammar.py chooses from. Lines of plain lists; ';' separates entries."""


def entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.replace("\n", " ").split(";") if entry.strip()]


GIRLS = entries(
    "Lily; Anna; Rose; Molly; Daisy; Ella; Mary; Lucy; Kate; Ruth; Clara; Nell; Polly; Jane; Emma; Tess; Ivy; Grace; "
    "Alice; Susan; Betty; Dora; Nora; Hannah; Sally; Martha; Elsa; Greta; Maud; May; Amy; Bella; Sara; Mina; Gerda; "
    "Marian; Peggy; Ellen; Flora; Ada; Kitty; Meg; Sophie; Wendy; Annie; Rosa; Helen; Agnes; Effie; Jenny")
BOYS = entries(
    "Tom; Jack; Ben; Sam; Peter; Hans; Will; Max; Henry; Robin; Harry; George; Fred; Ned; Dan; Hugh; Jim; Toby; "
    "Arthur; Oliver; Finn; Simon; Martin; Paul; Andrew; Walter; Ralph; Edwin; Roger; Charlie; Joe; Oscar; Felix; "
    "Leo; Adam; Conrad; Karl; Philip; Luke; Mark; Albert; Hugo; Basil; Alfred; Rupert; Colin; Dick; Nick; Rob; Eric")
ANIMAL_NAMES = entries(
    "Rusty; Pip; Bramble; Snow; Patch; Hazel; Misty; Dot; Berry; Sandy; Brownie; Acorn; Tuft; Whisker; Button; Fern; "
    "Pebble; Clover; Copper; Ginger; Frost; Thistle; Pepper; Velvet; Nutmeg; Star; Penny; Shadow; Bobbin; Mossy")

SMALL_ANIMALS = entries(
    "mouse; rabbit; hedgehog; squirrel; frog; duck; kitten; mole; hen; lamb; puppy; sparrow; robin; goose; tortoise; "
    "goat; donkey; badger; beaver; owl; cricket; piglet; otter; dormouse; cat; dog; pony; wren")
BIG_ANIMALS = entries("wolf; bear; lion; fox; wild boar; tiger; grey cat; eagle")
# Animals that tales are about: the small ones, and the fox more often than any other.
HEROES = SMALL_ANIMALS + entries("fox; fox; fox; fox; hare; crow; bear cub; wolf cub; horse; lion")
FOLK = entries(
    "miller; baker; fisherman; shepherd; tailor; woodcutter; gardener; blacksmith; farmer; shoemaker; weaver; "
    "carpenter; potter; clockmaker; sailor; goatherd")
ELDERS = entries("old woman; old man; poor woman; widow; old grandmother; old shepherd")
FEMALE = entries("witch; queen; princess; old woman; fairy; poor woman; widow; old grandmother; goose girl; goose")
MONSTERS = entries("giant; troll; ogre; dragon; witch; wizard; robber")

GOOD = entries("kind; gentle; cheerful; brave; clever; patient; honest; friendly; hard-working; careful; merry")
WEAK = entries("shy; proud; lazy; greedy; timid; restless; forgetful; stubborn; careless; curious; boastful; impatient")

HOMES = entries(
    "in a little cottage at the edge of the forest; in a small house by the sea; in a village under the mountains; "
    "in a mill beside a river; on a farm at the end of a long lane; in a narrow street in an old town; "
    "in a stone house on a hill; in a hut deep in the woods; near a quiet lake; in a cottage with a red door; "
    "in a valley where the wind was never still; behind the church in a small town; in a white house with a garden; "
    "on an island far out at sea; not far from the king's castle; at the foot of a green hill; "
    "in a small village by the river; at the end of a quiet street; beside the high road; in a house with a crooked chimney; "
    "between the forest and the sea; in a little white cottage; at the top of a high hill")
ANIMAL_HOMES = entries(
    "in a hollow tree; under a hedge; in a warm hole under the roots of an oak; beside a pond; in an old barn; "
    "at the edge of the forest; in a meadow full of flowers; under a stone bridge; on the bank of a stream; "
    "behind the miller's house; in a snug nest of leaves; in the corner of a quiet garden; "
    "between two grey stones; in the reeds by the lake; under the floor of the old mill; at the top of a green hill; "
    "in the roots of an old willow; behind the barn")
PATHS = entries(
    "through the forest; over the hills; along the river; across the meadow; down the long road; through the tall "
    "grass; up the mountain path; along the shore; past the old mill; through the quiet fields; over the bridge; "
    "along the lane; round the lake; through the gate; down to the river; up the hill; along the edge of the wood")
# The weather by season; "d" by day, "e" in the evening or at night, "" at any hour.
WEATHER = {
    "spring": [("The sun was shining and the birds were singing", "d"), ("It had rained all night, and the grass was wet", "d"),
               ("It was the first warm day of the year", "d"), ("A soft rain was falling", ""), ("The wind was fresh and smelled of earth", ""),
               ("The first flowers were out", "d"), ("The moon was bright and the stars were out", "e"), ("The apple trees were white with blossom", "d")],
    "summer": [("The sun was shining and the birds were singing", "d"), ("The sky was blue and there was not a cloud to be seen", "d"),
               ("It was so hot that even the bees were quiet", "d"), ("Dark clouds were gathering over the hills", "d"),
               ("The air smelled of hay", ""), ("The moon was bright and the stars were out", "e"), ("The swallows flew high", "d")],
    "autumn": [("It was a grey day", "d"), ("The wind blew hard from the north", ""), ("A thin mist lay over the fields", "d"),
               ("The leaves were turning red and gold", "d"), ("It had rained all night, and the road was wet", "d"),
               ("The wind chased the clouds across the moon", "e"), ("The apples were ripe and the nights were long", "d")],
    "winter": [("It was a cold grey day", "d"), ("The wind blew hard from the north", ""), ("Snow lay on the ground", ""),
               ("The frost had made every twig white", "d"), ("The snow was so bright that it hurt the eyes", "d"),
               ("The stars were bright and the snow creaked", "e"), ("It had begun to snow", "")],
}
# When something begins to happen: the hour, and the season that it names, if any.
TIMES = [
    ("One morning", "d", ""), ("One day", "d", ""), ("One fine day", "d", ""), ("One evening", "e", ""), ("Early one morning", "d", ""),
    ("One day", "d", ""), ("One Sunday", "d", ""), ("One bright morning", "d", ""), ("Late one afternoon", "d", ""),
    ("One summer's day", "d", "summer"), ("One winter's evening", "e", "winter"), ("One day in spring", "d", "spring"),
    ("One day in autumn", "d", "autumn"), ("One cold morning", "d", "winter"), ("One warm evening", "e", "summer"),
]
# The same after an opening that already named a day.
LATER = [
    ("The next morning", "d"), ("The next day", "d"), ("A few days later", "d"), ("Not long after", "d"), ("One day soon after", "d"),
    ("Before the week was out", "d"), ("Two days later", "d"), ("One morning soon after", "d"),
]
# Openings that set a scene: the season, the hour ("n" for night), the phrase, what else there was to see or hear.
SCENES = [
    ("winter", "n", "It was a [cold|cold|dark|frosty|wild|bitter] winter's night", ["the snow lay deep on the roofs", "the wind howled in the chimney", "the stars shone like sparks of ice", "nobody was out of doors", "the frost drew flowers on the windows", "the snow was falling softly", "the moon shone on the snow", "all the world was asleep"]),
    ("winter", "e", "It was a cold winter's [evening|night]", ["it was already dark", "the snow was falling in big flakes", "the lights were lit in all the houses", "the pond was frozen hard"]),
    ("winter", "d", "It was a [cold|bright|frosty|grey] winter's [day|morning]", ["the snow lay on the fields", "the river was frozen from bank to bank", "the sparrows sat in a row on the wall", "every twig was white", "the snow creaked under every step"]),
    ("winter", "d", "[It was the middle of winter|The snow was falling|It had snowed all night]", ["everything was white and still", "the fields were white", "there was no path to be seen", "the whole world seemed to be asleep"]),
    ("spring", "d", "It was a [bright|soft|fresh|fine|sunny] spring morning", ["the first flowers were out", "the cuckoo was calling", "the birds were singing in every hedge", "the brook was full of water", "the lambs were running in the meadow"]),
    ("spring", "d", "It was the first [warm day of the year|day of spring]", ["the snow was gone", "the sun shone into every corner", "the bees came out to see if there were any flowers", "all the doors stood open"]),
    ("summer", "d", "It was a [hot|bright|fine|still|lovely] summer's day", ["the bees were humming in the clover", "the river lay like glass", "the corn was yellow", "there was not a cloud in the sky", "even the dogs were asleep"]),
    ("summer", "n", "It was a [warm|still|light] summer's night", ["the air smelled of hay", "the frogs were singing in the pond", "the moon hung over the wood", "the stars were out"]),
    ("summer", "d", "[It was harvest time|It was a hot day]", ["everybody was in the fields", "the sun burned", "there was no wind at all", "the carts stood ready"]),
    ("autumn", "d", "It was a [windy|grey|wet|misty|golden] autumn day", ["the leaves were falling", "the swallows had flown away", "the apples were ripe", "the nuts fell from the trees"]),
    ("autumn", "n", "It was a [dark|wild|stormy|wet] night", ["the rain beat against the door", "the wind howled round the house", "not a star was to be seen", "the old trees groaned in the wind"]),
    ("autumn", "e", "It was getting dark", ["the wind was cold", "the first lights were lit", "a thin mist lay over the fields", "the crows flew home"]),
    ("summer", "d", "The sun was shining", ["the birds were singing", "the sky was blue", "the road was white with dust"]),
    ("autumn", "d", "It was raining", ["the road was full of puddles", "the ducks were the only ones who liked it", "nobody wished to go out"]),
]
FOODS = entries(
    "a loaf of bread; a piece of cheese; a red apple; a bowl of soup; a slice of cake; some nuts; a basket of plums; "
    "a pot of honey; a warm pie; a handful of cherries; some pancakes; a little porridge; a ripe pear; "
    "a bag of biscuits; a dish of strawberries")
TREASURES = entries(
    "silver bell; golden ring; red ball; blue ribbon; little drum; wooden horse; brass key; new kite; straw hat; "
    "green scarf; silver spoon; glass bead; music box; small lantern; warm red cloak; toy boat; whistle; "
    "silver button; picture book; little flute; doll; painted top; pair of gloves; lucky penny; white feather; "
    "red cap; little boat; silver cup; walking stick; blue marble; kite with a long tail; bag of marbles; pearl; tin soldier")
GIFTS = entries(
    "a warm shawl; a new pair of shoes; a silver comb; a little clock; a white hen; a big blue jug; a rocking chair; "
    "a fur cap; a lamp for the window; a bright copper kettle; a soft blanket; a pot of red roses")
RELATIVES = entries("mother:she; father:he; grandmother:she; grandfather:he; little sister:she; little brother:he; aunt:she; uncle:he")
GROWN_RELATIVES = entries("sister:she; brother:he; old mother:she; old father:he; grandson:he; granddaughter:she; wife:she")
HAPPY = entries("happy; glad; delighted; full of joy; pleased; merry")
SAD = entries("sad; unhappy; sorry; full of sorrow; miserable; downcast")
AFRAID = entries("afraid; frightened; full of fear; terrified; scared")
GREETINGS = entries("Good morning; Good day; Hello; Good evening; Well met")
FEARS = entries(
    "the dark|walk through the dark wood|The wood was black, and every bush seemed to have eyes|lantern; "
    "deep water|cross the river|The water was brown and quick, and it made a noise like an angry crowd|rope; "
    "thunder|go out into the storm|The lightning lit up the hills, and the thunder rolled from one end of the sky to the other|cloak; "
    "high places|climb to the top of the tower|The steps went round and round, and the ground grew small below|stick; "
    "strangers|knock at the door of the house on the hill|The house was tall and silent, and nobody had ever seen who lived there|basket; "
    "the old cave|go into the cave|The cave was cold, and something dripped in the dark|candle")

# where a thing was found; why it couldn't be reached; who could reach it; how; the season, if only in one
SPOTS = [
    ("at the bottom of the well", "the well was deep and the water was cold", "frog", "jumped into the water and came up with it in {f.his} mouth", "spring summer autumn"),
    ("in the top of a tall tree", "the branches were too thin to climb", "squirrel", "ran up the trunk and shook the branch until it fell"),
    ("under a heavy stone", "the stone was much too heavy to lift", "bear", "put {f.his} shoulder to the stone and rolled it away"),
    ("in a crack in the wall", "the crack was too narrow for a hand", "mouse", "crept into the crack and pushed it out"),
    ("in the middle of the pond", "the pond was wide and muddy", "duck", "swam out and carried it back to the bank", "spring summer autumn"),
    ("on the roof of the barn", "there was no ladder", "sparrow", "flew up to the roof and threw it down"),
    ("deep inside a thorn bush", "the thorns were long and sharp", "hedgehog", "walked in among the thorns and rolled it out"),
    ("under the ground in the garden", "the earth was hard as iron", "mole", "dug and dug until it came up with the earth"),
    ("on a ledge of the cliff", "it was a long way down to the sea", "goat", "sprang from rock to rock and brought it back"),
    ("in the reeds on the other side of the river", "the river was too wide to cross", "otter", "dived under the water and was across in a moment", "spring summer autumn"),
    ("in the nest of a magpie", "the magpie would not let anyone come near", "owl", "spoke a few wise words to the magpie, and the magpie gave it back"),
    ("under the ice", "nobody dared to walk on the ice", "beaver", "broke the ice with {f.his} strong teeth and pulled it out", "winter"),
]

# how an animal was caught; how it was freed; what it did later for the one who freed it
TRAPS = [
    ("caught in a net", "cut the net with a knife", ["bird", "hare", "fox"]),
    ("stuck in the mud", "laid a branch across the mud and pulled", ["calf", "pony", "lamb"]),
    ("with its foot in a trap", "opened the trap with a stick", ["fox", "hare", "badger"]),
    ("tangled in a thorn bush", "bent back the thorns one by one", ["lamb", "bird", "kitten"]),
    ("lying under a fallen branch", "lifted the branch away", ["deer", "dog", "hedgehog"]),
]

# the large one's plan; the small one's trick; what came of it
TRICKS = [
    ("I am going to eat you", "But I am so thin. Wait until I have fetched my fat brother",
     "waited and waited, but nobody came", "had run home and bolted the door"),
    ("I shall eat you in one bite", "First you must wash your face. No gentleman eats with a dirty face",
     "went down to the river to wash", "jumped on a log and floated away"),
    ("You shall be my servant for ever", "Gladly, if you can carry water in this sieve",
     "filled the sieve again and again, and the water always ran out", "slipped away behind the trees"),
    ("I will have you for my supper", "Do look in the well first. There is a bigger supper down there",
     "looked down, saw a face in the water, and jumped in after it", "laughed all the way home"),
    ("Nobody passes here without paying me", "I will pay you with a sack of gold. Only shut your eyes while I count it",
     "shut both eyes and held out two hands", "filled the sack with stones and was gone"),
    ("I am the strongest in the world", "Are you strong enough to squeeze water out of a stone? I am, said the small one, and squeezed a white cheese",
     "stared, and grew pale, and ran away over the hills", "ate the cheese and went home"),
]

# a magic thing; what must not be done; what happened; how it was put right
MAGIC = [
    ("a little pot that cooked porridge by itself", "never to leave it without saying, Stop, little pot", "porridge ran over the floor, out of the door and down the street", "said the words, and the pot stood still"),
    ("a box with a golden lid", "never to open it after sunset", "a cold wind came out of the box and blew out every light in the house", "shut the lid and asked the wind's pardon until morning"),
    ("a broom that swept by itself", "never to let it out of the house", "the broom swept the hens, the cat and the neighbour's washing into the pond", "caught the broom by the handle and tied it to a nail"),
    ("a whistle that called the birds", "never to blow it three times", "so many birds came that the sky grew dark and the corn was eaten", "broke the whistle in two, and the birds flew off"),
    ("a lamp that showed whatever one wished to see", "never to look into it from pride", "the lamp showed nothing but an ugly face with long ears", "washed the lamp with honest tears, and the face was gone"),
    ("a pair of shoes that could run by themselves", "never to put them on when angry", "the shoes ran over hill and dale and would not stop", "laughed aloud at last, and the shoes stood still"),
    ("a seed that grew in a single night", "never to plant it near the house", "a great tree lifted the roof off and carried the bed up to the clouds", "sang to the tree all day, and it sank down again"),
    ("a purse that was never empty", "never to count the money", "all the coins turned into dry leaves", "gave the last leaf to a beggar, and it turned into gold in his hand"),
]

# a foolish wish; what came of it
WISHES = [
    ("a pudding as big as a cart wheel", "the pudding stood in the doorway so that nobody could go in or out"),
    ("a house made of silver", "the house was as cold as ice, and nobody could sleep in it"),
    ("never to have to work again", "the days were so long and dull that nobody could bear them"),
    ("the voice of a nightingale", "nobody could understand a single word"),
    ("to be as tall as a tree", "there was no door and no bed that was large enough"),
    ("that everything should turn to cake", "even the pillow and the well were cake, and there was nothing to drink"),
    ("a hundred servants", "they quarrelled all day long and ate everything in the house"),
    ("to be able to fly", "the wind blew so hard that there was no coming down"),
    ("a mountain of gold", "the gold lay on the garden, and not a bean would grow"),
    ("that it should always be summer", "the wells ran dry and the grass turned brown"),
]

# a job for several; why it was needed; what each did; the danger; the season
TASKS = [
    ("build a bridge", "the old bridge had been washed away", ["carried stones", "cut the wood", "held the ropes", "drove in the nails"], "the flood came", "spring"),
    ("mend the roof", "the rain came in at every corner", ["brought straw", "held the ladder", "cut the planks", "tied the bundles"], "the storm came", "autumn"),
    ("dig a well", "the summer had been so dry", ["dug the earth", "carried it away", "lined the hole with stones", "made a new bucket"], "the great heat came", "summer"),
    ("bring in the harvest", "the clouds were black in the west", ["cut the corn", "tied the sheaves", "led the cart", "raked the field"], "the rain came", "summer"),
    ("make a warm house for the winter", "the nights were growing cold", ["gathered moss", "fetched twigs", "stopped the holes with clay", "hung the door"], "the snow came", "autumn"),
    ("build a boat", "there were no more fish near the shore", ["sawed the planks", "sewed the sail", "painted the sides", "boiled the tar"], "the spring tide came", "spring"),
]

# a noise in the night; what everyone thought; what it was
NOISES = [
    ("tap, tap, tap", "a robber at the window", "a branch that knocked against the glass"),
    ("scratch, scratch, scratch", "a bear behind the door", "a kitten that wanted to come in"),
    ("hoo, hoo, hoo", "a ghost in the tower", "a young owl that could not find its nest"),
    ("drip, drop, drip", "somebody walking about in wet shoes", "a hole in the roof"),
    ("bump, bump, bump", "a giant on the stairs", "a hedgehog with an apple on its back"),
    ("clink, clank, clink", "a thief among the pots and pans", "a little goat with its head in the kettle"),
    ("creak, crack, creak", "an old witch in a chair", "the garden gate in the wind"),
    ("squeak, squeak, squeak", "a troll that sharpened a knife", "a family of mice at supper"),
]

# what was broken or spoiled; how it happened; how it was made good
MISHAPS = [
    ("the blue jug", "knocked the blue jug off the shelf", "saved every penny and bought another jug"),
    ("the kitchen window", "threw a ball through the kitchen window", "worked in the garden for a week"),
    ("the best plate", "let the best plate fall on the stone floor", "mended the plate with glue, piece by piece"),
    ("the old clock", "climbed up to see what was inside the old clock, and it fell", "carried the clock to the clockmaker and paid for it with eggs"),
    ("the cake for the feast", "sat down on the cake for the feast in the dark", "baked another cake, and it was nearly as good"),
    ("the white tablecloth", "spilled a pot of ink on the white tablecloth", "washed the cloth seven times in the stream"),
    ("the cabbages", "left the gate open, and the cows ate all the cabbages", "planted new cabbages in straight rows"),
    ("the fishing net", "tore a great hole in the fishing net", "sat up all night and knotted every string"),
    ("the flower bed", "rode the goat right through the flower bed", "sowed new seeds and watered them every day"),
    ("the looking-glass", "dropped a spoon on the looking-glass, and it cracked", "sold a pair of skates to pay for a new one"),
]

# what the race or contest was; where; what went wrong; the seasons
CONTESTS = [
    ("a race round the lake", "at the old willow", "fell into a ditch and could not get out", "spring summer autumn winter"),
    ("a race to the top of the hill", "at the milestone", "ran the wrong way and lost the path", "spring summer autumn winter"),
    ("a swimming race across the river", "at the ford", "was caught among the weeds", "summer"),
    ("a contest to see who could sing the best", "in the market place", "caught a cold and had no voice left", "spring summer autumn winter"),
    ("a contest to grow the largest pumpkin", "in the schoolyard", "forgot to water the plants, and they died", "summer"),
    ("a race on the ice", "under the bridge", "slipped and hurt one foot", "winter"),
    ("a contest to bake the best bread", "in the town hall", "fell asleep, and the bread was burnt", "spring summer autumn winter"),
]

# the seasons of small wishes that don't fit all
DAY_SEASONS = {
    "fly a kite": "spring summer autumn", "build a snowman": "winter", "sleep under the stars": "summer", "go skating": "winter",
    "plant a tree": "spring summer", "cross the stream": "spring summer autumn", "make a boat": "spring summer autumn",
    "pick flowers for the window": "autumn", "find a birthday present for the owl": "spring summer autumn winter",
}
