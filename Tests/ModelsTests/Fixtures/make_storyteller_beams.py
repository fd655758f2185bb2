"""What transformers' greedy, beam and diverse beam searches make of the embedded model.

    python make_storyteller_beams.py

Writes `storyteller-beams.json`: 40 cases over the model in `Vocab/storyteller` that cover 1 to 8 beams, 1, 2 and 4
groups, every kind of early stopping, length penalties −1 to 2, one and two end-of-sequence tokens, and penalties. Each
is run on the first of the prompts on which it is certain (`beams.py`); those that were passed over are counted. Run it
again whenever the weights or the vocabulary change.
"""

import hashlib

import sentencepiece
import torch
from transformers import AutoModelForCausalLM

from beams import search
from make_storyteller import FOLDER
from parity import HERE, versions, write_json

TEXTS = [
    "Once upon a time",
    "The little girl said to the wolf:",
    "In a village there lived a miller who had three sons.",
    "“Who are you?” asked the king.",
    "The old woman",
    "One day the fox came to the river and",
    "There was a poor man",
    "The frog sat on a stone and",
    "In the winter the mouse",
    "“I am hungry,” said the bear.",
    "The moon",
    "A boy found a golden key",
    "The king had a daughter",
    "“Come with me,” said the cat,",
    "Long ago a shepherd",
    "The ants worked all day and",
    "A lion was asleep when",
    "The donkey carried salt",
    "She opened the door and saw",
    "At night the stars",
    "“Give me some bread,”",
    "The farmer told his sons that",
    "Two friends walked through the wood",
    "The crow had a piece of cheese",
    "When the prince heard this, he",
    "There was no water",
    "“What a fine coat!”",
    "The sun and the wind",
    "The giant laughed and",
    "A wise man once said",
]
SHAPES = [
    (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1),
    (2, 2), (4, 2), (6, 2), (8, 2), (4, 4), (8, 4),
]  # fmt: skip
PENALTIES = {"repetition_penalty": 1.2, "no_repeat_ngram_size": 3}


def main():
    processor = sentencepiece.SentencePieceProcessor(model_file=str(FOLDER / "tokenizer.model"))
    model = AutoModelForCausalLM.from_pretrained(
        FOLDER, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()
    eos = [processor.eos_id(), processor.piece_to_id(".")]
    prompts = [[processor.bos_id()] + processor.encode(text) for text in TEXTS]
    cases, passed = [], 0
    for index, (beams, groups) in enumerate(SHAPES):
        for turn, early in enumerate([False, True, "never"] if beams > 1 else [False]):
            options = dict(
                beams=beams,
                groups=groups,
                diversity=[0.5, 1.3][(index + turn) % 2] if groups > 1 else 0.0,
                early=early,
                length=[-1.0, 0.0, 1.0, 2.0][(index + turn) % 4],
                eos=eos[: 1 + (index + turn) % 2],
                penalties=PENALTIES if (index + turn // 2) % 2 else None,
            )
            for start in range(len(prompts)):
                case = search(model, prompts[(index + turn + start) % len(prompts)], **options)
                if case is not None:
                    cases.append(case | {"eos": options["eos"]})
                    break
                passed += 1
            else:
                raise SystemExit(f"no prompt is certain for {options}")
            print(options, case["margin"], passed, flush=True)
    write_json(
        HERE / "storyteller-beams.json",
        {
            "versions": versions(),
            "script": "make_storyteller_beams.py",
            "sha256": {
                name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
                for name in ("config.json", "model.safetensors", "tokenizer.model")
            },
            "eos": eos,
            "passed": passed,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    main()
