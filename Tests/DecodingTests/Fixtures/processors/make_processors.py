"""Writes processors.json: what the logits processors of transformers make of random rows.

Run with transformers 4.51.3: python make_processors.py
Rows are rounded to a few decimals, so that many logits tie; some are masked. A filter's case lists the tokens that it
keeps. A case is left out where ties make the answer depend on a sort, or where float32 decides: it is run again in
float64 and with the parameter moved by a millionth, and must come out the same.
"""

import json
import math
import pathlib
import random

import torch
import transformers
from transformers.generation import logits_process as lp

random.seed(7)
torch.manual_seed(7)


def row(size, spread, decimals, masked):
    values = [round(random.gauss(0, spread), decimals) for _ in range(size)]
    for index in range(size):
        if random.random() < masked:
            values[index] = -math.inf
    if all(v == -math.inf for v in values):
        values[0] = 0.0
    return values


def run(make, values, dtype=torch.float32, ids=None):
    scores = torch.tensor([values], dtype=dtype)
    ids = torch.tensor([ids if ids is not None else [0]])
    return make()(ids, scores)[0]


FILTERS = {
    "top-k": (lambda p, m: lambda: lp.TopKLogitsWarper(int(p), min_tokens_to_keep=m), [1, 2, 3, 5, 9]),
    "top-p": (lambda p, m: lambda: lp.TopPLogitsWarper(p, min_tokens_to_keep=m), [0.0, 0.2, 0.5, 0.8, 0.9, 0.95]),
    "min-p": (lambda p, m: lambda: lp.MinPLogitsWarper(p, min_tokens_to_keep=m), [0.01, 0.05, 0.2, 0.7]),
    "typical": (lambda p, m: lambda: lp.TypicalLogitsWarper(p, min_tokens_to_keep=m), [0.1, 0.3, 0.5, 0.8, 0.95]),
    "epsilon": (lambda p, m: lambda: lp.EpsilonLogitsWarper(p, min_tokens_to_keep=m), [0.001, 0.01, 0.1, 0.4]),
    "eta": (lambda p, m: lambda: lp.EtaLogitsWarper(p, min_tokens_to_keep=m), [0.001, 0.01, 0.1, 0.4]),
}


def kept(scores):
    return [i for i, v in enumerate(scores.tolist()) if v > -math.inf]


def filter_cases(count):
    cases, left_out = [], 0
    while len(cases) < count:
        values = row(random.choice([4, 9, 17, 40]), random.choice([0.3, 1.5, 4]), random.choice([1, 3]), random.choice([0, 0, 0.2]))
        name = random.choice(list(FILTERS))
        make, parameters = FILTERS[name]
        parameter = random.choice(parameters)
        minimum = random.choice([1, 1, 1, 2, 3])
        answers = [kept(run(make(parameter, minimum), values))]
        answers.append(kept(run(make(parameter, minimum), values, torch.float64)))
        if name != "top-k":
            for change in (-1e-6, 1e-6):
                moved = min(1.0, max(0.0, parameter + change))
                answers.append(kept(run(make(moved, minimum), values)))
        # Among equal logits a sort chooses.
        chosen = {values[t] for t in answers[0]}
        is_sorted = any(values[t] in chosen for t in range(len(values)) if t not in answers[0])
        if is_sorted or any(a != answers[0] for a in answers):
            left_out += 1
            continue
        cases.append({"name": name, "parameter": parameter, "minimum": minimum, "logits": jsonable(values), "kept": answers[0]})
    return cases, left_out


def jsonable(values):
    return [None if v == -math.inf else v for v in values]


def tokens(vocabulary, length):
    return [random.randrange(vocabulary) for _ in range(length)]


def sequences(vocabulary, context, count):
    found = {}
    for _ in range(count):
        length = random.choice([1, 2, 2, 3])
        sequence = tokens(vocabulary, length)
        if length > 1 and random.random() < 0.6:
            sequence = context[-(length - 1):] + sequence[-1:]
        if len(sequence) == length:
            found[tuple(sequence)] = float(random.choice([-3, -1, 0.5, 2]))
    return found


def processor_case():
    vocabulary = random.choice([6, 12, 30])
    prompt = tokens(vocabulary, random.choice([1, 3, 8]))
    generated = tokens(min(vocabulary, 8), random.choice([0, 1, 4, 20]))
    context = prompt + generated
    values = row(vocabulary, 2, 2, random.choice([0, 0.2]))
    if random.random() < 0.5:
        finite = torch.log_softmax(torch.tensor(values), -1)
        values = [round(v, 4) if v > -math.inf else v for v in finite.tolist()]
    eos = sorted(set(tokens(vocabulary, random.choice([1, 2]))))
    case = {"prompt": prompt, "generated": generated, "logits": jsonable(values), "eos": eos}
    name = random.choice(["repetition", "ngram", "sequence_bias", "bad_words", "suppress", "forced_eos", "decay", "allowed", "min_new"])
    case["name"] = name
    if name == "repetition":
        case["penalty"] = random.choice([0.5, 1.2, 2.0])
        make = lambda: lp.RepetitionPenaltyLogitsProcessor(case["penalty"])
    elif name == "ngram":
        case["size"] = random.choice([1, 2, 3])
        make = lambda: lp.NoRepeatNGramLogitsProcessor(case["size"])
    elif name == "sequence_bias":
        biases = sequences(vocabulary, context, 6)
        case["biases"] = [{"tokens": list(k), "bias": v} for k, v in biases.items()]
        make = lambda: lp.SequenceBiasLogitsProcessor(dict(biases))
    elif name == "bad_words":
        case["words"] = [list(k) for k in sequences(vocabulary, context, 5)]
        if all(word in [[e] for e in eos] for word in case["words"]):
            return None
        make = lambda: lp.NoBadWordsLogitsProcessor(case["words"], eos)
    elif name == "suppress":
        case["tokens"] = sorted(set(tokens(vocabulary, 3)))
        make = lambda: lp.SuppressTokensLogitsProcessor(case["tokens"])
    elif name == "forced_eos":
        case["limit"] = len(generated) + random.choice([1, 1, 2])
        make = lambda: lp.ForcedEOSTokenLogitsProcessor(len(prompt) + case["limit"], eos)
    elif name == "decay":
        for token in eos:
            if values[token] == -math.inf:
                return None
        case["start"] = random.choice([0, 2, 10])
        case["factor"] = random.choice([0.9, 1.1, 1.5])
        make = lambda: lp.ExponentialDecayLengthPenalty((case["start"], case["factor"]), eos, len(prompt))
    elif name == "allowed":
        case["tokens"] = sorted(set(tokens(vocabulary, 4)))
        make = lambda: lp.PrefixConstrainedLogitsProcessor(lambda batch, ids: case["tokens"], 1)
    else:
        case["minimum"] = len(generated) + random.choice([0, 1])
        make = lambda: lp.MinNewTokensLengthLogitsProcessor(len(prompt), case["minimum"], eos)
    case["result"] = jsonable(run(make, values, ids=context).tolist())
    return case


def processor_cases(count):
    cases = []
    while len(cases) < count:
        case = processor_case()
        if case is not None:
            cases.append(case)
    return cases


filters, left_out = filter_cases(400)
document = {
    "made_by": {"transformers": transformers.__version__, "torch": torch.__version__},
    "filters_left_out": left_out,
    "filters": filters,
    "processors": processor_cases(300),
}
path = pathlib.Path(__file__).with_name("processors.json")
path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
print(path.stat().st_size, left_out)
