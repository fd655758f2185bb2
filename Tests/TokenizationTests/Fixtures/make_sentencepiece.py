"""Trains unigram.model and bpe.model, and writes what the sentencepiece package makes of hostile.json with them.

    python make_sentencepiece.py CORPUS.txt     (trains, too)
    python make_sentencepiece.py                (ids of the models that stand here)

Needs sentencepiece 0.1.97 (the library's version on Debian 12; wheels for Python up to 3.10). CORPUS is English prose,
of which the first 300,000 characters are used (FairytaleQA, Apache-2.0); it is not part of the project. The models that
stand here lack the names of the files that they were trained from and written to (fields 1 and 2 of `trainer_spec`).
"""
import json
import os
import random
import sys
import tempfile
from pathlib import Path

import sentencepiece as spm

here = Path(__file__).resolve().parent
strings = [s if isinstance(s, str) else s["repeat"][0] * s["repeat"][1] + s["tail"]
           for s in json.loads((here / "hostile.json").read_text())["strings"]]

if len(sys.argv) > 1:
    text = Path(sys.argv[1]).read_text()[:300_000]
    os.chdir(here)  # the prefix is written into the model
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as corpus:
        corpus.write(text)
        corpus.flush()
        common = dict(input=corpus.name, num_threads=1, max_sentence_length=100_000, minloglevel=2)
        spm.SentencePieceTrainer.train(
            model_prefix="unigram", model_type="unigram", vocab_size=1000,
            normalization_rule_name="nmt_nfkc", control_symbols=["<sep>"], user_defined_symbols=["<tool>", "[USER]"],
            pad_id=3, **common)
        spm.SentencePieceTrainer.train(
            model_prefix="bpe", model_type="bpe", vocab_size=1400, normalization_rule_name="identity",
            byte_fallback=True, split_digits=True, remove_extra_whitespaces=False, allow_whitespace_only_pieces=True,
            control_symbols=["<pad>", "<|im_start|>", "<|im_end|>"], user_defined_symbols=["<tool>", "  ", "\n\n"],
            **common)
    for name in ("unigram", "bpe"):
        (here / f"{name}.vocab").unlink()

for name in ("unigram", "bpe"):
    sp = spm.SentencePieceProcessor(model_file=str(here / f"{name}.model"))
    ids = [sp.encode(s) for s in strings]
    texts = [sp.decode(i) for i in ids]
    random.seed(1)
    samples = [[random.randrange(sp.vocab_size()) for _ in range(random.randint(1, 12))] for _ in range(300)]
    if name == "bpe":  # runs of byte pieces, most of them no UTF-8
        first = sp.piece_to_id("<0x00>")
        samples += [[first + random.choice([0x41, 0x80, 0xBF, 0xC3, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xFF])
                     for _ in range(random.randint(1, 8))] for _ in range(300)]
    (here / f"{name}.json").write_text(json.dumps({
        "sentencepiece": spm.__version__, "ids": ids,
        # The texts that differ from the strings, by index.
        "decoded": {str(i): t for i, (s, t) in enumerate(zip(strings, texts)) if s != t},
        "samples": [{"ids": s, "text": sp.decode(s)} for s in samples],
        "bos": sp.bos_id(), "eos": sp.eos_id(), "unk": sp.unk_id(), "pad": sp.pad_id(), "size": sp.vocab_size(),
    }, separators=(",", ":")))
    print(name, (here / f"{name}.json").stat().st_size, (here / f"{name}.model").stat().st_size)
