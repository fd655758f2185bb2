"""Writes statistics.json: what scipy, statsmodels and confseq make of numbers, for what they compute in the same way.

Run with scipy 1.17.1, statsmodels 0.15.0 and the sources of confseq 0.0.11 on PYTHONPATH (its betting module alone is
needed, which imports matplotlib, multiprocess and numpy): python make_statistics.py
"""

import itertools
import json
import math
import pathlib
import random

import numpy as np
import scipy.stats

np.float_ = np.float64  # a name that NumPy 2 lacks and confseq uses

from confseq.betting import betting_mart, logical_cs  # noqa: E402
from statsmodels.stats.multitest import multipletests  # noqa: E402
from statsmodels.stats.power import normal_power  # noqa: E402

chance = random.Random(7)


def numbers(count):
    return [round(chance.uniform(0, 1), 3) for _ in range(count)]


betting = []
for count, population in [(1, 4), (9, 9), (20, 64), (50, 1000)]:
    x = numbers(count) if count != 20 else [float(chance.random() < 0.3) for _ in range(count)]
    means = [0.05, 0.2, 0.35, 0.5, 0.61, 0.8, 0.97]
    capitals = [float(betting_mart(np.array(x), m, alpha=0.05, N=population)[-1]) for m in means]
    betting.append({
        "numbers": x, "population": population, "means": means,
        "capitals": [c if math.isfinite(c) else None for c in capitals],
        "logical": [float(end[-1]) for end in logical_cs(np.array(x), population)],
    })

power = []
for deviation in [0.5, 3.0]:
    for count in [4, 16, 140]:
        low, high = 0.0, 100.0
        for _ in range(200):
            middle = (low + high) / 2
            if normal_power(middle / deviation, count, 0.05) < 0.8:
                low = middle
            else:
                high = middle
        power.append({"deviation": deviation, "count": count, "difference": low})

# A paired randomisation test takes every assignment of signs; so does scipy's permutation test of paired samples.
randomization = []
for count in [3, 6, 9]:
    left, right = numbers(count), numbers(count)
    test = scipy.stats.permutation_test(
        (np.array(left), np.array(right)), lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples", n_resamples=np.inf, vectorized=True)
    randomization.append({"left": left, "right": right, "p": float(test.pvalue)})

# The interval that a two-sided sign test at 5 % doesn't refuse: by its definition, every difference taken off in turn.
subsets = []
for count in [6, 8, 11]:
    d = [round(chance.gauss(0.3, 1), 3) for _ in range(count)]
    means = sorted(
        sum(part) / len(part)
        for size in range(1, count + 1) for part in itertools.combinations(d, size))
    place = int(0.025 * 2**count + 1e-9)
    subsets.append({"numbers": d, "lower": means[place - 1], "upper": means[-place]})

holm = [round(chance.random() ** 3, 4) for _ in range(9)]

variance = []
for prompts, samples in [(5, 3), (12, 2)]:
    groups = [[round(chance.gauss(centre, 1), 3) for _ in range(samples)]
              for centre in numbers(prompts)]
    variance.append({"groups": groups, "f": float(scipy.stats.f_oneway(*groups).statistic)})

best = []
for values in [sorted(numbers(6)), sorted(numbers(9))]:
    best.append({
        "values": values,
        "curve": [
            float(np.mean([max(part) for part in itertools.combinations(values, m)]))
            for m in range(1, len(values) + 1)
        ],
    })

pathlib.Path(__file__).with_name("statistics.json").write_text(json.dumps({
    "betting": betting, "power": power, "randomization": randomization, "subsets": subsets,
    "holm": {"p": holm, "adjusted": [float(p) for p in multipletests(holm, method="holm")[1]]},
    "variance": variance, "best": best,
}, indent=None, separators=(", ", ": ")) + "\n")
