"""What transformers computes for the embedded model, from its own files.

    python make_storyteller.py

Writes `storyteller.json`. Run it again whenever the weights or the vocabulary in `Vocab/storyteller` change.
"""

import hashlib

import sentencepiece
import torch
from transformers import AutoModelForCausalLM

from parity import HERE, base64_floats, greedy, log_probabilities, versions, write_json

FOLDER = HERE.parents[2] / "Vocab" / "storyteller"
TEXTS = [
    "Once upon a time",
    "The little girl said to the wolf:",
    "In a village there lived a miller who had three sons, and when he died he left them his mill.",
    "“Who are you?” asked the king.",
    "1, 2, 3",
    "Grüße aus 東京 🍕",
    "def f(x):\n    return x",
    "",
    "The end.\n\n",
    "THE FOX AND THE GRAPES",
]

if __name__ == "__main__":
    processor = sentencepiece.SentencePieceProcessor(model_file=str(FOLDER / "tokenizer.model"))
    model = AutoModelForCausalLM.from_pretrained(
        FOLDER, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()
    cases = []
    for text in TEXTS:
        ids = [processor.bos_id()] + processor.encode(text)
        tokens, margins = greedy(model, ids, 40)
        # Beyond the first step that rounding could turn, the two may part.
        certain = next((i for i, m in enumerate(margins) if m < 2e-3), len(tokens))
        cases.append(
            {
                "text": text,
                "tokens": ids,
                "next": base64_floats(log_probabilities(model, ids)[-1].numpy()),
                "greedy": tokens[:certain],
            }
        )
        print(repr(text), certain, processor.decode(tokens)[:60])
    digests = {
        name: hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
        for name in ("config.json", "model.safetensors", "tokenizer.model")
    }
    write_json(
        HERE / "storyteller.json",
        {
            "versions": versions(),
            "script": "make_storyteller.py",
            "sha256": digests,
            "cases": cases,
        },
    )
