"""Writes unicode.json: which scalars are \\p{L}, \\p{N} and \\s to the regular expressions of Hugging Face's tokenizers.

    python make_unicode.py

Needs tokenizers 0.21. Takes a minute.
"""
import json
from pathlib import Path

import tokenizers
from tokenizers import Regex, pre_tokenizers


def ranges(pattern):
    remove = pre_tokenizers.Split(Regex(pattern), "removed")
    found = []
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or remove.pre_tokenize_str(chr(code)):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


Path(__file__).with_name("unicode.json").write_text(json.dumps({
    "tokenizers": tokenizers.__version__, **{name: ranges(rf"\p{{{name}}}") for name in "LN"}, "s": ranges(r"\s"),
}, separators=(",", ":")))
