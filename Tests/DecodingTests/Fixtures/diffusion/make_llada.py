"""Writes llada.json: the canvas after each step of LLaDA's greedy loop over random tables of logits.

The loop is that of the paper (Nie et al. 2025, arXiv 2502.09992, algorithm 4 and its appendix) and of the README of
ML-GSAI/LLaDA, written anew: temperature 0, remasking "low_confidence", no guidance. Blocks from left to right; in
each, the masks are shared out over the steps of the block, what is left over going to the first ones; a step takes
the best token at every mask of the block and keeps those of the highest probability.

The model is a table. The logits at a position of a canvas are a hash of a seed, the text before the canvas, the
canvas and the position, exact in float32, so that a test can compute them too (`DiffusionTable.swift`). As a block of
`decode` sees no block after it, nor does a row of this table; the loop reads the rows of its own block alone. The
mask has no logit. Each case has the first seed under which no two probabilities or logits that the loop compares
come closer than 1e-6.

Run: python make_llada.py
"""

import json
import math
import pathlib

MASK64 = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK64
    return z ^ (z >> 31)


def row(seed, text, canvas, position, vocabulary):
    """The logits at a position of a canvas after a text: multiples of 2^-21 from 0 to 8, the mask's left out."""
    state = seed
    for word in [len(text), *text, len(canvas), *canvas, position]:
        state = mix((state + (word + 1) * GOLDEN) & MASK64)
    return [
        (mix((state + (token + 1) * GOLDEN) & MASK64) >> 40) * 2.0**-21
        for token in range(vocabulary - 1)
    ]


class TooClose(Exception):
    pass


def best(values, key):
    """The index of the greatest value."""
    order = sorted(range(len(values)), key=lambda index: -key(values[index]))
    if len(order) > 1 and key(values[order[0]]) - key(values[order[1]]) < 1e-6:
        raise TooClose
    return order[0]


def shares(masks, steps):
    """How many masks each step fills."""
    return [masks // steps + (index < masks % steps) for index in range(steps)]


def generate(seed, prompt, length, block, steps, vocabulary):
    """The generated part after each step, blocks that haven't begun left out."""
    mask = vocabulary - 1
    x = list(prompt) + [mask] * length
    canvases = []
    for begin in range(len(prompt), len(x), block):
        places = range(begin, begin + block)
        for share in shares(sum(x[place] == mask for place in places), steps * block // length):
            found = []
            for place in places:
                if x[place] != mask:
                    continue
                logits = row(seed, x[:begin], x[begin:begin + block], place - begin, vocabulary)
                token = best(logits, lambda logit: logit)
                total = math.fsum(math.exp(logit - logits[token]) for logit in logits)
                found.append((1 / total, place, token))
            found.sort(reverse=True)
            if share < len(found) and found[share - 1][0] - found[share][0] < 1e-6:
                raise TooClose
            for _, place, token in found[:share]:
                x[place] = token
            canvases.append(x[begin:begin + block])
    assert mask not in x
    return canvases


CASES = [
    # prompt, length, block, steps, vocabulary
    ([3], 8, 8, 8, 12), ([3], 8, 8, 3, 12), ([3], 8, 8, 1, 12), ([1, 4, 1, 5], 16, 16, 5, 30),
    ([2, 7], 16, 4, 16, 30), ([2, 7], 16, 4, 8, 30), ([2, 7], 16, 4, 4, 30), ([2, 7], 16, 1, 16, 30),
    ([0, 9, 2], 24, 12, 10, 100), ([0, 9, 2], 24, 12, 14, 100), ([5] * 7, 30, 10, 12, 50),
    ([6, 1], 32, 32, 9, 64), ([6, 1], 64, 32, 32, 64), ([3], 12, 6, 2, 5),
]

cases = []
for number, (prompt, length, block, steps, vocabulary) in enumerate(CASES):
    for seed in range(1000 * number, 1000 * number + 100):
        try:
            canvases = generate(seed, prompt, length, block, steps, vocabulary)
        except TooClose:
            continue
        cases.append({
            "seed": seed, "prompt": prompt, "length": length, "block_length": block, "steps": steps,
            "vocabulary": vocabulary, "canvases": canvases,
        })
        break
assert len(cases) == len(CASES)
path = pathlib.Path(__file__).with_name("llada.json")
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
path.write_text("[\n" + lines + "\n]\n")
print(len(cases), path.stat().st_size)
