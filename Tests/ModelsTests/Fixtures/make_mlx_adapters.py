"""Small random adapters as mlx-lm writes them, over the tiny models, and what mlx-lm computes with them.

    python make_mlx_adapters.py

Writes `adapters/mlx-NAME/` (`adapter_config.json`, `adapters.safetensors`) and `mlx-adapters.json`, in the form of
`adapters.json`. Needs `mlx[cpu]==0.32.4`, `mlx-lm==0.32.2` and `rich` beside what the other scripts need. mlx-lm keeps
whole float32 weights here, so that its numbers are comparable with those of a float32 run.
"""

import json
import shutil
from importlib.metadata import version

import mlx.core as mx
import numpy as np
from mlx.utils import tree_flatten
from mlx_lm.models import llama
from mlx_lm.tuner.utils import linear_to_lora_layers, load_adapters

from parity import HERE, base64_floats, versions, write_json

ADAPTERS = HERE / "adapters"
LENGTHS = [1, 6, 13]
BASE = "tiny/llama-gqa-tied"

# name -> fine_tune_type, num_layers, keys
CASES = {
    "mlx-lora": ("lora", 2, ["self_attn.q_proj", "mlp.down_proj"]),
    "mlx-all": ("lora", -1, None),
    "mlx-embedding": ("lora", 1, ["self_attn.v_proj", "model.embed_tokens"]),
    "mlx-dora": ("dora", -1, ["self_attn.q_proj", "self_attn.k_proj", "mlp.up_proj"]),
    "mlx-full": ("full", 1, None),
}


def base():
    folder = HERE / BASE
    model = llama.Model(llama.ModelArgs.from_dict(json.loads((folder / "config.json").read_text())))
    weights = {k: v.astype(mx.float32) for k, v in mx.load(str(folder / "model.safetensors")).items()}
    model.load_weights(list(model.sanitize(weights).items()))
    return model


def make(name, kind, layers, keys, rng):
    folder = ADAPTERS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    parameters = {"rank": 3, "dropout": 0.0, "scale": 2.5}
    if keys:
        parameters["keys"] = keys
    config = {"fine_tune_type": kind, "num_layers": layers, "lora_parameters": parameters, "model": BASE,
              "learning_rate": 1e-5, "batch_size": 4}
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=4, sort_keys=True) + "\n")
    model = base()
    if kind == "full":
        tensors = {}
        for key, value in tree_flatten(model.layers[-1].parameters()):
            noise = rng.standard_normal(value.shape).astype(np.float32)
            tensors[f"model.layers.{len(model.layers) - 1}.{key}"] = value + mx.array(0.2 * noise) * mx.std(value)
    else:
        linear_to_lora_layers(model, layers, parameters, use_dora=kind == "dora")
        tensors = {}
        for key, value in tree_flatten(model.parameters()):
            part = key.rsplit(".", 1)[-1]
            noise = mx.array(rng.standard_normal(value.shape).astype(np.float32))
            if part == "lora_a":
                tensors[key] = noise / value.shape[0] ** 0.5
            elif part == "lora_b":
                tensors[key] = 0.3 * noise
            elif part == "m":
                tensors[key] = value * (1 + 0.3 * noise)
    mx.save_safetensors(str(folder / "adapters.safetensors"), tensors)


def log_probabilities(model, ids):
    logits = model(mx.array([ids]))[0].astype(mx.float32)
    return logits - mx.logsumexp(logits, axis=-1, keepdims=True)


def greedy(model, ids, count):
    ids, tokens, margins = list(ids), [], []
    for _ in range(count):
        row = np.array(log_probabilities(model, ids)[-1])
        second, best = np.sort(row)[-2:]
        tokens.append(int(row.argmax()))
        margins.append(float(best - second))
        ids.append(tokens[-1])
    return tokens, margins


def prompts(model, seed, count=24, least_margin=5e-3):
    """As `parity.random_prompts` draws them."""
    generator = np.random.default_rng(seed)
    result = []
    for length in LENGTHS:
        while True:
            ids = [int(i) for i in generator.integers(0, model.args.vocab_size, length)]
            tokens, margins = greedy(model, ids, count)
            if min(margins) >= least_margin:
                break
        rows = base64_floats(np.array(log_probabilities(model, ids)))
        result.append({"tokens": ids, "log_probabilities": rows, "greedy": tokens, "least_margin": min(margins)})
    return result


def main():
    rng = np.random.default_rng(5000)
    cases = []
    for seed, (name, (kind, layers, keys)) in enumerate(CASES.items(), start=5000):
        make(name, kind, layers, keys, rng)
        model = base()
        load_adapters(model, str(ADAPTERS / name))
        cases.append({
            "name": name,
            "base": BASE,
            "parts": [{"adapter": f"adapters/{name}", "weight": 1.0}],
            "prompts": prompts(model, seed),
        })
    write_json(HERE / "mlx-adapters.json", {
        "versions": {**versions(), "mlx": version("mlx"), "mlx-lm": version("mlx-lm")},
        "script": "make_mlx_adapters.py", "cases": cases})


if __name__ == "__main__":
    main()
