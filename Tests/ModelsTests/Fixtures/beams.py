"""Beam searches of transformers, watched: what they give, and how close their decisions were.

A case is certain where no decision hangs on less than `MARGIN`: what lives on, what may be a result, how results rank,
whether a search is over, and, with one beam, which token is best. Sums of log-probabilities are compared as they are.
Scores that a length penalty has made small or great are compared by the share that they differ in, since rounding is
made small or great with them.
"""

import contextlib

import torch
from transformers.generation import beam_search as scorer

MARGIN = 1e-3
NEW_TOKENS = 24


class Watch:
    """How close the closest decision of a search was."""

    def __init__(self, model, eos, penalty):
        self.model, self.eos, self.penalty, self.closest = model, eos, penalty, float("inf")
        self.candidates_per_beam = max(2, 1 + len(eos))

    def note(self, gap):
        self.closest = min(self.closest, abs(gap))

    def note_scores(self, a, b):
        size = max(abs(a), abs(b), 1e-9)
        self.note((a - b) / (size if self.penalty < 0 else min(1, size)))

    def topk(self, original):
        vocabulary = self.model.config.vocab_size

        def watched(values, k, *rest, **options):
            ranked, tokens = values[0].sort(descending=True)
            ranked = ranked[: k + 1].tolist()
            if values.shape[-1] % vocabulary == 0:
                # The candidates of a step: what may end, and what may live on.
                size = k // self.candidates_per_beam
                ends = [token % vocabulary in self.eos for token in tokens[: k + 1].tolist()]
                living = [score for score, end in zip(ranked, ends) if not end]
                self.note(living[size - 1] - living[size])
                if any(ends):
                    self.note(ranked[size - 1] - ranked[size])
            elif values.shape[-1] == self.candidates_per_beam * k:
                pass  # What lives on, out of the candidates: seen above.
            else:
                ranked = [score for score in ranked if score > -1e8]
                for a, b in zip(ranked, ranked[1:]):
                    self.note_scores(a, b)
            return original(values, k, *rest, **options)

        return watched

    def argmax(self, original):
        def watched(values, *rest, **options):
            if values.shape[-1] == self.model.config.vocab_size:
                best = values[0].sort(descending=True).values[:2].tolist()
                self.note(best[0] - best[1])
            return original(values, *rest, **options)

        return watched

    def is_unfinished(self, original):
        def watched(running, finished, is_finished, hits, length, limit, prompt, early, penalty):
            if bool(is_finished.all()) and running[0, 0] > -1e8:
                reach = limit if early == "never" and penalty > 0 else length
                best = running[0, 0].item() / (reach - prompt) ** penalty
                self.note_scores(best, finished.min().item())
            return original(
                running, finished, is_finished, hits, length, limit, prompt, early, penalty
            )

        return staticmethod(watched)

    def add(self, original):
        def watched(pool, hypothesis, total, beam_indices=None, generated_len=None):
            for other, _, _ in pool.beams:
                self.note_scores(total / generated_len**pool.length_penalty, other)
            return original(pool, hypothesis, total, beam_indices, generated_len)

        return watched

    def is_done(self, original):
        def watched(pool, best, length, prompt=0):
            if len(pool) == pool.num_beams:
                to_the_end = pool.early_stopping == "never" and pool.length_penalty > 0
                reach = pool.max_length if to_the_end else length
                score = best / (reach - prompt) ** pool.length_penalty
                if score != pool.worst_score:  # Else it is the best candidate itself, just added.
                    self.note_scores(pool.worst_score, score)
            return original(pool, best, length, prompt)

        return watched

    def finalize(self, original):
        def watched(beams, *arguments, **options):
            result = original(beams, *arguments, **options)
            pooled = sorted(beam[0] for group in beams._beam_hyps for beam in group.beams)
            for a, b in zip(pooled, pooled[1:]):
                self.note_scores(b, a)
            return result

        return watched

    @contextlib.contextmanager
    def watching(self):
        """Makes every comparison of scores that decides something note how close it was."""
        places = [
            (torch, "topk", self.topk),
            (torch, "argmax", self.argmax),
            (type(self.model), "_beam_search_has_unfinished_sequences", self.is_unfinished),
            (scorer.BeamHypotheses, "add", self.add),
            (scorer.BeamHypotheses, "is_done", self.is_done),
            (scorer.BeamSearchScorer, "finalize", self.finalize),
        ]
        originals = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
        try:
            for (owner, name, watched), (_, _, original) in zip(places, originals):
                setattr(owner, name, watched(original))
            yield self
        finally:
            for owner, name, original in originals:
                is_static = name == "_beam_search_has_unfinished_sequences"
                setattr(owner, name, staticmethod(original) if is_static else original)


def search(model, ids, *, beams, groups, diversity, early, length, eos, penalties=None):
    """One search as a case of a fixture; `None` where it isn't certain."""
    options = dict(penalties or {})
    if groups > 1:
        options.update(num_beam_groups=groups, diversity_penalty=diversity)
    if beams > 1:
        options.update(early_stopping=early, length_penalty=length, output_scores=True)
    with Watch(model, eos, length).watching() as watch:
        output = model.generate(
            torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            do_sample=False,
            num_beams=beams,
            num_return_sequences=beams,
            max_new_tokens=NEW_TOKENS,
            eos_token_id=eos,
            pad_token_id=eos[0],
            return_dict_in_generate=True,
            **options,
        )
    if watch.closest < MARGIN:
        return None
    scores = output.sequences_scores.tolist() if beams > 1 else [None]
    results = []
    for sequence, score in zip(output.sequences.tolist(), scores):
        tokens = sequence[len(ids) :]
        end = next((i + 1 for i, token in enumerate(tokens) if token in eos), len(tokens))
        results.append({"tokens": tokens[:end]} | ({} if score is None else {"score": round(score, 6)}))
    return {
        "prompt": ids,
        "beams": beams,
        "groups": groups,
        "diversity": diversity,
        "early": str(early).lower(),
        "length": length,
        **({} if penalties is None else penalties),
        "new": NEW_TOKENS,
        "margin": round(watch.closest, 6),
        "results": results,
    }
