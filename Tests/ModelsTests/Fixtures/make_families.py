"""Tiny random models of every family beyond Llama's, and what transformers says they compute.

    python make_families.py [NAME…]

Writes `families/NAME/` (config.json, bfloat16 weights), `families/NAME/adapter/` (a LoRA adapter of PEFT's) and
`families/NAME/reference.json`. Families that transformers 4.51.3 has are made with it, the others (`SINCE_5`) with
5.24.0: run it with both, each makes its own. MiniCPM and InternLM2, whose code comes with their files, are Granite and
Llama with the same weights under other names.

What a token depends on is decided in float32 and again in float64: prompts whose greedy or beam tokens differ between
the two are drawn anew, so that no comparison hangs on rounding.
"""

import json
import shutil
import sys

import numpy as np
import safetensors.torch
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM

from parity import HERE, base64_floats, log_probabilities, versions, write_json

MAJOR = int(transformers.__version__.split(".")[0])
SMALL = dict(
    vocab_size=64,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
)
LONGROPE = {
    "type": "longrope",
    "short_factor": [1.0, 1.3, 1.7, 2.0],
    "long_factor": [1.5, 3.0, 6.0, 9.0],
}
MULTIPLIERS = dict(
    embedding_multiplier=3.0,
    attention_multiplier=0.4,
    residual_multiplier=0.5,
    logits_scaling=0.7,
)


def without(settings, *keys):
    return {key: value for key, value in settings.items() if key not in keys}


# name -> model_type and settings. Windows are shorter than prompts.
FAMILIES = {
    "gemma": ("gemma", dict(SMALL, head_dim=16)),
    "gemma2": (
        "gemma2",
        dict(
            SMALL, head_dim=16, sliding_window=8, query_pre_attn_scalar=16,
            attn_logit_softcapping=4.0, final_logit_softcapping=6.0,
        ),
    ),
    "gemma3": (
        "gemma3_text",
        dict(
            SMALL, num_hidden_layers=6, head_dim=8, sliding_window=8, query_pre_attn_scalar=8,
            rope_theta=50000.0,
            rope_scaling={"rope_type": "linear", "factor": 2.0},
        ),
    ),
    "phi3": ("phi3", dict(SMALL, sliding_window=10)),
    "phi3-longrope": (
        "phi3",
        dict(
            SMALL, head_dim=8, original_max_position_embeddings=16,
            rope_scaling={**LONGROPE, "short_factor": LONGROPE["short_factor"]},
        ),
    ),
    "phi4-mini": (
        "phi3",
        dict(
            SMALL, hidden_size=64, original_max_position_embeddings=16, partial_rotary_factor=0.5,
            tie_word_embeddings=True, rope_scaling=LONGROPE,
        ),
    ),
    "olmo": ("olmo", dict(SMALL)),
    "olmo2": ("olmo2", dict(SMALL)),
    "granite": ("granite", dict(SMALL, **MULTIPLIERS)),
    # MiniCPM has the usual scale of attention.
    "minicpm": ("granite", dict(SMALL, **{**MULTIPLIERS, "attention_multiplier": 8**-0.5})),
    "helium": ("helium", dict(SMALL, head_dim=8)),
    "glm": ("glm", dict(SMALL, head_dim=8, partial_rotary_factor=0.5)),
    "glm4": ("glm4", dict(SMALL, head_dim=16, partial_rotary_factor=0.5)),
    "cohere": ("cohere", dict(SMALL, logit_scale=0.4)),
    "cohere-qk-norm": ("cohere", dict(SMALL, logit_scale=0.4, use_qk_norm=True)),
    "cohere2": (
        "cohere2",
        dict(
            SMALL, num_hidden_layers=4, logit_scale=0.4, sliding_window=8
        ),
    ),
    "internlm2": ("llama", dict(SMALL)),
    "gpt2": (
        "gpt2",
        dict(
            vocab_size=64, n_embd=32, n_layer=3, n_head=4, n_positions=64,
            bos_token_id=1, eos_token_id=2, pad_token_id=0,
        ),
    ),
    "gpt-neox": ("gpt_neox", dict(without(SMALL, "num_key_value_heads"), rotary_pct=0.5)),
    "gpt-neox-sequential": (
        "gpt_neox",
        dict(
            without(SMALL, "num_key_value_heads"), rotary_pct=0.25, use_parallel_residual=False
        ),
    ),
    "phi": ("phi", dict(without(SMALL, "num_key_value_heads"), intermediate_size=128)),
    "stablelm": ("stablelm", dict(SMALL, use_qkv_bias=True)),
    "stablelm-parallel": ("stablelm", dict(SMALL, use_parallel_residual=True)),
    "starcoder2": ("starcoder2", dict(SMALL)),
    "starcoder2-window": ("starcoder2", dict(SMALL, sliding_window=8)),
    "nemotron": ("nemotron", dict(SMALL, head_dim=8)),
    "falcon-7b": (
        "falcon",
        dict(
            without(SMALL, "num_key_value_heads", "intermediate_size"), ffn_hidden_size=128,
            multi_query=True,
        ),
    ),
    "falcon-40b": (
        "falcon",
        dict(
            without(SMALL, "num_key_value_heads", "intermediate_size"), ffn_hidden_size=128,
            new_decoder_architecture=True, num_kv_heads=2,
        ),
    ),
    "falcon-11b": (
        "falcon",
        dict(
            without(SMALL, "num_key_value_heads", "intermediate_size"), ffn_hidden_size=128,
            new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1,
        ),
    ),
    "falcon-rw": (
        "falcon",
        dict(
            without(SMALL, "num_key_value_heads", "intermediate_size"), ffn_hidden_size=128,
            multi_query=False, parallel_attn=False, bias=True,
        ),
    ),
    "mixtral": ("mixtral", dict(SMALL, num_local_experts=4, num_experts_per_tok=2)),
    "qwen3-moe": (
        "qwen3_moe",
        dict(
            SMALL, head_dim=8, moe_intermediate_size=24, num_experts=6, num_experts_per_tok=3,
            norm_topk_prob=True,
        ),
    ),
    "olmoe": (
        "olmoe", dict(SMALL, intermediate_size=24, num_experts=6, num_experts_per_tok=3)
    ),
    "granite-moe": (
        "granitemoe",
        dict(
            SMALL, intermediate_size=24, num_local_experts=5, num_experts_per_tok=2, **MULTIPLIERS
        ),
    ),
    "llama-dynamic": (
        "llama",
        dict(SMALL, max_position_embeddings=16, rope_scaling={"type": "dynamic", "factor": 3.0}),
    ),
}
SINCE_5 = {
    "gemma3-rope-parameters": (
        "gemma3_text",
        dict(
            SMALL, num_hidden_layers=4, head_dim=16, sliding_window=8, query_pre_attn_scalar=24,
            layer_types=["sliding_attention", "full_attention"] * 2,
            rope_parameters={
                "full_attention": {"rope_type": "linear", "factor": 2.0, "rope_theta": 50000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 2000.0},
            },
        ),
    ),
    "phi3-rope-parameters": (
        "phi3",
        dict(
            SMALL, hidden_size=64, original_max_position_embeddings=16,
            rope_parameters={
                **LONGROPE, "rope_type": "longrope", "rope_theta": 5000.0,
                "partial_rotary_factor": 0.5,
            },
        ),
    ),
    "olmo3": (
        "olmo3",
        dict(
            SMALL, num_hidden_layers=4, sliding_window=8,
            rope_parameters={
                "full_attention": {
                    "rope_type": "yarn", "factor": 4.0, "rope_theta": 10000.0,
                    "original_max_position_embeddings": 16,
                },
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            },
        ),
    ),
    "smollm3": (
        "smollm3",
        dict(
            SMALL, num_hidden_layers=4,
            rope_parameters={"rope_theta": 5000.0, "rope_type": "default"},
        ),
    ),
    "exaone4": ("exaone4", dict(SMALL, num_hidden_layers=4, sliding_window=8)),
    "exaone4-full": (
        "exaone4", dict(SMALL, sliding_window=None, layer_types=["full_attention"] * 3)
    ),
    "ministral3": (
        "ministral3",
        dict(
            SMALL, head_dim=8,
            rope_parameters={
                "type": "yarn", "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
                "original_max_position_embeddings": 16, "beta_fast": 32.0, "beta_slow": 1.0,
                "mscale": 1.0, "mscale_all_dim": 1.0, "llama_4_scaling_beta": 0.3,
            },
        ),
    ),
    "ernie4_5": ("ernie4_5", dict(SMALL, head_dim=8, use_bias=True)),
    "hunyuan": (
        "hunyuan_v1_dense",
        dict(
            SMALL, head_dim=8,
            rope_parameters={
                "rope_type": "dynamic", "alpha": 50.0, "factor": 1.0, "rope_theta": 10000.0,
            },
        ),
    ),
    "qwen2-some-windows": (
        "qwen2",
        dict(SMALL, use_sliding_window=True, sliding_window=8, max_window_layers=1),
    ),
}
# Where positions are chosen by the context: prompt lengths, how many tokens follow, and the context that goes with them.
CONTEXTS = {
    "phi3-longrope": [(5, 8, 16), (9, 7, 16), (24, 12, 64)],
    "phi4-mini": [(5, 8, 16), (9, 7, 16), (24, 12, 64)],
    "phi3-rope-parameters": [(5, 8, 16), (9, 7, 16), (24, 12, 64)],
    "llama-dynamic": [(9, 7, 16), (24, 0, 24), (40, 0, 40)],
}
PLAIN = [(1, 16, None), (6, 16, None), (30, 16, None)]
# Norms that hold what is beyond one.
GAINS = {"gemma", "gemma2", "gemma3_text", "nemotron"}


def randomize(model, model_type, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            is_norm = "norm" in name or ".ln_" in name
            if name.endswith("bias"):
                parameter.copy_(0.3 * noise)
            elif parameter.dim() == 1 or is_norm:
                parameter.copy_((0 if model_type in GAINS else 1) + 0.2 * noise)
            elif "embed" in name or "lm_head" in name or ".wte" in name or ".wpe" in name:
                parameter.copy_(0.4 * noise)
            else:
                fan_in = parameter.shape[0 if model_type == "gpt2" else -1]
                parameter.copy_(1.4 / fan_in**0.5 * noise)


@torch.no_grad()
def tokens_of(model, ids, count, beams=1):
    inputs = torch.tensor([ids])
    return model.generate(
        inputs, attention_mask=torch.ones_like(inputs), max_new_tokens=count, min_new_tokens=count,
        do_sample=False, num_beams=beams, use_cache=False, eos_token_id=None, pad_token_id=0,
        temperature=None, top_p=None, top_k=None, repetition_penalty=1.0,
    )[0][len(ids):].tolist()


def prompts(model, exact, seed, shapes):
    generator = np.random.default_rng(seed)
    result = []
    for length, count, context in shapes:
        while True:
            ids = [int(i) for i in generator.integers(3, 64, length)]
            greedy = tokens_of(model, ids, count) if count else []
            beams = tokens_of(model, ids, count, beams=3) if count else []
            if not count or (
                greedy == tokens_of(exact, ids, count)
                and beams == tokens_of(exact, ids, count, beams=3)
            ):
                break
        prompt = {
            "tokens": ids,
            "log_probabilities": base64_floats(log_probabilities(model, ids).numpy()),
            "greedy": greedy,
            "beam": beams,
        }
        if context:
            prompt["context"] = context
        result.append(prompt)
    return result


def adapt(model, folder, seed, shared=False):
    """A LoRA adapter on every projection, and the log-probabilities with it.

    `shared`: queries, keys and values share A, as they do where the three are one module.
    """
    config = LoraConfig(
        r=2, lora_alpha=4, target_modules="all-linear", task_type="CAUSAL_LM",
        fan_in_fan_out=type(model).__name__.startswith("GPT2"),
    )
    adapted = get_peft_model(model, config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.copy_(0.25 * torch.randn(parameter.shape, generator=generator))
        if shared:
            for attention in (layer.self_attn for layer in adapted.base_model.model.model.layers):
                for part in (attention.k_proj, attention.v_proj):
                    part.lora_A.default.weight.copy_(attention.q_proj.lora_A.default.weight)
    config.base_model_name_or_path = str(folder.parent.relative_to(HERE))
    adapted.save_pretrained(folder)
    for extra in folder.glob("README.md"):
        extra.unlink()
    ids = [5 + 7 * i % 53 for i in range(14)]
    with torch.no_grad():
        logits = adapted(torch.tensor([ids]), use_cache=False).logits[0].float()
    return {
        "tokens": ids,
        "log_probabilities": base64_floats(torch.log_softmax(logits, dim=-1).numpy()),
    }


def internlm2(tensors, groups):
    """Llama's tensors, or those of an adapter, under InternLM2's names; rows of queries, keys and values head by head."""
    renamed = {}
    for key, tensor in tensors.items():
        if "k_proj" in key or "v_proj" in key:
            continue
        if "q_proj" in key:
            if "lora_A" not in key:
                parts = [tensors[key.replace("q_proj", f"{part}_proj")] for part in "qkv"]
                parts = [part.reshape(groups, -1, part.shape[-1]) for part in parts]
                tensor = torch.cat(parts, dim=1).flatten(0, 1).contiguous()
        for old, new in [
            ("embed_tokens", "tok_embeddings"), ("lm_head", "output"),
            ("input_layernorm", "attention_norm"), ("post_attention_layernorm", "ffn_norm"),
            ("self_attn.q_proj", "attention.wqkv"), ("self_attn.o_proj", "attention.wo"),
            ("mlp.gate_proj", "feed_forward.w1"), ("mlp.up_proj", "feed_forward.w3"),
            ("mlp.down_proj", "feed_forward.w2"),
        ]:
            key = key.replace(old, new)
        renamed[key] = tensor
    return renamed


def rename(name, folder):
    """Puts a model under the names, and the keys, of one whose code transformers doesn't have."""
    config = json.loads((folder / "config.json").read_text())
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    if name == "minicpm":
        config.update(
            architectures=["MiniCPMForCausalLM"], model_type="minicpm",
            scale_emb=config.pop("embedding_multiplier"),
            scale_depth=config.pop("residual_multiplier") * config["num_hidden_layers"] ** 0.5,
            dim_model_base=config["hidden_size"] / config.pop("logits_scaling"),
        )
        del config["attention_multiplier"]
    if name == "internlm2":
        config.update(architectures=["InternLM2ForCausalLM"], model_type="internlm2", bias=False)
        tensors = internlm2(tensors, config["num_key_value_heads"])
        adapter = folder / "adapter" / "adapter_model.safetensors"
        safetensors.torch.save_file(
            internlm2(safetensors.torch.load_file(adapter), config["num_key_value_heads"]), adapter,
            metadata={"format": "pt"},
        )
        settings = json.loads(adapter.with_name("adapter_config.json").read_text())
        settings["target_modules"] = ["w1", "w2", "w3", "wo", "wqkv"]
        adapter.with_name("adapter_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    safetensors.torch.save_file(tensors, path, metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def make(name, model_type, settings, seed):
    folder = HERE / "families" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = AutoConfig.for_model(model_type, **settings)
    config._attn_implementation = "eager"
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    randomize(model, model_type, seed)
    model.to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)

    # Read back, so that the reference sees what the files say and nothing else.
    def load(dtype):
        return AutoModelForCausalLM.from_pretrained(
            folder, torch_dtype=dtype, attn_implementation="eager"
        ).eval()

    reference = load(torch.float32)
    reference.generation_config = transformers.GenerationConfig()
    exact = load(torch.float64)
    exact.generation_config = transformers.GenerationConfig()
    result = {
        "versions": versions(),
        "script": "make_families.py",
        "seed": seed,
        "prompts": prompts(reference, exact, seed, CONTEXTS.get(name, PLAIN)),
    }
    if name != "llama-dynamic":
        result["adapted"] = adapt(reference, folder / "adapter", seed, name == "internlm2")
    write_json(folder / "reference.json", result)
    if name in ("minicpm", "internlm2"):
        rename(name, folder)


def main(names):
    families = FAMILIES if MAJOR == 4 else SINCE_5
    for name in names or families:
        if name in families:
            make(name, *families[name], 3000 + list(families).index(name) + 100 * (MAJOR == 5))


if __name__ == "__main__":
    main(sys.argv[1:])
