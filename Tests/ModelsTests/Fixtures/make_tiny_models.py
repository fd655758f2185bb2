"""Tiny random models of every architecture in Hugging Face layout, and what transformers says they compute.

    python make_tiny_models.py [NAME…]

Writes `tiny/NAME/` (config.json, safetensors as `save_pretrained` writes them) and `tiny/NAME/reference.json`.
Weights are far larger than a fresh initialisation's, so that distributions are sharp and a mistake shows.
"""

import json
import sys

import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from parity import HERE, random_prompts, versions, write_json

LENGTHS = [1, 2, 3, 5, 7, 8, 12, 16, 20, 24]
SMALL = dict(
    vocab_size=96,
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
)

# name -> model class, config class, configuration, weight type, extra (what to change in the written files)
MODELS = {
    "llama-gqa-tied": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, hidden_size=64, num_hidden_layers=3, tie_word_embeddings=True),
        torch.float32,
        {},
    ),
    "llama-untied-bfloat16": (LlamaForCausalLM, LlamaConfig, dict(SMALL), torch.bfloat16, {}),
    "llama-bias": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, attention_bias=True, mlp_bias=True),
        torch.float32,
        {},
    ),
    "llama-rope-linear": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, rope_scaling={"type": "linear", "factor": 4.0}, rope_theta=5000.0),
        torch.float32,
        {},
    ),
    "llama-rope-llama3": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(
            SMALL,
            head_dim=16,
            rope_theta=500000.0,
            rope_scaling={
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            },
        ),
        torch.float32,
        {},
    ),
    "llama-rope-yarn": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(
            SMALL,
            head_dim=16,
            rope_scaling={
                "rope_type": "yarn",
                "factor": 4.0,
                "original_max_position_embeddings": 32,
                "mscale": 0.7,
                "mscale_all_dim": 1.4,
            },
        ),
        torch.float32,
        {},
    ),
    "llama-head-dim-float16": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, head_dim=12),
        torch.float16,
        {},
    ),
    # Every key that has a default is left out of the written config.json.
    "llama-defaults": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, num_key_value_heads=None, max_position_embeddings=2048),
        torch.float32,
        {
            "remove": [
                "head_dim",
                "num_key_value_heads",
                "max_position_embeddings",
                "rms_norm_eps",
                "rope_theta",
                "rope_scaling",
                "attention_bias",
                "mlp_bias",
                "hidden_act",
                "tie_word_embeddings",
                "bos_token_id",
                "eos_token_id",
                "pretraining_tp",
            ]
        },
    ),
    "llama-sharded": (
        LlamaForCausalLM,
        LlamaConfig,
        dict(SMALL, num_attention_heads=4, num_key_value_heads=1),
        torch.float32,
        {"shard": "40KB"},
    ),
    "mistral-window": (
        MistralForCausalLM,
        MistralConfig,
        dict(SMALL, sliding_window=8),
        torch.float32,
        {},
    ),
    "qwen2-bfloat16": (
        Qwen2ForCausalLM,
        Qwen2Config,
        dict(SMALL, tie_word_embeddings=True, rope_theta=1000000.0),
        torch.bfloat16,
        {},
    ),
    "qwen2-yarn": (
        Qwen2ForCausalLM,
        Qwen2Config,
        dict(
            SMALL,
            head_dim=16,
            rope_scaling={
                "type": "yarn",
                "factor": 4.0,
                "beta_fast": 16.0,
                "beta_slow": 2.0,
            },
        ),
        torch.float32,
        {},
    ),
    "qwen3": (
        Qwen3ForCausalLM,
        Qwen3Config,
        dict(SMALL, head_dim=16, tie_word_embeddings=True, rope_theta=1000000.0),
        torch.float32,
        {},
    ),
    "qwen3-bias-float16": (
        Qwen3ForCausalLM,
        Qwen3Config,
        dict(SMALL, head_dim=8, attention_bias=True),
        torch.float16,
        {},
    ),
}


def randomize(model, seed):
    """Fills every parameter from a seeded generator: matrices, biases, and norms around one."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith("norm.weight"):
                parameter.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif "embed_tokens" in name or "lm_head" in name:
                parameter.copy_(0.4 * noise)
            else:
                parameter.copy_(1.2 / parameter.shape[1] ** 0.5 * noise)


def build(name, seed):
    model_class, config_class, settings, dtype, _ = MODELS[name]
    config = config_class(**settings)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    randomize(model, seed)
    return model.to(dtype)


def main(names):
    for name in names or MODELS:
        seed = 1000 + list(MODELS).index(name)
        extra = MODELS[name][4]
        folder = HERE / "tiny" / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        model = build(name, seed)
        model.save_pretrained(folder, max_shard_size=extra.get("shard", "5GB"))
        path = folder / "config.json"
        config = json.loads(path.read_text())
        for key in extra.get("remove", []):
            config.pop(key, None)
        path.write_text(json.dumps(config, indent=2) + "\n")
        # Read back, so that the reference sees what the files say and nothing else.
        reference = type(model).from_pretrained(
            folder, torch_dtype=torch.float32, attn_implementation="eager"
        ).eval()
        write_json(
            folder / "reference.json",
            {
                "versions": versions(),
                "script": "make_tiny_models.py",
                "seed": seed,
                "prompts": random_prompts(reference, seed, LENGTHS),
            },
        )


if __name__ == "__main__":
    main(sys.argv[1:])
