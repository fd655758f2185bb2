"""What numpy makes of the definitions of DeepConf (arXiv 2508.15260) and self-certainty's Borda votes (arXiv 2502.18581).

    python3 make_confidence.py > confidence.json      (numpy 2)
"""
import json
import numpy

rng = numpy.random.default_rng(3)


def windows(tokens, size):
    if len(tokens) <= size:
        return numpy.array([tokens.mean()])
    return numpy.lib.stride_tricks.sliding_window_view(tokens, size).mean(axis=1)


def measures(tokens, size):
    means = numpy.sort(windows(tokens, size))
    return {
        "mean": tokens.mean(),
        "tail": tokens[-size:].mean(),
        "bottom-group": means[: max(1, int(len(means) * 0.1))].mean(),
        "lowest-group": means[0],
    }


def votes(confidences, answers, top, power):
    kept = confidences >= numpy.percentile(confidences, 100 * (1 - top)) if top < 1 else confidences > -1
    weights = numpy.where(kept, confidences, 0)
    if power > 0:
        order = sorted(numpy.flatnonzero(kept), key=lambda index: -confidences[index])
        weights = numpy.zeros(len(confidences))
        for rank, index in enumerate(order, 1):
            weights[index] = (len(order) - rank + 1) ** power
    total = {answer: weights[answers == answer].sum() for answer in sorted(set(answers))}
    return {"weights": weights.tolist(),
            "shares": {str(answer): float(sum / weights.sum()) for answer, sum in total.items()}}


cases = []
for count, size in [(1, 4), (3, 4), (4, 4), (5, 4), (40, 4), (57, 8), (33, 64)]:
    tokens = rng.gamma(4, 3, count).round(6)
    cases.append({"tokens": tokens.tolist(), "window": size,
                  "values": {name: float(value) for name, value in measures(tokens, size).items()}})
elections = []
for count in [1, 2, 5, 11, 16]:
    confidences = rng.gamma(4, 3, count).round(6)
    answers = rng.integers(0, 3, count)
    for top in [1, 0.9, 0.5, 0.1]:
        for power in [0, 0.3, 1, 2.5]:
            elections.append({"confidences": confidences.tolist(), "answers": answers.tolist(), "top": top,
                              "power": power, **votes(confidences, answers, top, power)})
print(json.dumps({"measures": cases, "elections": elections}))
