"""Trains small models of the kinds that a tokenizer.json may hold, puts them behind many pipelines, and writes what
Hugging Face's tokenizers makes of hostile.json with each.

    python make_pipelines.py CORPUS.txt UNIGRAM.model

Needs tokenizers 0.21.4. CORPUS is English prose, of which the first 300,000 characters are used (FairytaleQA,
Apache-2.0). UNIGRAM.model is the SentencePiece model that stands here: its compiled normalisation rules are taken.

pipelines.json holds the models once, and the pipelines without them. pipelines.bin holds, for each pipeline and each
string, two bytes: a digest of the ids (special tokens parsed, then not) and of the texts (with special tokens, then
without). A digest is FNV-1a of 32 bits, its halves combined by exclusive or. What stands behind digests is printed by

    python make_pipelines.py CORPUS.txt UNIGRAM.model PIPELINE INDEX…
"""
import base64
import json
import re
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

here = Path(__file__).parent
corpus = Path(sys.argv[1]).read_text()[:300_000]
strings = [s if isinstance(s, str) else s["repeat"][0] * s["repeat"][1] + s["tail"]
           for s in json.loads((here / "hostile.json").read_text())["strings"]]
TRAINING = ["naïve café Ångström straße", "Привет мир 日本語 한국어 😀👍🏽", "123 4567 89 2024", "don't I'LL we've"] * 40
BYTES = [f"<0x{b:02X}>" for b in range(256)]


def charsmap(path):
    """normalizer_spec.precompiled_charsmap of a model proto: field 2 in field 3."""
    data = Path(path).read_bytes()

    def varint(i):
        value = shift = 0
        while True:
            value |= (data[i] & 127) << shift
            shift += 7
            i += 1
            if data[i - 1] < 128:
                return value, i

    def fields(i, end):
        while i < end:
            key, i = varint(i)
            if key & 7 == 2:
                length, i = varint(i)
                yield key >> 3, i, i + length
                i += length
            elif key & 7 == 0:
                _, i = varint(i)
            else:
                i += 4 if key & 7 == 5 else 8

    for number, start, end in fields(0, len(data)):
        if number == 3:
            for inner, a, b in fields(start, end):
                if inner == 2:
                    return base64.b64encode(data[a:b]).decode()


def trained(model, trainer, normalizer, pre_tokenizer):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    tokenizer.train_from_iterator([corpus] + TRAINING, trainer)
    return json.loads(tokenizer.to_str())["model"]


metaspace = pre_tokenizers.Metaspace(prepend_scheme="always")
MODELS = {
    "bytes": trained(models.BPE(), trainers.BpeTrainer(
        vocab_size=520, special_tokens=["<s>", "</s>", "<unk>"], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()), None, pre_tokenizers.ByteLevel(add_prefix_space=False)),
    "fallback": trained(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True), trainers.BpeTrainer(
        vocab_size=620, special_tokens=["<unk>", "<s>", "</s>"] + BYTES, show_progress=False), None, metaspace),
    "characters": trained(models.BPE(unk_token="<unk>"), trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False), None, metaspace),
    "unigram": trained(models.Unigram(), trainers.UnigramTrainer(
        vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>", show_progress=False),
        None, metaspace),
}
MODELS["characters"]["unk_token"] = "<unk>"
# A unigram model with pieces for all bytes but one, so that some text has no fallback.
fallback = json.loads(json.dumps(MODELS["unigram"]))
fallback["vocab"] += [[b, -20.0 - i / 64] for i, b in enumerate(BYTES) if b != "<0xF0>"]
fallback["byte_fallback"] = True
for piece in MODELS["unigram"]["vocab"] + fallback["vocab"]:
    piece[1] = round(piece[1], 6)
MODELS["unigram-fallback"] = fallback

META = lambda scheme, split: {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}
SEQ = lambda key, *steps: {"type": "Sequence", key: list(steps)}
PRE = lambda *steps: SEQ("pretokenizers", *steps)
NORM = lambda *steps: SEQ("normalizers", *steps)
REPLACE = lambda a, b: {"type": "Replace", "pattern": {"String": a}, "content": b}
REGEX = lambda a, b: {"type": "Replace", "pattern": {"Regex": a}, "content": b}
SPLIT = lambda regex, behavior="Isolated", invert=False: {
    "type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert}
LITERAL = lambda text, behavior, invert=False: {
    "type": "Split", "pattern": {"String": text}, "behavior": behavior, "invert": invert}
BYTE = lambda space=False, regex=False: {
    "type": "ByteLevel", "add_prefix_space": space, "trim_offsets": True, "use_regex": regex}
DIGITS = lambda each: {"type": "Digits", "individual_digits": each}
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
FALLBACK = SEQ("decoders", REPLACE("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"})
LLAMA = SEQ("decoders", REPLACE("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}, STRIP)
ONE = lambda name: {"type": name}
RULES = {"type": "Precompiled", "precompiled_charsmap": "CHARSMAP"}
CASES = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}%s]*[\p{Ll}\p{Lm}\p{Lo}\p{M}%s]+%s"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}%s]+[\p{Ll}\p{Lm}\p{Lo}\p{M}%s]*%s")
SHORT = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
TAIL = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DEEPSEEK = (r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"""
            r"""| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""")

# name: model, normalizer, pre_tokenizer, decoder, and what else of the model differs.
PIPELINES = {
    "llama-first": ("fallback", None, META("first", False), LLAMA, {}),
    "llama-always": ("fallback", None, META("always", False), LLAMA, {}),
    "llama-never": ("fallback", None, META("never", False), FALLBACK, {}),
    "llama-legacy": ("fallback", NORM({"type": "Prepend", "prepend": "▁"}, REPLACE(" ", "▁")), None, LLAMA, {}),
    "metaspace-words": ("fallback", None, META("always", True), META("always", True),
                        {"fuse_unk": False, "dropout": 0.0}),
    "gemma": ("fallback", REPLACE(" ", "▁"), LITERAL(" ", "MergedWithPrevious"), FALLBACK, {"ignore_merges": True}),
    "gemma-split": ("fallback", None, PRE(LITERAL(" ", "MergedWithNext"), META("first", True)), FALLBACK, {}),
    "characters": ("characters", ONE("NFKC"), ONE("WhitespaceSplit"), None, {}),
    "characters-fused": ("characters", NORM(ONE("NFD"), ONE("StripAccents"), ONE("Lowercase"),
                                            {"type": "Strip", "strip_left": True, "strip_right": False}),
                         ONE("Whitespace"), META("never", True), {"fuse_unk": True, "ignore_merges": True}),
    "punctuation": ("characters", {"type": "Strip", "strip_left": True, "strip_right": True},
                    PRE({"type": "Punctuation", "behavior": "Contiguous"}, DIGITS(False), META("always", True)),
                    META("always", True), {}),
    "delimiter": ("characters", NORM(ONE("NFC"), REGEX(r"\s+", " ")),
                  PRE({"type": "CharDelimiterSplit", "delimiter": " "}, {"type": "Punctuation", "behavior": "Isolated"},
                      DIGITS(True)), SEQ("decoders", ONE("Fuse")), {}),
    "t5": ("unigram", NORM(RULES, {"type": "Strip", "strip_left": False, "strip_right": True}, REGEX(" {2,}", "▁")),
           META("always", True), META("always", True), {}),
    "xlm-r": ("unigram", NORM(ONE("NFKC"), REGEX(" {2,}", " ")), PRE(ONE("WhitespaceSplit"), META("always", True)),
              META("always", True), {}),
    "albert": ("unigram", NORM(REPLACE("``", '"'), REPLACE("''", '"'), ONE("NFKD"), ONE("StripAccents"),
                               ONE("Lowercase")), META("first", True), META("first", True), {}),
    "unigram-fallback": ("unigram-fallback", None, META("first", False), LLAMA, {}),
    "unigram-whole": ("unigram-fallback", REPLACE(" ", "▁"), None,
                      SEQ("decoders", ONE("ByteFallback"), META("never", True), ONE("Fuse"),
                          {"type": "Strip", "content": "▁", "start": 2, "stop": 0}), {}),
    "strip": ("fallback", None, META("always", True),
              SEQ("decoders", {"type": "Strip", "content": "▁", "start": 2, "stop": 0}, REGEX("e+", "E"),
                  ONE("ByteFallback")), {}),
    "deepseek-v3": ("bytes", None, PRE(SPLIT(r"\p{N}{1,3}"), SPLIT("[一-龥぀-ゟ゠-ヿ]+"), SPLIT(DEEPSEEK), BYTE()),
                    BYTE(), {}),
    "deepseek-llm": ("bytes", None, PRE(SPLIT("[\r\n]"), SPLIT(r"\s?\p{L}+"), SPLIT(r"\s?[!-/:-~！-／：-～‘-‟　-。]+"),
                                        SPLIT(r"\s+$"), SPLIT("[一-龥ࠀ-一가-퟿]+"), DIGITS(True), BYTE()), BYTE(), {}),
    "gpt-4o": ("bytes", None, PRE(SPLIT(CASES % ("", "", SHORT, "", "", SHORT) + r"|\p{N}{1,3}" + TAIL), BYTE()),
               BYTE(), {}),
    "tekken": ("bytes", None, PRE(SPLIT(CASES % ("", "", "", "", "", "") + r"|\p{N}" + TAIL), BYTE()), BYTE(),
               {"ignore_merges": True}),
    "kimi": ("bytes", None, PRE(SPLIT(r"[\p{Han}]+|" + CASES % (
        ("&&[^\\p{Han}]",) * 2 + (SHORT,) + ("&&[^\\p{Han}]",) * 2 + (SHORT,)) + r"|\p{N}{1,3}" + TAIL), BYTE()), BYTE(),
        {}),
    "falcon": ("bytes", None, PRE({"type": "Punctuation", "behavior": "Contiguous"}, BYTE(False, True), DIGITS(False),
                                  SPLIT("[0-9][0-9][0-9]")), BYTE(), {}),
    "bailing": ("bytes", ONE("NFC"), PRE(SPLIT(
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
        "Removed", True), BYTE()), BYTE(), {}),
    "superbpe": ("bytes", None, PRE(SPLIT(r"\p{N}+"), SPLIT(r"(?=(\d{3})+(?!\d))"),
                                    SPLIT(r"(?<=[a-z])(?=[A-Z])|\b\w{8}(?<!x)|.{3,5}?(?=\s)|\A_|_\z|^-|(?>a{1,3})b", "Isolated"),
                                    BYTE(True)), BYTE(), {}),
    "bloom": ("bytes", None, PRE(SPLIT(r" ?[^(\s|[.,!?…。，、।۔،])]+"), BYTE()), BYTE(), {}),
    "byte-prefix": ("bytes", ONE("NFKD"), PRE(LITERAL("e", "MergedWithPrevious", True), BYTE(True, True)), BYTE(),
                    {"unk_token": "<unk>"}),
}
for behavior in ("Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
    for invert in (False, True):
        PIPELINES[f"split-{behavior}-{invert}"] = (
            "bytes", None, PRE(SPLIT(r"[aeiou]|\s|\p{P}", behavior, invert), BYTE()), BYTE(), {})

ADDED = [("<unk>", {"special": True}), ("<s>", {"special": True}), ("</s>", {"special": True}),
         ("<|im_start|>", {"special": True, "rstrip": True}), ("<|im_end|>", {"special": True}),
         ("<tool>", {}), ("[USER]", {"lstrip": True}), ("|>", {"normalized": True, "rstrip": True}),
         ("he", {"single_word": True}), ("E\u0301 x", {"normalized": True}), ("日本", {}), ("  ", {})]


def document(name, whole):
    model, normalizer, pre_tokenizer, decoder, extra = PIPELINES[name]
    body = {**MODELS[model], **extra} if whole else {"model": model, **extra}
    vocab = MODELS[model]["vocab"]
    known = vocab if isinstance(vocab, dict) else {p: i for i, (p, _) in enumerate(vocab)}
    added, free = [], len(known)
    for content, flags in ADDED:
        if content in known:
            id = known[content]
        else:
            id, free = free, free + 1
        added.append({"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                      "normalized": False, "special": False, **flags})
    added.sort(key=lambda t: t["id"])
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": normalizer,
            "pre_tokenizer": pre_tokenizer, "post_processor": None, "decoder": decoder, "model": body}


def digest(data):
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value >> 16 ^ value) & 0xFFFF


def packed(ids):
    return b"".join(i.to_bytes(4, "little") for i in ids) + b"\xff\xff\xff\xff"


rules = charsmap(sys.argv[2])
out = bytearray()
for name in PIPELINES:
    text = json.dumps(document(name, True)).replace('"CHARSMAP"', json.dumps(rules))
    tokenizer = Tokenizer.from_str(text)
    assert [t["id"] for t in document(name, True)["added_tokens"]] == sorted(tokenizer.get_added_tokens_decoder())
    for string in strings:
        tokenizer.encode_special_tokens = False
        ids = tokenizer.encode(string, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(string, add_special_tokens=False).ids
        texts = [tokenizer.decode(ids, skip_special_tokens=skip).encode() for skip in (False, True)]
        out += digest(packed(ids) + packed(plain) + texts[0] + b"\xff" + texts[1]).to_bytes(2, "little")
    if len(sys.argv) > 3 and sys.argv[3] == name:  # what stands behind the digests of one pipeline
        for index in map(int, sys.argv[4:]):
            tokenizer.encode_special_tokens = False
            encoding = tokenizer.encode(strings[index], add_special_tokens=False)
            print(index, repr(strings[index]), encoding.ids, encoding.tokens,
                  repr(tokenizer.decode(encoding.ids, skip_special_tokens=False)))
if len(sys.argv) <= 3:
    (here / "pipelines.bin").write_bytes(out)
    (here / "pipelines.json").write_text(json.dumps(
        {"tokenizers": tokenizers.__version__, "models": MODELS,
         "pipelines": [{"name": name, "document": document(name, False)} for name in PIPELINES]},
        ensure_ascii=False, separators=(",", ":")))
    print(len(PIPELINES), "pipelines", (here / "pipelines.bin").stat().st_size, (here / "pipelines.json").stat().st_size)
