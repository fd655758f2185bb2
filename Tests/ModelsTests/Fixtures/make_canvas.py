"""What transformers computes for blocks of tokens that see each other, over the embedded model's files.

    python make_canvas.py

Writes `canvas.json`. Run it again whenever the weights in `Vocab/storyteller` change. The attention mask is given to
transformers whole: a token of the block sees the text before the block and all of the block.
"""

import hashlib
import random

import torch
from transformers import AutoModelForCausalLM

from parity import HERE, base64_floats, versions, write_json

FOLDER = HERE.parents[2] / "Vocab" / "storyteller"
CASES = [(0, 1), (0, 8), (1, 4), (31, 8), (32, 32), (50, 64), (100, 7)]


@torch.no_grad()
def canvas(model, text, block):
    count, length = len(text) + len(block), len(text)
    visible = torch.ones(count, count).tril().bool()
    visible[length:, length:] = True
    mask = torch.zeros(count, count).masked_fill(~visible, torch.finfo(torch.float32).min)
    logits = model(
        torch.tensor([text + block]), attention_mask=mask[None, None], use_cache=False
    ).logits[0, length:]
    return torch.log_softmax(logits.float(), dim=-1)


if __name__ == "__main__":
    model = AutoModelForCausalLM.from_pretrained(
        FOLDER, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()
    generator = random.Random(1)
    cases = []
    for length, count in CASES:
        text = [generator.randrange(3, 4096) for _ in range(length)]
        block = [generator.choice([0, generator.randrange(3, 4096)]) for _ in range(count)]
        ids = [generator.randrange(4096) for _ in range(count)]
        rows = canvas(model, text, block)
        cases.append(
            {
                "text": text,
                "block": block,
                "best": rows.argmax(-1).tolist(),
                "ids": ids,
                "logprobs": base64_floats(rows[torch.arange(count), ids].numpy()),
            }
        )
    digest = hashlib.sha256((FOLDER / "model.safetensors").read_bytes()).hexdigest()
    write_json(
        HERE / "canvas.json",
        {"versions": versions(), "script": "make_canvas.py", "sha256": digest, "cases": cases},
    )
