"""What transformers' beam searches make of SmolLM2-135M-Instruct (Q4_1 GGUF, dequantised by transformers).

    python make_smollm2_beams.py DIRECTORY

DIRECTORY is that of `make_smollm2.py`. Writes `smollm2-beams.json`. Cases that aren't certain (`beams.py`) are left
out, and counted.
"""

import sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from beams import search
from parity import HERE, versions, write_json

PROMPTS = [
    "Once upon a time, in a small village by the sea,",
    "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "def fibonacci(n):\n    if n < 2:\n        return n\n    return ",
    "<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n",
]
SHAPES = [
    (4, 1, 0.0, False, 1.0),
    (5, 1, 0.0, True, 1.0),
    (4, 1, 0.0, "never", 2.0),
    (5, 1, 0.0, False, -1.0),
    (4, 2, 0.5, False, 1.0),
    (4, 4, 1.3, True, 0.0),
    (4, 2, 1.3, "never", 1.0),
]
EOS = 2


def main(directory):
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(directory, torch_dtype=torch.float32).eval()
    cases, excluded = [], 0
    for text in PROMPTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        for beams, groups, diversity, early, length in SHAPES:
            case = search(
                model,
                ids,
                beams=beams,
                groups=groups,
                diversity=diversity,
                early=early,
                length=length,
                eos=[EOS],
            )
            if case is None:
                excluded += 1
            else:
                cases.append(case)
    write_json(
        HERE / "smollm2-beams.json",
        {
            "versions": versions(),
            "script": "make_smollm2_beams.py",
            "eos": [EOS],
            "excluded": excluded,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    main(sys.argv[1])
