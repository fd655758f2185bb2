"""Writes diffusion_gemma.json: temperatures, accepted positions and stops of transformers' DiffusionGemma.

Three parts of its loop are functions of the logits alone, whatever the model and the noise: the linear schedule of
temperatures, the positions that the entropy bound accepts at each step, and the stop where the most probable tokens
are stable and the mean entropy is low. Each case runs transformers' own classes over the steps of a canvas, as
`DiffusionGemmaGenerationMixin.generate` does (the number of steps that remain counts down from N to 1), until they
stop or the steps are over.

The logits of a step are a hash of a seed, the step and the position, computed in float32, so that a test can do it
too (`DiffusionTable.swift`). They are multiplied by a number that grows from step to step, and the hash of a position
changes with the step up to the step `still`. Each case has the first seed under which no entropy decides by less than
1e-4 (1e-5 for the mean), and no two best logits come closer than 1e-5.

Run with transformers 5.24.0 and torch 2.13.0: python make_diffusion_gemma.py
"""

import json
import pathlib

import numpy as np
import torch
from transformers.models.diffusion_gemma.generation_diffusion_gemma import (
    EntropyBoundSampler, EntropyBoundSamplerConfig, LinearTemperatureScheduleLogitsProcessor,
    StableAndConfidentStoppingCriteria,
)

torch.set_num_threads(1)

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mix(z):
    """The finaliser of SplitMix64, over arrays of uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def table(case, step):
    """The logits in a step: multiples of 2^-16 from 0 to 8, times an integer below 256. [length, vocabulary]"""
    state = np.full((case["length"], 1), case["seed"], dtype=np.uint64)
    positions = np.arange(case["length"], dtype=np.uint64)[:, None]
    for word in [np.full((1, 1), min(step, case["still"]), dtype=np.uint64), positions]:
        state = mix(state + (word + np.uint64(1)) * GOLDEN)
    tokens = np.arange(1, case["vocabulary"] + 1, dtype=np.uint64)
    factor = 1 + step * case["growth"]
    return (mix(state + tokens * GOLDEN) >> np.uint64(45)).astype(np.float32) * 2.0**-16 * factor


def run(case):
    """What happens at each step; None where rounding decides."""
    length, steps = case["length"], case["steps"]
    schedule = LinearTemperatureScheduleLogitsProcessor(case["t_min"], case["t_max"], steps)
    sampler = EntropyBoundSampler(
        EntropyBoundSamplerConfig(case["entropy_bound"]), length, case["vocabulary"], steps)
    stop = StableAndConfidentStoppingCriteria(case["stability"], case["confidence"])
    told = []
    for step in range(steps):
        remaining = torch.tensor(steps - step, dtype=torch.int32)
        raw = torch.from_numpy(table(case, step).astype(np.float32))[None]
        logits = schedule(None, raw, cur_step=remaining)
        top = raw.topk(2, dim=-1).values
        if (top[..., 0] - top[..., 1]).min() < 1e-5:
            return None
        # Which tokens are drawn and what stands in the canvas bears on none of this.
        zeros = torch.zeros((1, length), dtype=torch.long)
        accepted = sampler.accept_canvas(zeros, zeros + 1, logits, remaining)
        best = logits.argmax(-1)
        ends = bool(stop(best, logits)[0])
        temperature = case["t_min"] + (case["t_max"] - case["t_min"]) * ((steps - step) / steps)
        exact = torch.distributions.Categorical(logits=raw.double() / temperature).entropy()[0]
        ordered = exact.sort().values
        sums = ordered.cumsum(0) - ordered
        count = int(accepted.sum())
        if (sums - case["entropy_bound"]).abs().min() < 1e-4 or (
            count < length and ordered[count] - ordered[count - 1] < 1e-4
        ):
            return None
        if abs(float(exact.mean()) - case["confidence"]) < 1e-5:
            return None
        told.append({
            "temperature": round(temperature, 12), "accepted": accepted[0].nonzero().flatten().tolist(),
            "best": best[0].tolist(), "mean_entropy": round(float(exact.mean()), 6), "stops": ends,
        })
        if ends:
            break
    return told


SHAPES = [
    # length, vocabulary, steps, t_min, t_max, entropy_bound, stability, confidence, growth, still
    (16, 30, 48, 0.4, 0.8, 0.1, 1, 0.05, 1, 20), (16, 30, 48, 0.4, 0.8, 0.1, 1, 0.02, 2, 6),
    (16, 30, 12, 0.4, 0.8, 0.1, 2, 0.1, 1, 4), (16, 30, 12, 0.4, 0.8, 0.1, 0, 0.3, 1, 12),
    (16, 30, 12, 0.4, 0.8, 0.1, 3, 0.3, 2, 1), (24, 12, 8, 0.1, 1.5, 0.5, 1, 0.2, 0, 3),
    (24, 12, 8, 0.1, 1.5, 2.0, 1, 0.0001, 0, 3), (8, 50, 6, 1.0, 2.0, 3.0, 1, 0.5, 1, 2),
    (1, 10, 4, 0.4, 0.8, 0.1, 1, 0.3, 1, 2), (32, 20, 20, 0.4, 0.8, 0.02, 1, 0.05, 1, 9),
    (12, 40, 1, 0.4, 0.8, 0.1, 0, 0.005, 0, 0), (16, 30, 10, 0.4, 0.8, 40.0, 1, 0.005, 0, 10),
]
NAMES = (
    "length", "vocabulary", "steps", "t_min", "t_max", "entropy_bound", "stability", "confidence",
    "growth", "still",
)

cases = []
for number, shape in enumerate(SHAPES):
    for seed in range(1000 * number, 1000 * number + 200):
        case = {"seed": seed, **dict(zip(NAMES, shape))}
        told = run(case)
        if told is not None:
            cases.append({**case, "told": told})
            break
assert len(cases) == len(SHAPES), len(cases)
# Some stop, at different steps, and some never do; steps accept from one position to all.
ends = [len(case["told"]) for case in cases if case["told"][-1]["stops"]]
counts = {len(step["accepted"]) for case in cases for step in case["told"]}
assert len(set(ends)) >= 4 and any(not case["told"][-1]["stops"] for case in cases), ends
assert 1 in counts and len(counts) > 8, counts
path = pathlib.Path(__file__).with_name("diffusion_gemma.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text("[\n" + lines + "\n]\n")
print(len(cases), path.stat().st_size, ends, sorted(counts))
