"""Small random LoRA adapters of every kind over the tiny models, and what PEFT computes with them.

    python make_adapters.py

Writes `adapters/NAME/` as `save_pretrained` of PEFT leaves it, `adapters/NAME.gguf` for some of them, and
`adapters.json`: for each case the base, the adapters with their weights, and the reference's predictions. Several
adapters are active at once, each with its scale times its weight; for two plain ones the script checks that
`add_weighted_adapter(combination_type="cat")` gives the same.
"""

import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM

import make_tiny_gguf
from adapter_tools import all_versions, mixed, random_adapter, save, write_gguf
from parity import HERE, log_probabilities, random_prompts, write_json

ADAPTERS = HERE / "adapters"
LENGTHS = [1, 6, 13]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name -> base, configuration
CONFIGS = {
    "plain-qv": ("tiny/llama-gqa-tied", dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"])),
    "all-linear-rslora": (
        "tiny/llama-gqa-tied",
        dict(r=3, lora_alpha=5, use_rslora=True, target_modules="all-linear"),
    ),
    "dora": ("tiny/llama-gqa-tied", dict(r=4, lora_alpha=6, use_dora=True, target_modules=ALL)),
    "patterns": (
        "tiny/llama-gqa-tied",
        dict(
            r=4,
            lora_alpha=8,
            target_modules=r"model\.layers\.[0-1]\.(?:self_attn|mlp)\.(q|k|down)_proj",
            # In the order in which the saved file has them, for the first that matches counts.
            rank_pattern={"^model.layers.0.self_attn.q_proj": 1, "down_proj": 6, r"layers\.1\..*": 2},
            alpha_pattern={"q_proj": 3, r"mlp\.\w+": 12},
        ),
    ),
    "saved-modules": (
        "tiny/llama-gqa-tied",
        dict(r=2, target_modules=["q_proj", "down_proj"], modules_to_save=["lm_head", "norm"]),
    ),
    "saved-projection": (
        "tiny/llama-bias",
        dict(r=2, target_modules=["v_proj", "k_proj"], modules_to_save=["q_proj", "embed_tokens"]),
    ),
    "embeddings": (
        "tiny/llama-gqa-tied",
        dict(r=3, lora_alpha=2, target_modules=["embed_tokens", "lm_head", "o_proj"]),
    ),
    "embeddings-dora": (
        "tiny/llama-bias",
        dict(r=3, use_dora=True, target_modules=["embed_tokens", "lm_head", "q_proj"]),
    ),
    "bias-all": ("tiny/llama-bias", dict(r=2, target_modules=["k_proj", "up_proj"], bias="all")),
    "bias-lora-only": (
        "tiny/llama-bias",
        dict(r=2, use_dora=True, target_modules=["q_proj", "gate_proj"], bias="lora_only"),
    ),
    "lora-bias": (
        "tiny/llama-bias",
        dict(r=2, target_modules=["q_proj", "o_proj", "down_proj"], lora_bias=True),
    ),
    "layers": (
        "tiny/llama-gqa-tied",
        dict(
            r=2,
            target_modules=["v_proj", "up_proj", "model.layers.0.self_attn.k_proj"],
            exclude_modules=["layers.2.mlp.up_proj"],
            layers_to_transform=[1, 2],
            layers_pattern="layers",
            fan_in_fan_out=True,
        ),
    ),
    "excluding": (
        "tiny/llama-gqa-tied",
        dict(
            r=2,
            target_modules=r"^(?!.*layers\.1\.)(?=.*proj).*$",
            exclude_modules=r".*\.(gate|up)_proj",
        ),
    ),
    "qwen3": (
        "tiny/qwen3",
        dict(r=2, target_modules=["q_proj", "k_proj"], modules_to_save=["q_norm", "post_attention_layernorm"]),
    ),
    "qwen2": ("tiny/qwen2-bfloat16", dict(r=2, target_modules=["q_proj", "k_proj", "o_proj"])),
    "gguf-base": ("gguf/llama-f16.gguf", dict(r=4, lora_alpha=8, target_modules=ALL)),
    "gguf-base-dora": (
        "gguf/llama-bf16-bias.gguf",
        dict(r=3, use_dora=True, target_modules=ALL, bias="all"),
    ),
    "gguf-base-saved": (
        "gguf/llama-q8_0.gguf",
        dict(r=3, target_modules=["o_proj"], modules_to_save=["q_proj", "k_proj", "lm_head"]),
    ),
    "gguf-base-qwen2": ("gguf/qwen2-f16.gguf", dict(r=3, target_modules=ALL)),
    "tokens-tied": (
        "tiny/llama-gqa-tied",
        dict(r=2, target_modules=["v_proj"], trainable_token_indices=[5, 40, 6]),
    ),
    "tokens-untied": (
        "tiny/llama-bias",
        dict(r=2, target_modules=["v_proj"], trainable_token_indices=[5, 40, 6]),
    ),
    "tokens-both": (
        "tiny/llama-bias",
        dict(
            r=2,
            target_modules=["v_proj"],
            trainable_token_indices={"embed_tokens": [3, 1], "lm_head": [7, 2, 9]},
        ),
    ),
    "tokens-apart": (
        "tiny/llama-gqa-tied",
        dict(
            r=2,
            target_modules=["q_proj"],
            trainable_token_indices={"model.embed_tokens": [3, 1], "lm_head": [7, 2, 9]},
        ),
    ),
    "tying-targets": (
        "tiny/llama-gqa-tied",
        dict(r=3, target_modules=["embed_tokens", "v_proj"], ensure_weight_tying=True),
    ),
    "tying-head": (
        "tiny/llama-gqa-tied",
        dict(r=3, target_modules=["lm_head", "v_proj"], ensure_weight_tying=True),
    ),
    "tying-saved": (
        "tiny/llama-gqa-tied",
        dict(r=2, target_modules=["v_proj"], modules_to_save=["embed_tokens"], ensure_weight_tying=True),
    ),
    "tying-untied": (
        "tiny/llama-bias",
        dict(r=2, target_modules=["embed_tokens", "v_proj"], ensure_weight_tying=True),
    ),
    "parameters": (
        "tiny/llama-gqa-tied",
        dict(
            r=2,
            target_modules=[],
            target_parameters=["q_proj.weight", "mlp.down_proj.weight", "model.layers.0.self_attn.v_proj.weight"],
            rank_pattern={"down_proj.weight": 3},
            alpha_pattern={"layers.1.self_attn.q_proj.weight": 5},
        ),
    ),
    "parameters-embedding": (
        "tiny/llama-gqa-tied",
        dict(r=2, target_modules=["v_proj"], target_parameters=["embed_tokens.weight"], use_rslora=True),
    ),
    # Saved with the bases of embedding and output head beside the new rows.
    "tokens-with-bases": (
        "tiny/llama-bias",
        dict(r=2, target_modules=["v_proj"], trainable_token_indices=[5, 6]),
    ),
}

# name of the GGUF adapter -> the adapter of PEFT that it is made from
GGUF = {
    "plain-qv": "plain-qv",
    "embeddings": "embeddings",
    "gguf-base": "gguf-base",
    "gguf-base-qwen2": "gguf-base-qwen2",
}

# name -> base, adapters with their weights
MIXES = {
    "weighted": ("tiny/llama-gqa-tied", [("plain-qv", 0.75), ("all-linear-rslora", -0.5)]),
    "same-twice": ("tiny/llama-gqa-tied", [("plain-qv", 0.25), ("plain-qv", 0.5)]),
    "dora-weighted": ("tiny/llama-gqa-tied", [("dora", 0.6)]),
    "plain-then-dora": ("tiny/llama-gqa-tied", [("all-linear-rslora", 0.5), ("dora", 1.0)]),
    "dora-then-plain": ("tiny/llama-gqa-tied", [("dora", 1.0), ("all-linear-rslora", 0.5)]),
    "dora-twice": ("tiny/llama-gqa-tied", [("dora", 0.7), ("dora", 0.4)]),
    "saved-and-plain": ("tiny/llama-gqa-tied", [("saved-modules", 0.5), ("plain-qv", 1.0)]),
}


def base(name):
    """A fresh base model in float32."""
    if name.startswith("gguf/"):
        return make_tiny_gguf.read_back(name.removeprefix("gguf/").removesuffix(".gguf"))
    return AutoModelForCausalLM.from_pretrained(
        HERE / name, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()


def case(name, base_name, parts, seed):
    model = mixed(base(base_name), [(ADAPTERS / folder, weight) for folder, weight in parts])
    prompts = random_prompts(model, seed, LENGTHS, count=24)
    return model, {
        "name": name,
        "base": base_name,
        "parts": [{"adapter": f"adapters/{folder}", "weight": weight} for folder, weight in parts],
        "prompts": prompts,
    }


def check_weighted(parts, model, prompt):
    """Active at once, each with its scale, or concatenated into one: the same numbers."""
    other = mixed(base("tiny/llama-gqa-tied"), [(ADAPTERS / folder, 1) for folder, _ in parts])
    names = [f"part{index}" for index in range(len(parts))]
    other.add_weighted_adapter(names, [w for _, w in parts], "sum", combination_type="cat")
    other.set_adapter("sum")
    ids = prompt["tokens"]
    difference = (log_probabilities(model, ids) - log_probabilities(other, ids)).abs().max()
    assert difference < 1e-4, difference


def main():
    ADAPTERS.mkdir(exist_ok=True)
    cases = []
    for seed, (name, (base_name, settings)) in enumerate(CONFIGS.items(), start=3000):
        model = random_adapter(base(base_name), LoraConfig(task_type="CAUSAL_LM", **settings), seed)
        save(model, ADAPTERS / name, base_name, with_bases=name.endswith("-with-bases"))
        cases.append(case(name, base_name, [(name, 1.0)], seed)[1])
    for seed, (name, (base_name, parts)) in enumerate(MIXES.items(), start=4000):
        model, entry = case(name, base_name, parts, seed)
        cases.append(entry)
        if name == "weighted":
            check_weighted(parts, model, entry["prompts"][-1])
    for name, source in GGUF.items():
        base_name, settings = CONFIGS[source]
        model = base(base_name)
        architecture = "qwen2" if "qwen2" in base_name else "llama"
        path = ADAPTERS / f"{name}.gguf"
        write_gguf(ADAPTERS / source, path, model.config, architecture, settings.get("lora_alpha", 8))
        original = next(entry for entry in cases if entry["name"] == source)
        cases.append(
            dict(
                original,
                name=f"{name}.gguf",
                parts=[{"adapter": f"adapters/{name}.gguf", "weight": 1.0}],
            )
        )
    write_json(
        HERE / "adapters.json",
        {"versions": all_versions(), "script": "make_adapters.py", "cases": cases},
    )


if __name__ == "__main__":
    main()
