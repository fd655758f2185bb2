"""Writes regular_expressions.json: random patterns in RE2's syntax, texts, and which of them RE2 matches as a whole.

Needs google-re2 (1.1 or later) from PyPI. Deterministic.
"""

import json
import pathlib
import random

import re2

ALPHABET = "abxZ \n1_é😀-"
CLASSES = [
    "[ab]", "[^ab]", "[a-z]", "[^\\d]", "\\d", "\\w", "\\W", "\\s", "\\S", "\\D", ".", "\\pL", "\\p{Lu}",
    "[[:alpha:]]", "[^[:space:]x]", "[\\w-]", "[à-ü]", "\\PL", "[]a]", "[^]a]", "\\x41", "\\x{e9}", "\\141",
    "\\p{^Ll}",
]
ASSERTIONS = ["^", "$", "\\b", "\\B", "\\A", "\\z", "(?m:^)", "(?m:$)"]
FLAGS = ["(?i:aZ)", "(?s:.)", "(?i:[^a])", "\\Qa.b\\E", "(?i:\u017f)"]
QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{1,}", "*?", "+?"]


def atom(draw, depth):
    chance = draw.random()
    if chance < 0.3:
        letter = draw.choice(ALPHABET)
        return {"\n": "\\n", "-": "\\-"}.get(letter, letter)
    if chance < 0.45:
        return draw.choice(CLASSES)
    if chance < 0.55 and depth < 3:
        return draw.choice(ASSERTIONS)
    if chance < 0.6:
        return draw.choice(FLAGS)
    if depth >= 3:
        return "a"
    return draw.choice(["(%s)", "(?:%s)", "(?P<n>%s)"]) % expression(draw, depth + 1)


def part(draw, depth):
    text = atom(draw, depth)
    return text if draw.random() < 0.6 else text + draw.choice(QUANTIFIERS)


def expression(draw, depth=0):
    counts = [0, 1, 1, 2, 3] if depth else [1, 2, 3, 4]
    alternatives = range(draw.choice([1, 1, 1, 2, 3] if depth else [1, 1, 2]))
    return "|".join("".join(part(draw, depth) for _ in range(draw.choice(counts))) for _ in alternatives)


def main():
    draw = random.Random(16)
    options = re2.Options()
    options.log_errors = False
    texts = ["", *"abZ\n1é"]
    texts += ["".join(draw.choice(ALPHABET) for _ in range(draw.randrange(1, 6))) for _ in range(34)]
    texts += ["".join(draw.choice("ab") for _ in range(draw.randrange(2, 5))) for _ in range(10)]
    cases = []
    while len(cases) < 600:
        pattern = expression(draw)
        try:
            compiled = re2.compile(pattern, options)
        except re2.error:
            continue
        matches = [index for index, text in enumerate(texts) if compiled.fullmatch(text)]
        # Patterns that match nothing at hand tell little.
        if matches or draw.random() < 0.2:
            cases.append({"pattern": pattern, "matches": matches})
    path = pathlib.Path(__file__).with_name("regular_expressions.json")
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    path.write_text('{"texts": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(texts, ensure_ascii=False), lines))


main()
