"""What transformers' contrastive search makes of SmolLM2-135M-Instruct and of tiny random models.

    python make_contrastive.py DIRECTORY

DIRECTORY is that of `make_smollm2.py`. Writes `contrastive.json`. A case is left out, and counted, where a decision
hangs on less than the margin: which tokens are candidates (in log-probability), and which of them is taken (in score).
"""

import sys

import numpy as np
import torch
import transformers.generation.utils as generation
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from parity import HERE, versions, write_json

PROMPTS = [
    "Once upon a time, in a small village by the sea,",
    "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "def fibonacci(n):\n    if n < 2:\n        return n\n    return ",
    "<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n",
]
# alpha, k, and what else is asked for.
SHAPES = [
    (0.6, 4, {}),
    (0.3, 2, {}),
    (0.9, 6, {}),
    (0.6, 5, {"repetition": 1.3}),
    (0.5, 4, {"ngram": 2, "min": 20}),
]
TINY = ["llama-gqa-tied", "llama-untied-bfloat16", "mistral-window", "qwen2-bfloat16", "qwen3"]
NEW_TOKENS = 24

closest = float("inf")


def note(gap):
    global closest
    closest = min(closest, gap)


def watch():
    """Makes every choice note how close it was."""
    topk, ranking = torch.topk, generation._ranking_fast

    def watched_topk(values, k, dim=-1, **options):
        if k < values.shape[-1]:
            ranked = values[0].double().log().sort(descending=True)[0]
            if ranked[k] > -1e8:
                note((ranked[k - 1] - ranked[k]).item())
        return topk(values, k, dim=dim, **options)

    def watched_ranking(context, candidates, probabilities, mask, alpha, width):
        a = context.double()
        b = candidates.double()
        cosines = (a / a.norm(dim=2, keepdim=True)) @ (b / b.norm(dim=2, keepdim=True)).mT
        penalty = cosines.squeeze(-1).max(dim=-1)[0]
        scores = ((1 - alpha) * probabilities[0].double() - alpha * penalty).sort(descending=True)[0]
        note((scores[0] - scores[1]).item())
        return ranking(context, candidates, probabilities, mask, alpha, width)

    torch.topk = watched_topk
    generation._ranking_fast = watched_ranking


def generate(model, ids, alpha, k, more, eos):
    global closest
    closest = float("inf")
    output = model.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        do_sample=False,
        penalty_alpha=alpha,
        top_k=k,
        repetition_penalty=more.get("repetition"),
        no_repeat_ngram_size=more.get("ngram"),
        min_new_tokens=more.get("min"),
        max_new_tokens=NEW_TOKENS,
        eos_token_id=eos,
        pad_token_id=eos,
    )
    return output[0, len(ids) :].tolist()


def main(directory):
    watch()
    cases, excluded = [], 0

    def add(name, model, ids, alpha, k, more, eos, margin):
        nonlocal excluded
        tokens = generate(model, ids, alpha, k, more, eos)
        print(name, alpha, k, more, closest, file=sys.stderr, flush=True)
        if closest < margin:
            excluded += 1
            return
        cases.append(
            {"model": name, "prompt": ids, "alpha": alpha, "k": k}
            | more
            | {"eos": eos, "new": NEW_TOKENS, "margin": round(closest, 6), "tokens": tokens}
        )

    generator = np.random.default_rng(4)
    for name in TINY:
        model = AutoModelForCausalLM.from_pretrained(HERE / "tiny" / name, torch_dtype=torch.float32)
        for length in (1, 7, 40):
            ids = [int(i) for i in generator.integers(0, model.config.vocab_size, length)]
            for alpha, k, more in SHAPES + [(1.0, 8, {})]:
                add(name, model.eval(), ids, alpha, k, more, 3, 1e-4)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(directory, torch_dtype=torch.float32).eval()
    for text in PROMPTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        for alpha, k, more in SHAPES:
            add("smollm2", model, ids, alpha, k, more, 2, 1e-3)
    write_json(
        HERE / "contrastive.json",
        {
            "versions": versions(),
            "script": "make_contrastive.py",
            "excluded": excluded,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    main(sys.argv[1])
