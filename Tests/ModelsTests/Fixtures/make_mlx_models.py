"""Tiny models with matrices that mlx quantised, as mlx-lm writes them, and what mlx computes with them.

    python make_mlx_models.py

Writes `mlx/NAME/` (`config.json`, `model.safetensors`) and `mlx/NAME.json` with predictions, from `tiny/llama-gqa-tied`.
Needs what `make_mlx_adapters.py` needs. The reference dequantises the matrices with `mx.dequantize` in float32 and runs
mlx-lm's model on them.
"""

import json
import shutil

import mlx.core as mx
import mlx.nn as nn
from mlx.utils import tree_flatten, tree_map
from mlx_lm.models import llama

from make_mlx_adapters import prompts
from parity import HERE, write_json

SOURCE = HERE / "tiny/llama-gqa-tied"

# name -> bits, group size, type of scales, other formats by module (None: not quantised)
CASES = {
    "4bit": (4, 64, mx.bfloat16, {}),
    "4bit-groups32-half": (4, 32, mx.float16, {}),
    "8bit": (8, 64, mx.bfloat16, {}),
    "mixed": (4, 32, mx.float32, {"model.layers.1.mlp.down_proj": (8, 32), "model.layers.0.self_attn.q_proj": None}),
}


def build(bits, group, dtype, others):
    config = json.loads((SOURCE / "config.json").read_text())
    model = llama.Model(llama.ModelArgs.from_dict(config))
    weights = {k: v.astype(dtype) for k, v in mx.load(str(SOURCE / "model.safetensors")).items()}
    model.load_weights(list(model.sanitize(weights).items()))
    config["quantization"] = {"group_size": group, "bits": bits, "mode": "affine"}

    def predicate(path, module):
        if not hasattr(module, "to_quantized"):
            return False
        if path in others:
            other = others[path]
            config["quantization"][path] = {"bits": other[0], "group_size": other[1]} if other else False
            return config["quantization"][path]
        return True

    nn.quantize(model, group, bits, class_predicate=predicate)
    config["quantization_config"] = config["quantization"]
    return config, model


def dequantized(model):
    """The same model in float32, its matrices dequantised by mlx with float32 scales."""
    flat = dict(tree_flatten(model.parameters()))
    plain = {}
    modules = dict(model.named_modules())
    for key, value in flat.items():
        module = key.rsplit(".", 1)[0]
        if key.endswith((".scales", ".biases")):
            continue
        if f"{module}.scales" in flat and key.endswith(".weight"):
            layer = modules[module]
            value = mx.dequantize(
                value, flat[f"{module}.scales"].astype(mx.float32), flat[f"{module}.biases"].astype(mx.float32),
                group_size=layer.group_size, bits=layer.bits)
        plain[key] = value.astype(mx.float32)
    result = llama.Model(model.args)
    result.load_weights(list(plain.items()))
    return result


def main():
    for seed, (name, case) in enumerate(CASES.items(), start=6000):
        folder = HERE / "mlx" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        config, model = build(*case)
        (folder / "config.json").write_text(json.dumps(config, indent=4, sort_keys=True) + "\n")
        mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())),
                            metadata={"format": "mlx"})
        write_json(HERE / f"mlx/{name}.json", {"prompts": prompts(dequantized(model), seed)})


if __name__ == "__main__":
    main()
