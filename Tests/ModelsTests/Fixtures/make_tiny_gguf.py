"""Tiny random models as GGUF files, and what transformers computes from the weights that gguf-py reads out of them.

    python make_tiny_gguf.py [NAME…]

Writes `gguf/NAME.gguf` and `gguf/NAME.json`. Files of architecture `llama` hold the query and key rows permuted, as
ggml-org's converter writes them: inside each head, row 2 i is Hugging Face's row i and row 2 i + 1 its row i + d / 2,
so that a pair that is turned together stands side by side. The reference undoes that after dequantising.

gguf-py quantises the 32-element formats; it only reads the 256-element ones, so those weights are random blocks with
chosen scales.
"""

import sys

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as T
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from parity import HERE, random_prompts, versions, write_json

LENGTHS = [1, 2, 3, 5, 7, 8, 12, 16, 20, 24]
SMALL = dict(
    vocab_size=96,
    hidden_size=64,
    intermediate_size=96,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
)
WIDE = dict(
    vocab_size=64,
    hidden_size=256,
    intermediate_size=256,
    num_hidden_layers=1,
    num_attention_heads=4,
    num_key_value_heads=1,
    max_position_embeddings=128,
)
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
CLASSES = {
    "llama": (LlamaConfig, LlamaForCausalLM),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM),
}

# name -> architecture, configuration, element type of every matrix or a list that is dealt out in turn
FILES = {
    "llama-f32": ("llama", dict(SMALL, hidden_size=32, tie_word_embeddings=True), [T.F32]),
    "llama-f16": ("llama", dict(SMALL), [T.F16]),
    "llama-bf16-bias": (
        "llama",
        dict(SMALL, attention_bias=True, mlp_bias=True, head_dim=8),
        [T.BF16],
    ),
    "llama-q8_0": ("llama", dict(SMALL, tie_word_embeddings=True), [T.Q8_0]),
    "llama-q4_0": ("llama", dict(SMALL), [T.Q4_0]),
    "llama-q4_1": ("llama", dict(SMALL, tie_word_embeddings=True), [T.Q4_1]),
    "llama-q5_0": ("llama", dict(SMALL), [T.Q5_0]),
    "llama-q5_1": ("llama", dict(SMALL), [T.Q5_1]),
    "llama-iq4_nl": ("llama", dict(SMALL), [T.IQ4_NL]),
    "llama-q2_k": ("llama", dict(WIDE), [T.Q2_K]),
    "llama-q3_k": ("llama", dict(WIDE), [T.Q3_K]),
    "llama-q4_k": ("llama", dict(WIDE), [T.Q4_K]),
    "llama-q5_k": ("llama", dict(WIDE), [T.Q5_K]),
    "llama-q6_k": ("llama", dict(WIDE), [T.Q6_K]),
    "llama-mixed": (
        "llama",
        dict(WIDE, tie_word_embeddings=True),
        [T.Q6_K, T.Q4_K, T.Q8_0, T.Q5_K, T.Q4_1, T.Q3_K, T.IQ4_NL, T.Q2_K],
    ),
    "llama-rope-freqs": (
        "llama",
        dict(SMALL, rope_theta=500000.0, rope_scaling=LLAMA3),
        [T.F16],
    ),
    "llama-rope-linear": (
        "llama",
        dict(SMALL, rope_scaling={"rope_type": "linear", "factor": 4.0}),
        [T.F16],
    ),
    "qwen2-f16": ("qwen2", dict(SMALL, tie_word_embeddings=True, rope_theta=1e6), [T.F16]),
    "qwen2-yarn-q8_0": (
        "qwen2",
        dict(
            SMALL,
            rope_scaling={
                "rope_type": "yarn",
                "factor": 4.0,
                "original_max_position_embeddings": 32,
            },
        ),
        [T.Q8_0],
    ),
    "qwen3-q8_0": ("qwen3", dict(SMALL, head_dim=32, rope_theta=1e6), [T.Q8_0]),
}

LAYER_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def gguf_name(name):
    outer = {
        "model.embed_tokens.weight": "token_embd.weight",
        "model.norm.weight": "output_norm.weight",
        "lm_head.weight": "output.weight",
    }
    if name in outer:
        return outer[name]
    _, _, layer, rest = name.split(".", 3)
    stem, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{LAYER_NAMES[stem]}.{kind}"


def permute(rows, heads):
    """Hugging Face's row order to ggml's, for each head."""
    paired = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return np.ascontiguousarray(paired.swapaxes(1, 2)).reshape(rows.shape)


def unpermute(rows, heads):
    paired = rows.reshape(heads, rows.shape[0] // heads // 2, 2, *rows.shape[1:])
    return np.ascontiguousarray(paired.swapaxes(1, 2)).reshape(rows.shape)


def random_blocks(kind, shape, generator):
    """Random blocks of a format that gguf-py can't write; scales are chosen for a spread of about 0.1."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    count = shape[0] * shape[1] // elements
    blocks = generator.integers(0, 256, (count, size), dtype=np.uint8)

    def scales(level):
        values = level * generator.uniform(0.5, 1.5, count) * generator.choice([-1, 1], count)
        return values.astype("<f2").view(np.uint8).reshape(count, 2)

    if kind == T.Q2_K:
        blocks[:, 80:82], blocks[:, 82:84] = scales(0.012), scales(0.02)
    elif kind == T.Q3_K:
        blocks[:, 108:110] = scales(0.003)
    elif kind == T.Q4_K:
        blocks[:, 0:2], blocks[:, 2:4] = scales(0.0005), scales(0.003)
    elif kind == T.Q5_K:
        blocks[:, 0:2], blocks[:, 2:4] = scales(0.00025), scales(0.003)
    elif kind == T.Q6_K:
        blocks[:, 208:210] = scales(0.0001)
    elif kind == T.IQ4_NL:
        blocks[:, 0:2] = scales(0.0017)
    return blocks.reshape(shape[0], -1)


def stored(kind, weight, generator):
    """The tensor as the file holds it."""
    if kind in (T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL):
        return random_blocks(kind, weight.shape, generator)
    return gguf.quants.quantize(weight, kind)


def write_metadata(writer, architecture, config):
    heads = config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    writer.add_name("tiny random model")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    if architecture == "llama":
        writer.add_rope_dimension_count(head_dim)
        writer.add_vocab_size(config.vocab_size)
    if head_dim != config.hidden_size // heads:
        writer.add_key_length(head_dim)
        writer.add_value_length(head_dim)
    scaling = config.rope_scaling or {}
    if scaling.get("rope_type") in ("linear", "yarn"):
        writer.add_rope_scaling_type(gguf.RopeScalingType(scaling["rope_type"]))
        writer.add_rope_scaling_factor(scaling["factor"])
        if scaling["rope_type"] == "yarn":
            writer.add_rope_scaling_orig_ctx_len(scaling["original_max_position_embeddings"])
    if scaling.get("rope_type") == "llama3":
        from transformers.modeling_rope_utils import _compute_llama3_parameters

        frequencies, _ = _compute_llama3_parameters(config, "cpu")
        plain = 1 / config.rope_theta ** (np.arange(0, head_dim, 2) / head_dim)
        writer.add_tensor("rope_freqs.weight", (plain / frequencies.numpy()).astype(np.float32))


def rotated_heads(config):
    """The tensors whose rows are pairs that are turned together, and their heads."""
    return {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}


def read_back(name):
    """The model that a file holds, by what gguf-py reads out of it and nothing else."""
    architecture, settings, _ = FILES[name]
    config_class, model_class = CLASSES[architecture]
    config = config_class(**settings)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    tensors = {t.name: t for t in gguf.GGUFReader(HERE / "gguf" / f"{name}.gguf").tensors}
    heads_of = rotated_heads(config)
    state = {}
    for hf_name, _ in model.named_parameters():
        tensor = tensors[gguf_name(hf_name)]
        value = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        heads = heads_of.get(tensor.name.split(".")[2] if tensor.name.startswith("blk") else "")
        if architecture == "llama" and heads:
            value = unpermute(value, heads)
        state[hf_name] = torch.from_numpy(np.array(value, dtype=np.float32))
    if config.tie_word_embeddings:
        state["lm_head.weight"] = state["model.embed_tokens.weight"]
    model.load_state_dict(state, strict=True)
    return model


def make(name):
    architecture, settings, kinds = FILES[name]
    seed = 2000 + list(FILES).index(name)
    config_class, model_class = CLASSES[architecture]
    config = config_class(**settings)
    config._attn_implementation = "eager"
    model = model_class(config).eval()
    generator = np.random.default_rng(seed)
    path = HERE / "gguf" / f"{name}.gguf"
    path.parent.mkdir(exist_ok=True)

    writer = gguf.GGUFWriter(path, architecture)
    write_metadata(writer, architecture, config)
    heads_of = rotated_heads(config)
    dealt = 0
    for hf_name, parameter in model.named_parameters():
        noise = generator.standard_normal(parameter.shape).astype(np.float32)
        target = gguf_name(hf_name)
        kind = T.F32
        if hf_name.endswith("norm.weight"):
            value = 1 + 0.2 * noise
        elif hf_name.endswith("bias"):
            value = 0.3 * noise
        else:
            kind = kinds[dealt % len(kinds)]
            dealt += 1
            value = noise * (0.4 if parameter.shape[0] == config.vocab_size else 1.2 / parameter.shape[1] ** 0.5)
        heads = heads_of.get(target.split(".")[2] if target.startswith("blk") else "")
        if architecture == "llama" and heads:
            value = permute(value, heads)
        if kind == T.F32:
            writer.add_tensor(target, value.astype(np.float32))
        else:
            writer.add_tensor(target, stored(kind, value.astype(np.float32), generator), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    model = read_back(name)
    write_json(
        path.with_suffix(".json"),
        {
            "versions": versions(),
            "script": "make_tiny_gguf.py",
            "seed": seed,
            "prompts": random_prompts(model, seed, LENGTHS),
        },
    )


if __name__ == "__main__":
    for name in sys.argv[1:] or FILES:
        make(name)
