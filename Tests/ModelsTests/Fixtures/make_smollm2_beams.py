"""What transformers' beam searches make of SmolLM2-135M-Instruct (Q4_1 GGUF, dequantised by transformers).

    python make_smollm2_beams.py DIRECTORY

DIRECTORY is that of `make_smollm2.py`. Writes `smollm2-beams.json`. A case is left out, and counted, where a decision
hangs on less than 1e-3: what lives on, what may be a result, how results rank, and whether a search is over.
"""

import sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.generation import beam_search as scorer

from parity import HERE, versions, write_json

PROMPTS = [
    "Once upon a time, in a small village by the sea,",
    "<|im_start|>user\nName three colours.<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "def fibonacci(n):\n    if n < 2:\n        return n\n    return ",
    "<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n",
]
MARGIN = 1e-3
NEW_TOKENS = 24
EOS = 2

closest = float("inf")


def note(gap):
    global closest
    closest = min(closest, abs(gap))


def watch(model):
    """Makes every comparison of scores that decides something note how close it was."""
    topk, add, is_done, finalize = (
        torch.topk,
        scorer.BeamHypotheses.add,
        scorer.BeamHypotheses.is_done,
        scorer.BeamSearchScorer.finalize,
    )
    is_unfinished = type(model)._beam_search_has_unfinished_sequences

    def watched_topk(values, k, *rest, **options):
        ranked, tokens = values[0].sort(descending=True)
        ranked = ranked[: k + 1].tolist()
        if values.shape[-1] % model.config.vocab_size == 0:
            # The candidates of a step, twice as many as beams: what may end, and what may live on.
            size = k // 2
            ends = [token % model.config.vocab_size == EOS for token in tokens[: k + 1].tolist()]
            living = [score for score, end in zip(ranked, ends) if not end]
            note(living[size - 1] - living[size])
            if any(ends):
                note(ranked[size - 1] - ranked[size])
        elif values.shape[-1] == 2 * k:
            pass  # What lives on, out of the candidates: seen above.
        else:
            ranked = [score for score in ranked if score > -1e8]
            for a, b in zip(ranked, ranked[1:]):
                note(a - b)
        return topk(values, k, *rest, **options)

    def watched_is_unfinished(
        running, finished, is_finished, hits, length, limit, prompt, early, penalty
    ):
        if bool(is_finished.all()) and running[0, 0] > -1e8:
            reach = limit if early == "never" and penalty > 0 else length
            note(running[0, 0].item() / (reach - prompt) ** penalty - finished.min().item())
        return is_unfinished(
            running, finished, is_finished, hits, length, limit, prompt, early, penalty
        )

    def watched_add(self, hypothesis, total, beam_indices=None, generated_len=None):
        for other, _, _ in self.beams:
            note(total / generated_len**self.length_penalty - other)
        return add(self, hypothesis, total, beam_indices, generated_len)

    def watched_is_done(self, best, length, prompt=0):
        if len(self) == self.num_beams:
            reach = self.max_length if self.early_stopping == "never" and self.length_penalty > 0 else length
            gap = self.worst_score - best / (reach - prompt) ** self.length_penalty
            note(gap or float("inf"))  # 0 is the best candidate itself, just added.
        return is_done(self, best, length, prompt)

    def watched_finalize(self, *arguments, **options):
        result = finalize(self, *arguments, **options)
        pooled = sorted(beam[0] for group in self._beam_hyps for beam in group.beams)
        for a, b in zip(pooled, pooled[1:]):
            note(b - a)
        return result

    torch.topk = watched_topk
    type(model)._beam_search_has_unfinished_sequences = staticmethod(watched_is_unfinished)
    scorer.BeamHypotheses.add = watched_add
    scorer.BeamHypotheses.is_done = watched_is_done
    scorer.BeamSearchScorer.finalize = watched_finalize


def main(directory):
    global closest
    torch.set_num_threads(1)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
    model = AutoModelForCausalLM.from_pretrained(directory, torch_dtype=torch.float32).eval()
    watch(model)
    shapes = [
        (4, 1, 0.0, False, 1.0),
        (5, 1, 0.0, True, 1.0),
        (4, 1, 0.0, "never", 2.0),
        (5, 1, 0.0, False, -1.0),
        (4, 2, 0.5, False, 1.0),
        (4, 4, 1.3, True, 0.0),
        (4, 2, 1.3, "never", 1.0),
    ]
    cases, excluded = [], 0
    for text in PROMPTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        for beams, groups, diversity, early, length in shapes:
            closest = float("inf")
            options = {} if groups == 1 else dict(num_beam_groups=groups, diversity_penalty=diversity)
            output = model.generate(
                torch.tensor([ids]),
                attention_mask=torch.ones(1, len(ids), dtype=torch.long),
                do_sample=False,
                num_beams=beams,
                num_return_sequences=beams,
                early_stopping=early,
                length_penalty=length,
                max_new_tokens=NEW_TOKENS,
                eos_token_id=EOS,
                pad_token_id=EOS,
                return_dict_in_generate=True,
                output_scores=True,
                **options,
            )
            print(len(cases), beams, groups, early, closest, file=sys.stderr, flush=True)
            if closest < MARGIN:
                excluded += 1
                continue
            results = []
            for sequence, score in zip(output.sequences.tolist(), output.sequences_scores.tolist()):
                tokens = sequence[len(ids) :]
                if EOS in tokens:
                    tokens = tokens[: tokens.index(EOS) + 1]
                results.append({"tokens": tokens, "score": round(score, 6)})
            cases.append(
                {
                    "prompt": ids,
                    "beams": beams,
                    "groups": groups,
                    "diversity": diversity,
                    "early": str(early).lower(),
                    "length": length,
                    "new": NEW_TOKENS,
                    "margin": round(closest, 6),
                    "results": results,
                }
            )
    write_json(
        HERE / "smollm2-beams.json",
        {
            "versions": versions(),
            "script": "make_smollm2_beams.py",
            "eos": EOS,
            "excluded": excluded,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    main(sys.argv[1])
