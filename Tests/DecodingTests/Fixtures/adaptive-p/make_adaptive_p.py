"""Writes adaptive_p.json: what llama.cpp's rule of adaptive-p makes of rows of logits, step by step.

The rule is that of `llama_sampler_adaptive_p` (llama.cpp, src/llama-sampler.cpp), written out in float32: softmax; the
target less what the average of the probabilities drawn is above it; 5 - 10 d^2 / (1 + d) in the place of each logit, d the
distance of its probability from that in units of 0.3; the probability of what was drawn, before all that, goes into the
average. A row is a hash of the case and the step, which the test computes too. Told of each step: the target that was
adapted, the first logits that it made, the token that was drawn, and its probability before.

Run: python make_adaptive_p.py
"""

import json
import pathlib

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
F = np.float32


def mix(value):
    """The finaliser of SplitMix64."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def row(seed, step, count, spread):
    """Logits: squares of uniform numbers, so that there are few great ones."""
    state = mix((seed + (step + 1) * GOLDEN) & MASK)
    uniform = [(mix((state + (i + 1) * GOLDEN) & MASK) >> 44) / 2**20 for i in range(count)]
    return np.array([spread * u * u for u in uniform], dtype=F)


def softmax(logits):
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def case(seed, count, spread, target, decay, steps):
    rng = np.random.default_rng(seed)
    weighted, total = F(target) / (F(1) - F(decay)), F(1) / (F(1) - F(decay))
    result = []
    for step in range(steps):
        logits = row(seed, step, count, spread)
        if step % 3 == 2:
            logits[1] = -np.inf
        probabilities = softmax(logits)
        adapted = F(np.clip(F(2) * F(target) - weighted / total, 0, 1))
        distance = np.abs((probabilities - adapted) * F(1 / 0.3))
        moved = np.where(np.isinf(logits), logits, F(5) - F(10) * distance * distance / (F(1) + distance))
        token = int(rng.choice(count, p=softmax(moved).astype(float) / softmax(moved).astype(float).sum()))
        result.append({
            "target": float(adapted),
            "logits": [None if np.isinf(x) else float(x) for x in moved[:6]],
            "token": token, "probability": float(probabilities[token])})
        weighted = probabilities[token] + F(decay) * weighted
        total = F(1) + F(decay) * total
    return {"seed": seed, "vocabulary": count, "spread": spread, "target": target, "decay": decay, "steps": result}


cases = [
    case(seed, count, spread, target, decay, 8)
    for seed, (count, spread, target, decay) in enumerate(
        [(12, 4.0, 0.5, 0.9), (12, 8.0, 0.3, 0.9), (40, 9.0, 0.0, 0.5), (40, 6.0, 1.0, 0.9), (300, 12.0, 0.2, 0.99),
         (7, 2.0, 0.7, 0.0)], start=1)]
path = pathlib.Path(__file__).with_name("adaptive_p.json")
path.write_text(json.dumps({"cases": cases}, indent=None) + "\n")
