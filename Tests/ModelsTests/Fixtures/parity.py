"""What the fixture scripts share: the reference run, and how its numbers are stored.

The reference is transformers, in float32, with eager attention and no key-value cache: one full forward pass for
every token, the plainest thing it can do.
"""

import base64
import json
import platform
import sys
from pathlib import Path

import gguf
import numpy as np
import safetensors
import sentencepiece
import tokenizers
import torch
import transformers

HERE = Path(__file__).resolve().parent
torch.set_num_threads(1)
transformers.utils.logging.set_verbosity_error()


def versions():
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "tokenizers": tokenizers.__version__,
        "safetensors": safetensors.__version__,
        "sentencepiece": sentencepiece.__version__,
        "gguf": version("gguf"),
        "numpy": np.__version__,
    }


def base64_floats(array):
    """Little-endian float32, row-major, in base64."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


@torch.no_grad()
def log_probabilities(model, ids):
    """Next-token log-probabilities after every token: [tokens, vocabulary], in nats."""
    logits = model(torch.tensor([ids]), use_cache=False).logits[0].float()
    return torch.log_softmax(logits, dim=-1)


@torch.no_grad()
def greedy(model, ids, count):
    """`count` greedy tokens, end of sequence ignored, and the margin of each over the second best (log units)."""
    ids, tokens, margins = list(ids), [], []
    for _ in range(count):
        best = torch.topk(model(torch.tensor([ids]), use_cache=False).logits[0, -1].float(), 2)
        tokens.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        ids.append(tokens[-1])
    return tokens, margins


def random_prompts(model, seed, lengths, count=40, least_margin=5e-3):
    """One prompt of random ids for each length, drawn until greedy decoding is well determined at every step."""
    generator = np.random.default_rng(seed)
    vocabulary = model.get_input_embeddings().weight.shape[0]
    prompts = []
    for length in lengths:
        while True:
            ids = [int(i) for i in generator.integers(0, vocabulary, length)]
            tokens, margins = greedy(model, ids, count)
            if min(margins) >= least_margin:
                break
        rows = log_probabilities(model, ids)
        prompts.append(
            {
                "tokens": ids,
                "log_probabilities": base64_floats(rows.numpy()),
                "greedy": tokens,
                "least_margin": min(margins),
            }
        )
    return prompts


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.relative_to(HERE), path.stat().st_size, file=sys.stderr)
