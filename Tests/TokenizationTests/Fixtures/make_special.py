"""Writes bpe.special.json: the ids that transformers' LlamaTokenizer (legacy=False) gives hostile.json with bpe.model,
control pieces in the text parsed.

    python make_special.py

Needs transformers 4.51.3 and the sentencepiece package. U+2581 in a text, which LlamaTokenizer makes a space before
it looks for the beginning of the text, is left out: such strings have null.
"""
import json
from pathlib import Path

import sentencepiece
import transformers
from transformers import AddedToken, LlamaTokenizer

here = Path(__file__).parent
strings = [s if isinstance(s, str) else s["repeat"][0] * s["repeat"][1] + s["tail"]
           for s in json.loads((here / "hostile.json").read_text())["strings"]]
special = lambda text: AddedToken(text, normalized=False, special=True)
tokenizer = LlamaTokenizer(
    str(here / "bpe.model"), legacy=False, add_bos_token=False, bos_token=special("<s>"), eos_token=special("</s>"),
    unk_token=special("<unk>"), pad_token=special("<pad>"),
    additional_special_tokens=[special("<|im_start|>"), special("<|im_end|>")])
ids = [None if "\u2581" in s else tokenizer.encode(s) for s in strings]
(here / "bpe.special.json").write_text(json.dumps({
    "transformers": transformers.__version__, "sentencepiece": sentencepiece.__version__, "ids": ids},
    separators=(",", ":")))
