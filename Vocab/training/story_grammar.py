"""Writes short tales from a grammar: plots in story_plots.py and story_plots_folk.py, words in
story_words.py.

    python story_grammar.py TEXT_FOLDER --stories 20000 --seed 1

TEXT_FOLDER gets `grammar.txt`, in the form that corpus.py writes. The same seed gives the same text.

A template is a sentence or several. `[a|b]` chooses one, and may be nested; an empty choice is
allowed, and `[@winter a|@spring,summer b]` leaves the choices that fit the season. `{h}` is the
character bound to `h` as a subject: its name, or a pronoun where that can't be mistaken. `{h*}` is
the same as an object, `{h's}` as a possessive, `{h!}` always the name, `{h.he}`, `{h.him}`,
`{h.his}`, `{h.self}` always a pronoun, `{h.kind}` what it is. Any other `{word}` is a fact of the
story, and `%list%` a word chosen afresh; `%TIMES%` and `%WEATHER%` fit what was said. `<h mood:
Text.>` is speech.
"""

import argparse
import dataclasses
import pathlib
import random
import re

import story_words as words

DOCUMENT = "<|story|>"
PRONOUNS = {"he": ("he", "him", "his", "himself"), "she": ("she", "her", "her", "herself")}
MANNERS = {
    "sad": ["sadly", "in a small voice", "with a sigh", "in a low voice"],
    "kind": ["kindly", "gently", "with a smile", "in a soft voice"],
    "glad": ["happily", "with a laugh", "merrily", "with shining eyes"],
    "cross": ["crossly", "angrily", "in a loud voice", "with a frown"],
    "afraid": ["in a trembling voice", "in a whisper", "very softly"],
    "sly": ["slyly", "with a wink", "as sweetly as honey", "in a smooth voice"],
    "proud": ["proudly", "with a toss of the head", "loudly", "in a grand voice"],
    "wise": ["slowly", "gravely", "after a while", "in a deep voice"],
}
VERBS = {".": ["said"], "?": ["asked"] * 4 + ["said"], "!": ["cried"] * 3 + ["said"]}
ANSWERS = ["answered", "replied", "said", "said"]
# Keeps the word after a question or exclamation inside one sentence from being capitalised.
SAME_SENTENCE = "\x01"


@dataclasses.dataclass
class Character:
    """Who is spoken of: a proper name or none, a kind ("fox", "boy"), and a pronoun."""

    kind: str
    gender: str
    name: str | None = None
    determiner: str = "the"

    def plain(self) -> str:
        return self.name or f"{self.determiner} {self.kind}"

    def pronoun(self, case: str) -> str:
        return PRONOUNS[self.gender][("he", "him", "his", "self").index(case)]


class Story:
    """Collects paragraphs and keeps track of who was spoken of last."""

    def __init__(self, generator: random.Random):
        self.random = generator
        self.cast: dict[str, Character] = {}
        self.facts: dict[str, str] = {}
        self.paragraphs: list[str] = []
        self.mentioned: list[str] = []
        self.used_names: set[str] = set()
        self.drawn: set[str] = set()
        self.last_speaker: str | None = None
        # When the tale is: the season; the hour ("d", "e", "n") last named; whether the opening named a day.
        self.season = generator.choice(["spring", "summer", "autumn", "winter"])
        self.daytime = "d"
        self.scene_set = False
        self.weather_told = False

    # Choosing

    def pick(self, choices: list):
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def new_name(self, names: list[str]) -> str:
        name = self.pick([n for n in names if n not in self.used_names])
        self.used_names.add(name)
        return name

    # Characters

    def child(self, key: str, gender: str | None = None) -> Character:
        gender = gender or self.pick(["he", "she"])
        kind = {"he": "boy", "she": "girl"}[gender]
        names = {"he": words.BOYS, "she": words.GIRLS}[gender]
        self.cast[key] = Character(kind, gender, self.new_name(names))
        return self.cast[key]

    def animal(self, key: str, kinds: list[str] = words.SMALL_ANIMALS, named: float = 0.5) -> Character:
        taken = {c.kind for c in self.cast.values()}
        kind = self.pick([k for k in kinds if k not in taken])
        name = self.new_name(words.ANIMAL_NAMES) if self.chance(named) else None
        self.cast[key] = Character(kind, self.pick(["he", "she"]), name)
        return self.cast[key]

    def folk(self, key: str, kinds: list[str] = words.FOLK) -> Character:
        kind = self.pick(kinds)
        gender = "she" if kind in words.FEMALE else "he"
        self.cast[key] = Character(kind, gender)
        return self.cast[key]

    def hero(self, key: str = "h") -> Character:
        """A child, an animal or somebody old."""
        draw = self.random.random()
        if draw < 0.42:
            return self.child(key)
        return self.animal(key, words.HEROES, named=0.6) if draw < 0.82 else self.elder(key)

    def elder(self, key: str = "h") -> Character:
        return self.folk(key, words.ELDERS + words.ELDERS[:2])

    def person(self, key: str = "h", children: float = 0.6) -> Character:
        """A child, or somebody old, or somebody with a trade."""
        if self.chance(children):
            return self.child(key)
        return self.elder(key) if self.chance(0.5) else self.folk(key)

    def again(self, plot) -> None:
        """Drops what was told and tells another plot."""
        self.__init__(self.random)
        plot(self)

    def is_human(self, key: str) -> bool:
        kind = self.cast[key].kind
        return kind not in words.SMALL_ANIMALS + words.BIG_ANIMALS + words.HEROES

    # Writing

    def p(self, *templates: str) -> None:
        """Adds a paragraph."""
        self.mentioned, self.last_speaker = [], None
        text = self.render(" ".join(self.expand(t) for t in templates))
        for line in finish(text).split("\n"):
            if line.strip():
                self.paragraphs.append(line.strip())

    def maybe(self, share: float, *templates: str) -> None:
        if self.chance(share):
            self.p(*templates)

    def expand(self, text: str) -> str:
        """Makes every choice, innermost first, then draws the words of lists."""
        pattern = re.compile(r"\[([^\[\]]*)\]")
        while match := pattern.search(text):
            text = text[: match.start()] + self.choose(match[1].split("|")) + text[match.end() :]
        return re.sub(r"%(\w+)%", lambda m: self.word(m[1]), text)

    def choose(self, alternatives: list[str]) -> str:
        """One of those that fit the season."""
        fitting = []
        for alternative in alternatives:
            condition = re.match(r"@([a-z,]+) ?", alternative)
            if not condition or self.season in condition[1].split(","):
                fitting.append(alternative[condition.end() :] if condition else alternative)
        return self.pick(fitting) if fitting else ""

    def word(self, name: str) -> str:
        if name == "TIMES":
            return self.time()
        if name == "WEATHER":
            return self.weather()
        choices = getattr(words, name)
        if name == "GREETINGS":
            wrong = ("Good evening",) if self.daytime == "d" else ("Good morning", "Good day")
            choices = [c for c in choices if c not in wrong]
        return self.draw(choices)

    def time(self) -> str:
        """When the next thing happens: after an opening that named a day, a later day."""
        if self.scene_set:
            text, self.daytime = self.pick(words.LATER)
        else:
            text, self.daytime, _ = self.pick([t for t in words.TIMES if t[2] in ("", self.season)])
        return text

    def weather(self) -> str:
        """A sentence on the weather, once in a tale."""
        if self.weather_told:
            return ""
        self.weather_told = True
        hour = "d" if self.daytime == "d" else "e"
        return self.pick([text for text, when in words.WEATHER[self.season] if when in ("", hour)]) + "."

    def draw(self, choices: list[str]) -> str:
        """An entry of a list that the story hasn't had yet, as far as there are any."""
        choice = self.pick([c for c in choices if c not in self.drawn] or choices)
        self.drawn.add(choice)
        return choice

    def render(self, text: str) -> str:
        return re.sub(r"<(\w+)((?: \w+)*): ?([^<>]*)>|\{([^{}]*)\}", self._token, text)

    def _token(self, match: re.Match) -> str:
        if match[1]:
            return self._speech(match[1], match[2].strip(), match[3])
        return self._reference(match[4])

    def _reference(self, token: str, quoted: bool = False) -> str:
        key, case = re.fullmatch(r"(\w+)('s|\*|!|\.\w+)?", token).groups()
        if key not in self.cast:
            return self.render(self.expand(self.facts[key]))
        character = self.cast[key]
        if case == ".kind":
            return character.kind
        if case == "!" or quoted:
            self._mention(key, quoted)
            return character.plain()
        if case and case.startswith("."):
            self._mention(key, quoted)
            return character.pronoun(case[1:])
        if self._is_clear(key) and self.chance(0.75):
            self._mention(key, quoted)
            return character.pronoun({None: "he", "*": "him", "'s": "his"}[case])
        self._mention(key, quoted)
        return character.plain() + ("'s" if case == "'s" else "")

    def _is_clear(self, key: str) -> bool:
        """Whether a pronoun would be understood: named in this paragraph, and nobody since who could be meant."""
        if key not in self.mentioned:
            return False
        since = self.mentioned[len(self.mentioned) - self.mentioned[::-1].index(key) :]
        gender = self.cast[key].gender
        rivals = [k for k in set(self.mentioned) if k != key and self.cast[k].gender == gender]
        return not any(self.cast[k].gender == gender for k in since) and (not rivals or not since)

    def _mention(self, key: str, quoted: bool) -> None:
        if not quoted:
            self.mentioned.append(key)

    def _speech(self, key: str, mood: str, text: str) -> str:
        """Direct speech: who speaks before, after, or between the first sentence and the rest."""
        text = finish(re.sub(r"\{([^{}]*)\}", lambda m: self._reference(m[1], quoted=True), text))
        sentences = re.findall(r"[^.!?]+[.!?]+", text)
        manner = f" {self.pick(MANNERS[mood])}" if mood in MANNERS and self.chance(0.45) else ""
        first, rest = sentences[0].strip(), " ".join(s.strip() for s in sentences[1:])
        form = self.random.random()
        if form < 0.2:
            verb = {"!": "cried", "?": "asked", ".": "said"}[text[-1]] if self.chance(0.6) else "said"
            line = f'{self._speaker(key)} {verb}{manner}, "{text}"'
        elif form < 0.6 or not rest:
            line = f"{self._quoted(text)} {self._attribution(key, text[-1])}{manner}."
        else:
            line = f'{self._quoted(first)} {self._attribution(key, first[-1])}{manner}. "{rest}"'
        self.last_speaker = key
        return line

    def _speaker(self, key: str) -> str:
        """A pronoun only where one alone of those in the paragraph could be speaking."""
        gender = self.cast[key].gender
        rivals = {k for k in self.mentioned if k != key and self.cast[k].gender == gender}
        return self._reference(f"{key}!" if rivals else key)

    def _attribution(self, key: str, mark: str) -> str:
        answers = mark == "." and self.last_speaker not in (None, key)
        verb, who = self.pick(ANSWERS if answers else VERBS[mark]), self._speaker(key)
        return SAME_SENTENCE + (f"{who} {verb}" if who in ("he", "she") or self.chance(0.15) else f"{verb} {who}")

    @staticmethod
    def _quoted(text: str) -> str:
        return f'"{text[:-1]},"' if text.endswith(".") else f'"{text}"'

    def text(self) -> str:
        return "\n".join(self.paragraphs)


def finish(text: str) -> str:
    """Spaces, the article before a vowel, and capitals where sentences begin."""
    text = re.sub(r"[ \t]+", " ", text).strip()
    text = re.sub(r" ([,.;!?])", r"\1", text)
    text = re.sub(r"\b([Aa]) (?=[aeiou])(?!uni|use|one\b)", r"\1n ", text)
    text = re.sub(r"\b([Aa])n (?=one\b|uni|use)", r"\1 ", text)
    text = re.sub(r"\b([Aa]) (?=honest|hour)", r"\1n ", text)
    text = re.sub(r'(^|\n|[.!?]"? )("?)([a-z])', lambda m: m[1] + m[2] + m[3].upper(), text)
    return text.replace(SAME_SENTENCE, "")


def write_story(generator: random.Random) -> str:
    import story_plots
    import story_plots_folk

    story = Story(generator)
    story.pick(story_plots.PLOTS + story_plots_folk.PLOTS)(story)
    return story.text()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("--stories", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    stories = [write_story(random.Random(f"{arguments.seed} {i}")) for i in range(arguments.stories)]
    arguments.text.mkdir(parents=True, exist_ok=True)
    path = arguments.text / "grammar.txt"
    path.write_text(f"\n{DOCUMENT}\n".join(stories) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(stories)} stories, {sum(len(s.split()) for s in stories)} words")


if __name__ == "__main__":
    main()
