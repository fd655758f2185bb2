"""Trains byte-level BPE vocabularies in the manner of GPT-2, SmolLM, Llama 3 and Qwen2, and writes what Hugging Face's
tokenizers makes of hostile.json with them.

    python make_byte_level.py CORPUS.txt [SMOLLM2_DIRECTORY]    (trains, too)
    python make_byte_level.py - [SMOLLM2_DIRECTORY]             (ids of the vocabularies that stand here)

Needs transformers 4.51.3 (tokenizers 0.21). CORPUS is English prose, of which the first 300,000 characters are used
(FairytaleQA, Apache-2.0). SMOLLM2_DIRECTORY holds SmolLM2-135M-Instruct as transformers converts it from its GGUF; its
own tokenizer.json is too large to stand here, so smollm2.json has the ids alone.
"""
import copy
import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

here = Path(__file__).parent
strings = [s if isinstance(s, str) else s["repeat"][0] * s["repeat"][1] + s["tail"]
           for s in json.loads((here / "hostile.json").read_text())["strings"]]

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
TRAINING = ["naïve café Ångström straße", "Привет мир 日本語 한국어 😀👍🏽", "123 4567 89 2024", "don't I'LL we've"] * 40


def split(regex):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(regex), "isolated", False),
                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def build(name, corpus):
    tokenizer = Tokenizer(models.BPE(ignore_merges=name == "llama3"))
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    if name == "gpt2":
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)
        tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    elif name == "smollm":
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    elif name == "llama3":
        specials = ["<|begin_of_text|>", "<|endoftext|>", "<|im_end|>"]
        tokenizer.pre_tokenizer = split(LLAMA3)
    elif name == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = split(QWEN2)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    if name == "smollm":  # as SmolLM2, it lacks some bytes
        alphabet = sorted(set(alphabet) - set("ĄĆēĔĖĝýþÿ"))
    tokenizer.train_from_iterator([corpus] + TRAINING, trainers.BpeTrainer(
        vocab_size=1200, special_tokens=specials, initial_alphabet=alphabet, show_progress=False))
    if name == "smollm":
        model = json.loads(tokenizer.to_str())
        for missing in "ĄĆēĔĖĝýþÿ":
            assert missing not in model["model"]["vocab"]
        model["model"]["unk_token"], model["model"]["fuse_unk"] = "<|endoftext|>", True
        model["model"]["byte_fallback"] = True  # without tokens to fall back on
        tokenizer = Tokenizer.from_str(json.dumps(model))
    if name == "llama3":
        tokenizer.post_processor = processors.Sequence([
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A $B:1",
                                          special_tokens=[("<|begin_of_text|>", 0)])])
        # A word that is a token and that no merges lead to: ignore_merges finds it all the same.
        model = json.loads(tokenizer.to_str())
        model["model"]["vocab"]["ĠcafÃ©xyz"] = len(model["model"]["vocab"])
        tokenizer = Tokenizer.from_str(json.dumps(model))
    if name == "qwen2":
        tokenizer.add_tokens([
            AddedToken("<tool>", normalized=False), AddedToken("[USER]", normalized=False, lstrip=True),
            AddedToken("|>", normalized=True, rstrip=True), AddedToken("he", normalized=False, single_word=True),
            AddedToken("e\u0301", normalized=True), AddedToken("日本", normalized=False)])
        tokenizer.add_special_tokens([AddedToken("<pad>", lstrip=True, rstrip=True)])
    return tokenizer


def write(name, tokenizer, extra=()):
    def ids(text, parsing):
        tokenizer.encode_special_tokens = not parsing  # transformers: split_special_tokens
        return tokenizer.encode(text, add_special_tokens=False).ids

    parsed = [ids(s, True) for s in strings]
    plain = [ids(s, False) for s in strings]
    texts = [tokenizer.decode(i, skip_special_tokens=False) for i in parsed]
    skipped = [tokenizer.decode(i, skip_special_tokens=True) for i in parsed]
    with_bos = tokenizer.encode("Hello").ids
    result = {
        "tokenizers": tokenizers.__version__, "ids": parsed,
        # What differs where special tokens are not parsed, by index; texts that differ from the strings; and texts
        # without the special tokens that differ from the texts with them.
        "plain": {str(i): p for i, (p, q) in enumerate(zip(plain, parsed)) if p != q},
        "decoded": {str(i): t for i, (s, t) in enumerate(zip(strings, texts)) if s != t},
        "skipped": {str(i): s for i, (s, t) in enumerate(zip(skipped, texts)) if s != t},
        "hello": with_bos, **dict(extra)}
    path = here / f"{name}.ids.json"
    path.write_text(json.dumps(result, separators=(",", ":")))
    print(name, path.stat().st_size)
    return parsed


for name in ("gpt2", "smollm", "llama3", "qwen2"):
    path = here / f"{name}.tokenizer.json"
    if sys.argv[1] != "-":
        tokenizer = build(name, Path(sys.argv[1]).read_text()[:300_000])
        document = json.loads(tokenizer.to_str())
        if name == "gpt2":  # older files hold merges as strings
            document["model"]["merges"] = [" ".join(m) for m in document["model"]["merges"]]
        path.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    write(name, Tokenizer.from_file(str(path)))
    print(path.name, path.stat().st_size)

if len(sys.argv) > 2:
    # transformers reads the GGUF with GPT-2's pre-tokenizer whatever tokenizer.ggml.pre says. SmolLM2's own
    # tokenizer.json, and llama.cpp for "smollm", cut out single digits first: `ids` and the rest are those.
    document = json.loads((Path(sys.argv[2]) / "tokenizer.json").read_text())
    converted = Tokenizer.from_str(json.dumps(document))
    own = copy.deepcopy(document)
    own["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": True}, document["pre_tokenizer"]]}
    own["post_processor"] = None
    own_ids = [Tokenizer.from_str(json.dumps(own)).encode(s, add_special_tokens=False).ids for s in strings]
    converted_ids = [converted.encode(s, add_special_tokens=False).ids for s in strings]
    write("smollm2", Tokenizer.from_str(json.dumps(own)), {
        # The ids of tokenizer.json as transformers converts it, where they differ, by index.
        "converted": {str(i): c for i, (c, o) in enumerate(zip(converted_ids, own_ids)) if c != o}}.items())
