"""What transformers' classifier-free guidance makes of SmolLM2-135M-Instruct and of tiny random models.

    python make_guidance.py DIRECTORY

DIRECTORY is that of `make_smollm2.py`. Writes `guidance.json`. A case is left out, and counted, where a decision hangs
on less than the margin.

Greedy cases and contrastive search are run with transformers' own logits processor. Under beams that one goes on with
the cache of the beam that stood in the same row before, whatever the beams have become (it isn't reordered), and takes
a negative prompt for one row alone. There its formula is kept, and the logits after the negative prompt are computed
anew for each beam's own tokens. Under greedy search both give the same, which is checked.
"""

import sys

import numpy as np
import torch
import transformers.generation.utils as generation
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

import make_contrastive
from parity import HERE, versions, write_json

Stock = generation.UnbatchedClassifierFreeGuidanceLogitsProcessor

PAIRS = [
    ("Today, a dragon flew over Paris, France,", "A very happy event happened,"),
    (
        "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n",
        "<|im_start|>user\nName three animals.<|im_end|>\n<|im_start|>assistant\n",
    ),
    ("Once upon a time, in a small village by the sea,", None),
    ("The best thing about winter is", "I hate"),
]
TINY = ["llama-gqa-tied", "qwen2-bfloat16", "qwen3"]
# The scale, the number of beams, and what else is asked for.
SHAPES = [
    (1.5, 1, {}),
    (3.0, 1, {}),
    (0.0, 1, {}),
    (-0.5, 1, {}),
    (2.0, 1, {"repetition": 1.3, "ngram": 2}),
    (1.5, 4, {}),
    (0.5, 3, {"repetition": 1.2}),
    (1.5, 1, {"alpha": 0.4, "k": 4}),
]
NEW_TOKENS = 20

closest = float("inf")


def note(gap):
    global closest
    closest = min(closest, gap)


class OwnContext(Stock):
    """The same formula, over the negative prompt and each row's own tokens."""

    prompt_length = 0

    def get_unconditional_logits(self, input_ids):
        negative = self.unconditional_context["input_ids"]
        if negative is None:
            negative = input_ids[:1, self.prompt_length - 1 : self.prompt_length]
        generated = input_ids[:, self.prompt_length :]
        return self.model(torch.cat([negative.expand(len(generated), -1), generated], 1)).logits


def generate(model, ids, negative, scale, beams, more, eos, own_context):
    global closest
    closest = make_contrastive.closest = float("inf")
    generation.UnbatchedClassifierFreeGuidanceLogitsProcessor = OwnContext if own_context else Stock
    OwnContext.prompt_length = len(ids)
    options = {}
    if "alpha" in more:
        options = dict(penalty_alpha=more["alpha"], top_k=more["k"])
    if beams > 1:
        options = dict(num_beams=beams, num_return_sequences=beams)
    if negative is not None:
        options |= dict(negative_prompt_ids=torch.tensor([negative]))
    output = model.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        do_sample=False,
        guidance_scale=scale,
        repetition_penalty=more.get("repetition"),
        no_repeat_ngram_size=more.get("ngram"),
        max_new_tokens=NEW_TOKENS,
        eos_token_id=eos,
        pad_token_id=eos,
        return_dict_in_generate=True,
        output_scores=True,
        **options,
    )
    results = []
    for row, sequence in enumerate(output.sequences.tolist()):
        tokens = sequence[len(ids) :]
        if eos in tokens:
            tokens = tokens[: tokens.index(eos) + 1]
        score = round(output.sequences_scores[row].item(), 6) if beams > 1 else None
        results.append({"tokens": tokens, "score": score})
    if "alpha" in more:
        closest = make_contrastive.closest
    elif beams == 1:
        for scores in output.scores:
            best = scores[0].topk(2)[0]
            note((best[0] - best[1]).item())
    else:
        ranks = [result["score"] for result in results]
        for a, b in zip(ranks, ranks[1:]):
            note(a - b)
    return results


def watch_beams():
    """Makes what lives on note how close it was."""
    topk = torch.topk

    def watched_topk(values, k, dim=-1, **options):
        if values.ndim == 2 and values.shape[-1] > 2 * k:
            ranked = values[0].sort(descending=True)[0][: k + 1]
            for index in range(k // 2 - 1, k):
                if ranked[index + 1] > -1e8:
                    note((ranked[index] - ranked[index + 1]).item())
        return topk(values, k, dim=dim, **options)

    torch.topk = watched_topk


@torch.no_grad()
def main(directory):
    watch_beams()
    make_contrastive.watch()
    cases, excluded = [], 0

    def add(name, model, ids, negative, scale, beams, more, eos, margin):
        nonlocal excluded
        results = generate(model, ids, negative, scale, beams, more, eos, beams > 1)
        gap = closest
        print(name, scale, beams, more, gap, file=sys.stderr, flush=True)
        if gap < margin:
            excluded += 1
            return
        if beams == 1:
            assert results == generate(model, ids, negative, scale, beams, more, eos, True)
        cases.append(
            {"model": name, "prompt": ids, "negative": negative, "scale": scale, "beams": beams}
            | more
            | {"eos": eos, "new": NEW_TOKENS, "margin": round(gap, 6), "results": results}
        )

    generator = np.random.default_rng(5)
    for name in TINY:
        model = AutoModelForCausalLM.from_pretrained(HERE / "tiny" / name, torch_dtype=torch.float32)
        for length, other in ((1, 9), (7, 3), (20, None)):
            ids = [int(i) for i in generator.integers(0, model.config.vocab_size, length)]
            negative = other and [int(i) for i in generator.integers(0, model.config.vocab_size, other)]
            for scale, beams, more in SHAPES:
                add(name, model.eval(), ids, negative, scale, beams, more, 3, 1e-4)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(directory, torch_dtype=torch.float32).eval()
    for text, other in PAIRS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        negative = other and tokenizer.encode(other, add_special_tokens=False)
        for scale, beams, more in SHAPES:
            add("smollm2", model, ids, negative, scale, beams, more, 2, 1e-3)
    write_json(
        HERE / "guidance.json",
        {"versions": versions(), "script": "make_guidance.py", "excluded": excluded, "cases": cases},
    )


if __name__ == "__main__":
    main(sys.argv[1])
