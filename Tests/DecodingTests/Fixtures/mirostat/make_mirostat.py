"""Writes mirostat.json: what llama.cpp's mirostat samplers make of rows of logits, step by step.

Each case is a chain of steps of one sampler, so that what it learns carries over. A row is a hash of the case and the
step, which the test computes too. Told of each step: how many candidates are left, which are the
best ones, and the token that was drawn. Steps of version 1 whose count is within 1e-3 of a whole number end a case:
float32 decides them. So do steps whose count is beyond a C int, which is what it is cast to there.

Needs llama-cpp-python. Run: python make_mirostat.py
"""

import ctypes
import json
import math
import pathlib

import llama_cpp

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(value):
    """The finaliser of SplitMix64."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def row(seed, step, count, spread):
    """Logits: squares of uniform numbers, so that there are few great ones."""
    state = mix((seed + (step + 1) * GOLDEN) & MASK)
    uniform = [(mix((state + (i + 1) * GOLDEN) & MASK) >> 44) / 2**20 for i in range(count)]
    return [spread * u * u for u in uniform]


def count_of_version_1(logits, mu):
    """The count before it is rounded down, in double precision."""
    greatest = sorted(logits, reverse=True)[:100]
    steps = [math.log((i + 2) / (i + 1)) for i in range(len(greatest) - 1)]
    drops = [a - b for a, b in zip(greatest, greatest[1:])]
    s = sum(t * b for t, b in zip(steps, drops)) / sum(t * t for t in steps)
    e = s - 1
    try:
        return ((e * 2**mu) / (1 - len(logits) ** -e)) ** (1 / s)
    except OverflowError:
        return math.inf


def case(version, seed, count, spread, tau, eta, steps):
    """Runs one sampler over the rows of a case."""
    if version == 1:
        sampler = llama_cpp.llama_sampler_init_mirostat(count, seed, tau, eta, 100)
    else:
        sampler = llama_cpp.llama_sampler_init_mirostat_v2(seed, tau, eta)
    mu = 2 * tau
    result = []
    for step in range(steps):
        logits = row(seed, step, count, spread)
        if version == 1:
            k = count_of_version_1(logits, mu)
            if k >= 2**31 or 0.5 < k < count and abs(k - round(k)) < 1e-3:
                break
        data = (llama_cpp.llama_token_data * count)(
            *[llama_cpp.llama_token_data(i, logit, 0.0) for i, logit in enumerate(logits)])
        array = llama_cpp.llama_token_data_array(data, count, -1, False)
        llama_cpp.llama_sampler_apply(sampler, ctypes.byref(array))
        left = [data[i] for i in range(array.size)]
        drawn = left[array.selected]
        mu -= eta * (-math.log2(drawn.p) - tau)
        result.append({
            "count": array.size, "best": [d.id for d in left[:8]],
            "token": drawn.id, "probability": drawn.p,
        })
    llama_cpp.llama_sampler_free(sampler)
    return {
        "version": version, "seed": seed, "vocabulary": count, "spread": spread, "tau": tau,
        "eta": eta, "steps": result,
    }


cases = [
    case(version, 17 * version + index, count, spread, tau, eta, 40)
    for version in (1, 2)
    for index, (count, spread, tau, eta) in enumerate([
        (64, 8, 3, 0.1), (64, 20, 1, 0.3), (500, 12, 5, 0.1), (500, 20, 3, 1), (2000, 40, 4, 0.2),
        (32, 30, 0.5, 0.1),
    ])
]
path = pathlib.Path(__file__).with_name("mirostat.json")
path.write_text(json.dumps({"llama_cpp_python": llama_cpp.__version__, "cases": cases}))
print([len(c["steps"]) for c in cases])
