"""Writes vocabularies/: a small SentencePiece model, its tokenizer.json, and what transformers makes of them for all
combinations of the files and flags that decide where spaces are put and which tokens there are.

    python make_vocabularies.py CORPUS.txt     (trains, too)
    python make_vocabularies.py                (ids for the model that stands here)

Needs transformers 4.51.3, tokenizers 0.21.4, sentencepiece 0.2, protobuf. CORPUS is English prose, of which the first
200,000 characters are used (FairytaleQA, Apache-2.0).
"""
import itertools
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import transformers
from transformers import AutoTokenizer, LlamaTokenizerFast

transformers.logging.set_verbosity_error()
here = Path(__file__).parent / "vocabularies"
here.mkdir(exist_ok=True)

if len(sys.argv) > 1:
    import sentencepiece
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "text"
        text.write_text(Path(sys.argv[1]).read_text()[:200_000])
        sentencepiece.SentencePieceTrainer.train(
            input=str(text), model_prefix=f"{folder}/m", vocab_size=360, model_type="bpe", byte_fallback=True,
            normalization_rule_name="identity", remove_extra_whitespaces=False, character_coverage=0.99,
            user_defined_symbols=["[INST]"])
        shutil.copy(f"{folder}/m.model", here / "tokenizer.model")

TEXTS = ["", " ", "hello world", " hello", "  hello", "hello ", "\nhello", "▁hello", "<s>hello", "<s> hello", "<s>  hello",
         "<s>", "hello</s>hello", "hello </s> hello", "<s>[INST] hello king [/INST] hello</s>", "x[INST]x",
         "<|im_start|>user\nhello<|im_end|>", "<|im_start|> user", "a<tool>b", "a <tool> b", "<pad><pad>hello", "é日😀"]
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
flags = lambda content, special, **more: {"content": content, "lstrip": False, "rstrip": False, "normalized": False,
                                          "single_word": False, "special": special, **more}
ADDED = {
    "none": ({}, None),
    "decoder": ({"added_tokens_decoder": {
        "0": flags("<unk>", True), "1": flags("<s>", True), "2": flags("</s>", True),
        "360": flags("<|im_start|>", True, rstrip=True), "361": flags("<|im_end|>", True),
        "362": flags("<tool>", False), "363": flags("<pad>", True)}, "pad_token": "<pad>"}, None),
    "file": ({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]},
             {"<|im_start|>": 360, "<|im_end|>": 361, "<pad>": 362}),
}


def build(folder, layout, config, added_file, variants):
    folder = Path(folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}))
    if "model" in layout:
        shutil.copy(here / "tokenizer.model", folder / "tokenizer.model")
    for name, variant in variants.items():
        if name in layout:
            document = json.loads((here / "tokenizer.json").read_text())
            document.update(variant)
            (folder / "tokenizer.json").write_text(json.dumps(document))
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    if added_file:
        (folder / "added_tokens.json").write_text(json.dumps(added_file))


def saved(legacy):
    with tempfile.TemporaryDirectory() as folder:
        build(folder, ["model"], {"tokenizer_class": "LlamaTokenizer", "legacy": legacy, **SPECIAL}, None, {})
        tokenizer = AutoTokenizer.from_pretrained(folder)
        tokenizer.save_pretrained(folder + "/out")
        return json.loads(Path(folder + "/out/tokenizer.json").read_text())


first, legacy = saved(False), saved(True)
(here / "tokenizer.json").write_text(json.dumps(first, ensure_ascii=False, separators=(",", ":")))
(here / "config.json").write_text(json.dumps({"model_type": "llama", "architectures": ["LlamaForCausalLM"]}) + "\n")
VARIANTS = {name: {key: document[key] for key in ("normalizer", "pre_tokenizer", "decoder")}
            for name, document in (("first", first), ("legacy", legacy))}

cases, answers = [], []
for layout in (["model"], ["first"], ["legacy"], ["model", "first"], ["model", "legacy"]):
    for is_legacy, prefix, added, name in itertools.product(
            (None, True, False), (None, True, False), ADDED, ("LlamaTokenizer", "PreTrainedTokenizerFast")):
        if name != "LlamaTokenizer" and (layout == ["model"] or is_legacy is not None or added == "file"):
            continue
        if layout != ["model"] and added == "file" and len(layout) == 1:
            continue
        if "model" not in layout and name == "LlamaTokenizer" and prefix is not None:
            continue  # built anew from tokenizer.model, which is not there: transformers fails
        config = {"tokenizer_class": name, **SPECIAL, **ADDED[added][0]}
        if is_legacy is not None:
            config["legacy"] = is_legacy
        if prefix is not None:
            config["add_prefix_space"] = prefix
        with tempfile.TemporaryDirectory() as folder:
            build(folder, layout, config, ADDED[added][1], VARIANTS)
            tokenizer = AutoTokenizer.from_pretrained(folder)
            ids = [tokenizer.encode(text, add_special_tokens=False) for text in TEXTS]
            texts = [[tokenizer.decode(i, skip_special_tokens=skip, clean_up_tokenization_spaces=False)
                      for skip in (False, True)] for i in ids]
        answer = {"ids": ids, "texts": texts}
        if answer not in answers:
            answers.append(answer)
        cases.append({"layout": layout, "config": config, "added": ADDED[added][1], "answer": answers.index(answer)})

(here / "reference.json").write_text(json.dumps(
    {"transformers": transformers.__version__, "texts": TEXTS, "variants": VARIANTS, "cases": cases, "answers": answers},
    ensure_ascii=False, separators=(",", ":")))
print(len(cases), (here / "reference.json").stat().st_size, (here / "tokenizer.json").stat().st_size)
