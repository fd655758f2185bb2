"""Writes what transformers' beam searches make of random tables of logits.

    python make_beam.py            # writes beam-*.json beside this file

The model is a table: the logits after a sequence are a hash of a seed, its last two tokens and its length, exact in
float32, so that a test can compute them too (`BeamTable.swift`). Each case of the factorial is run with the first of
its seeds under which no two candidates that transformers compares come closer than 1e-4; the seeds that were passed
over are counted.

Axis "variant": plain beam search with min_new_tokens 0 and 4, groups with diversity penalty 0.5, and with 1.3 and
min_new_tokens 3; then the first again with repetition penalty 1.2 and no 2-gram twice.

Under a constraint (beam-constrained.json) `prefix_allowed_tokens_fn` is an automaton: from state q, token t is allowed
where (7 t + 11 q) mod 5 < width, and leads to state (q + t + 1) mod states; in state 0 the text may end. Where fewer
hypotheses than beams are alive, transformers fills up with some whose scores are -1e9 or lower: they are left out.
"""

import itertools
import json
import pathlib
import sys
import warnings

import numpy as np
import torch
import transformers
from transformers import GenerationMixin, PretrainedConfig, PreTrainedModel, StoppingCriteria
from transformers.generation import beam_search as scorer
from transformers.modeling_outputs import CausalLMOutput

VOCABULARY = 48
EOS = [3, 7]
EOS_BONUS = 1.5
PROMPT = [5, 9]
NEW_TOKENS = 12
MARGIN = 1e-4
MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15

torch.set_num_threads(1)
warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()


def mix(z):
    """The finaliser of SplitMix64, over arrays of uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def row(seed, tokens):
    with np.errstate(over="ignore"):
        state = np.uint64(seed)
        for word in (tokens[-2] + 1 if len(tokens) > 1 else 0, tokens[-1] + 1, len(tokens)):
            state = mix(state + np.uint64((word + 1) * GOLDEN & MASK))
        steps = np.arange(1, VOCABULARY + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        bits = mix(state + steps) >> np.uint64(40)
    logits = bits.astype(np.float32) * np.float32(2.0**-21)
    logits[EOS] += np.float32(EOS_BONUS)
    return logits


class Table(PreTrainedModel, GenerationMixin):
    config_class = PretrainedConfig

    def __init__(self, config):
        super().__init__(config)
        self.anchor = torch.nn.Parameter(torch.zeros(1))
        self.seed = 0

    def prepare_inputs_for_generation(self, input_ids, **_):
        return {"input_ids": input_ids}

    def forward(self, input_ids, **_):
        rows = np.stack([row(self.seed, tokens) for tokens in input_ids.tolist()])
        return CausalLMOutput(logits=torch.from_numpy(rows)[:, None, :])

    def _beam_search_has_unfinished_sequences(
        self, running, finished, is_finished, hits, length, limit, prompt, early, penalty
    ):
        if bool(is_finished.all()) and running[0, 0] > -1e8:
            reach = limit if early == "never" and penalty > 0 else length
            best = running[0, 0].item() / (reach - prompt) ** penalty
            note(abs(best - finished.min().item()))
        return super()._beam_search_has_unfinished_sequences(
            running, finished, is_finished, hits, length, limit, prompt, early, penalty
        )


closest = float("inf")


def note(gap):
    global closest
    closest = min(closest, gap)


def watch():
    """Makes every comparison of scores note how close it was."""
    topk, add, is_done, finalize = (
        torch.topk,
        scorer.BeamHypotheses.add,
        scorer.BeamHypotheses.is_done,
        scorer.BeamSearchScorer.finalize,
    )

    def watched_topk(values, k, *rest, **options):
        ranked = values.sort(dim=-1, descending=True)[0][:, : k + 1]
        gaps = (ranked[:, :-1] - ranked[:, 1:])[ranked[:, 1:] > -1e8]
        rows = values.view(-1, VOCABULARY) if values.shape[-1] % VOCABULARY == 0 else values
        # The beams of a group that is done are all the same, and nothing of them is used.
        is_idle = len(rows) > 1 and bool((rows == rows[0]).all())
        if gaps.numel() and not is_idle:
            note(gaps.min().item())
        return topk(values, k, *rest, **options)

    def watched_add(self, hypothesis, total, beam_indices=None, generated_len=None):
        score = total / generated_len**self.length_penalty
        for other, _, _ in self.beams:
            note(abs(score - other))
        return add(self, hypothesis, total, beam_indices, generated_len)

    def watched_is_done(self, best, length, prompt=0):
        if len(self) == self.num_beams:
            reach = self.max_length if self.early_stopping == "never" and self.length_penalty > 0 else length
            gap = abs(self.worst_score - best / (reach - prompt) ** self.length_penalty)
            # 0 is the best candidate itself, just added.
            note(gap or float("inf"))
        return is_done(self, best, length, prompt)

    def watched_finalize(self, *arguments, **options):
        result = finalize(self, *arguments, **options)
        pooled = [beam for group in self._beam_hyps for beam in group.beams]
        for (a, first, _), (b, second, _) in itertools.combinations(pooled, 2):
            if first.tolist() != second.tolist():
                note(abs(a - b))
        return result

    torch.topk = watched_topk
    scorer.BeamHypotheses.add = watched_add
    scorer.BeamHypotheses.is_done = watched_is_done
    scorer.BeamSearchScorer.finalize = watched_finalize


class StopAt(StoppingCriteria):
    """Ends a sequence after one of these tokens, as a stop string would."""

    def __init__(self, tokens):
        self.tokens = torch.tensor(tokens)

    def __call__(self, input_ids, scores, **_):
        return torch.isin(input_ids[:, -1], self.tokens)


def generate(model, case, seed, prompts=(PROMPT,)):
    model.seed = seed
    eos = EOS[: case["eos"]] or None
    options = dict(
        do_sample=False,
        num_beams=case["beams"],
        max_new_tokens=case["new"],
        min_new_tokens=case["min"] or None,
        eos_token_id=eos,
        pad_token_id=case.get("pad", eos[0] if eos else None),
        repetition_penalty=case.get("repetition"),
        no_repeat_ngram_size=case.get("ngram"),
        use_cache=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    if case["beams"] > 1:
        options |= dict(
            early_stopping=case["early"],
            length_penalty=float(case["length"]),
            num_return_sequences=case["beams"],
        )
    if case["groups"] > 1:
        options |= dict(num_beam_groups=case["groups"], diversity_penalty=case["diversity"])
    if case.get("states"):
        options["prefix_allowed_tokens_fn"] = lambda _, tokens: allowed(case, tokens.tolist())
    if case.get("stop"):
        options["stopping_criteria"] = [StopAt(case["stop"])]
    output = model.generate(torch.tensor(prompts), **options)
    scores = output.sequences_scores.tolist() if case["beams"] > 1 else [None]
    return [
        [cut(sequence[len(PROMPT) :], case, eos or []), score]
        for sequence, score in zip(output.sequences.tolist(), scores)
        if score is None or score > -1e6
    ]


def allowed(case, tokens):
    """What the automaton allows after the prompt and these tokens."""
    state = 0
    for token in tokens[len(PROMPT) :]:
        state = (state + token + 1) % case["states"]
    eos = EOS[: case["eos"]]
    ordinary = [
        token
        for token in range(VOCABULARY)
        if token not in eos and (7 * token + 11 * state) % 5 < case["width"]
    ]
    return ordinary + (eos if state == 0 else [])


def cut(tokens, case, eos):
    """The tokens up to the one that ended them. Padding is the first of the end-of-sequence tokens, or follows it."""
    ends = set(eos) | set(case.get("stop", []))
    for index, token in enumerate(tokens):
        if token in ends:
            return tokens[: index + 1]
    return [token for token in tokens if token >= 0]


def record(model, case, first_seed, passed):
    global closest
    for seed in itertools.count(first_seed):
        closest = float("inf")
        results = generate(model, case, seed)
        if closest >= MARGIN:
            break
        passed.append(closest)
        if seed - first_seed > 400:
            sys.exit(f"no seed for {case}")
    results = [[tokens, None if score is None else round(score, 6)] for tokens, score in results]
    return case | {"seed": seed, "results": results}


def write(name, cases, passed):
    body = {
        "made_by": "make_beam.py",
        "transformers": transformers.__version__,
        "torch": torch.__version__,
        "vocabulary": VOCABULARY,
        "eos": EOS,
        "eos_bonus": EOS_BONUS,
        "prompt": PROMPT,
        "excluded": len(passed),
    }
    text = json.dumps(body, separators=(", ", ": "))[:-1] + ', "cases": [\n'
    text += ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]}\n"
    (pathlib.Path(__file__).parent / name).write_text(text)
    print(name, len(cases), "cases,", len(passed), "excluded,", len(text), "bytes")


def main():
    watch()
    model = Table(PretrainedConfig(vocab_size=VOCABULARY, is_encoder_decoder=False)).eval()
    axes = list(
        itertools.product((False, True, "never"), (-1, 0, 1, 2), (1, 2), (0, 1, 2))
    )

    for groups, name in ((1, "beam-plain.json"), (2, "beam-groups.json")):
        cases, passed = [], []
        for beams in range(1, 9):
            for count in [1] if groups == 1 else [g for g in (2, 4) if beams % g == 0]:
                for early, length, eos, variant in axes:
                    case = dict(
                        beams=beams, groups=count, early=early, length=length, eos=eos,
                        new=NEW_TOKENS, min=[0, 4, 0][variant],
                    )  # fmt: skip
                    if groups > 1:
                        case |= dict(diversity=[0.5, 1.3, 0.5][variant], min=[0, 3, 0][variant])
                    if variant == 2:
                        case |= dict(repetition=1.2, ngram=2)
                    cases.append(record(model, case, 1000 * len(cases), passed))
        write(name, cases, passed)

    cases, passed = [], []
    for beams, early, length in itertools.product((2, 3, 5), (False, True, "never"), (0, 1)):
        # So many tokens end a sequence that now and then all candidates of a step do.
        for eos, stop in ((1, [4, 11, 20, 33]), (0, list(range(8, 40))), (1, list(range(4, 47)))):
            case = dict(
                beams=beams, groups=1, early=early, length=length, eos=eos, new=NEW_TOKENS, min=0,
                stop=stop,
            )  # fmt: skip
            cases.append(record(model, case, 1000 * len(cases), passed))
    for beams, groups, new in ((3, 1, 6), (4, 2, 6), (1, 1, 1), (4, 1, 1), (4, 2, 1), (8, 4, 2)):
        for eos, early in itertools.product((0, 1, 2), (False, True, "never")):
            case = dict(
                beams=beams, groups=groups, early=early, length=1, eos=eos, new=new, min=0
            )
            if groups > 1:
                case |= dict(diversity=0.5)
                if eos == 0:
                    case |= dict(pad=0)
            cases.append(record(model, case, 1000 * len(cases), passed))
    for pad, early in itertools.product((0, 21, 40), (False, True, "never")):
        case = dict(
            beams=6, groups=3, early=early, length=0, eos=2, new=NEW_TOKENS, min=0, diversity=1.3,
            pad=pad,
        )  # fmt: skip
        cases.append(record(model, case, 1000 * len(cases), passed))
    write("beam-edges.json", cases, passed)

    cases, passed = [], []
    for groups, beams in ((1, 1), (1, 2), (1, 3), (1, 5), (2, 4), (3, 6)):
        for early, length, eos, states, width in itertools.product(
            (False, True, "never"), (0, 1), (0, 1, 2), (2, 5), (1, 3)
        ):
            case = dict(
                beams=beams, groups=groups, early=early, length=length, eos=eos, new=8, min=0,
                states=states, width=width,
            )  # fmt: skip
            if groups > 1:
                case |= dict(diversity=0.5, pad=0)
            cases.append(record(model, case, 1000 * len(cases), passed))
    write("beam-constrained.json", cases, passed)


if __name__ == "__main__":
    main()
