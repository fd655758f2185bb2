"""Writes hostile.json: 2,000 strings that tokenizers stumble over, the same for every tokenizer.

    python make_hostile.py

Needs Python 3.11 alone (its random module and its Unicode 14 tables decide what comes out).
A string that is long by rule is stored as {"repeat": [unit, count], "tail": text}.
"""
import json
import platform
import random
import unicodedata
from pathlib import Path

SEED = 20240611
random.seed(SEED)
out = []

SPECIALS = ["<s>", "</s>", "<unk>", "<pad>", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|begin_of_text|>",
            "<tool>", "<sep>", "[USER]", "<0x0A>", "<0x41>", "<|im_", "|>", "<s", "</s", "<|im_end|><|im_end|>"]
WORDS = ("the Snow Man cold delightfully wind crackle don't I'll WE'RE they've it's IT'S 'tis o'clock he'd I'm "
         "naïve café Ångström ﬁne ﬀ ①② Ⅳ ½ ² ª straße İstanbul ſet 'ſ 's 'S 'll'LL 'Re x'y ''s don’t").split()
SCRIPTS = ["Привет мир", "Ελληνικά", "עברית שלום", "العربية مرحبا", "हिन्दी नमस्ते", "ไทยสวัสดี", "日本語テキスト",
           "中文字符", "한국어 텍스트", "ქართული", "አማርኛ", "ខ្មែរ", "தமிழ்", "Tiếng Việt", "မြန်မာ", "བོད་ཡིག",
           "𐍈𐌿𐍂", "𒀀𒀁", "𝓗𝓮𝓵𝓵𝓸", "ｆｕｌｌ　ｗｉｄｔｈ", "ﷺ", "ﬃ", "㍿", "Å", "Ω", "한글", "가"]
EMOJI = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "☃️", "1️⃣", "😀😃", "🧑🏿‍🚀", "❤️‍🔥", "🫠"]
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u061c", "\u2066", "\u202e",
             "\ufe0f", "\u180e", "\u2028", "\u2029", "\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u3000",
             "\u0085", "\ufffd", "\ufffe", "\uffff", "\ue000", "\U000f0000", "\U0010ffff", "\u2581", "\u2581\u2581"]
MARKS = [chr(c) for c in range(0x300, 0x330)] + ["\u0e33", "\u0e47", "\u3099", "\u20dd", "\u0f71", "\u0f72", "\u0327"]
SPACE = [" ", "  ", "   ", "\t", "\n", "\r\n", "\r", "\v", "\f", " \n", "\n ", "\n\n", " \t ", "\n \n", " \r\n  "]
DIGITS = ["0", "1", "12", "123", "1234", "3.14159", "1,000,000", "2024-06-11", "0x1F600", "٣٤٥", "१२३", "四五", "½¾", "Ⅻ",
          "²³", "1e-9", "007", "  12", "   3", "\n42", "a1b2", "⑩", "10%", "$5"]
CODE = ["def f(x):\n    return x ** 2\n", "if (a && b) {\n\t\tc += 1;\n}\n", "<div class=\"a\">&nbsp;</div>", "{\"k\": [1, 2]}",
        "https://example.org/?q=1&r=%20#a", "a_b_c", "__init__", "--flag=value", "...", "!!!", "?!", "->", "=>", "//", "\\n",
        "\\u0041", "'''", '"""', "``", "x'y'z", "#include <s>", "a\\b", "~/.config", "@user", "#tag"]
ASSIGNED = [c for c in range(0x20, 0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]


def any_char():
    return chr(random.choice(ASSIGNED))


def piece():
    kind = random.random()
    if kind < 0.30:
        return random.choice(WORDS)
    if kind < 0.40:
        return random.choice(SCRIPTS)
    if kind < 0.46:
        return random.choice(EMOJI)
    if kind < 0.54:
        return random.choice(INVISIBLE)
    if kind < 0.60:
        return random.choice("aeounAc가") + "".join(random.choices(MARKS, k=random.randint(1, 4)))
    if kind < 0.70:
        return random.choice(DIGITS)
    if kind < 0.78:
        return random.choice(CODE)
    if kind < 0.86:
        return random.choice(SPECIALS)
    if kind < 0.90:
        return chr(random.randint(0, 31)) + random.choice(["", chr(127), chr(random.randint(128, 159))])
    if kind < 0.96:
        return "".join(any_char() for _ in range(random.randint(1, 4)))
    return bytes(random.choices(range(256), k=random.randint(1, 6))).decode("utf-8", "replace")


out += ["", " ", "  ", "\n", "\0", "a\0b", "\0\0", "\u2581", "\u2581a", " a", "a ", " a ", "  a  b  "]
out += SPECIALS + WORDS + SCRIPTS + EMOJI + INVISIBLE + SPACE + DIGITS + CODE
out += [a + b for a in SPECIALS[:6] for b in ("Hello", " Hello", "  Hello", "<s>", "\n", "")]
out += ["Hello" + a for a in SPECIALS[:6]] + ["Hello " + a + " there" for a in SPECIALS[:8]]
out += [a + b + c for a in ("", "x") for b in SPACE for c in ("", "y", "7", "!", "'s")]
out += [bytes([b]).decode("utf-8", "replace") for b in (0x80, 0xC3, 0xE2, 0xF0, 0xFF)]
for unit, count, tail in [(" ", 500, ""), (" ", 499, "x"), ("a", 1000, ""), ("\n", 300, ""), ("é", 300, ""), ("1", 400, ""),
                          ("👍", 100, ""), ("\t ", 200, "y"), ("ab", 500, ""), ("<s>", 50, ""), ("\u0301", 200, ""),
                          ("the ", 200, ""), ("\u2581", 100, "a"), ("\0", 100, ""), (" \n", 150, "z"), ("日", 200, "")]:
    out.append({"repeat": [unit, count], "tail": tail})
unique, kept = [], set()
for s in out:
    if not isinstance(s, str) or s not in kept:
        unique.append(s)
    if isinstance(s, str):
        kept.add(s)
out = unique
while len(out) < 2000:
    text = "".join(piece() + random.choice(["", "", " ", " ", random.choice(SPACE)]) for _ in range(random.randint(1, 6)))
    if text not in kept and len(text) < 60:
        kept.add(text)
        out.append(text)

path = Path(__file__).with_name("hostile.json")
path.write_text(json.dumps({"seed": SEED, "python": platform.python_version(), "unicode": unicodedata.unidata_version,
                            "strings": out}, ensure_ascii=True, separators=(",", ":")))
print(len(out), path.stat().st_size)
