"""What transformers' configuration classes make of config.json files: keys left out, both spellings, null.

    python make_configurations.py

Writes `configurations.json`: each file, and the values that the model classes of transformers then use.
"""

import copy

from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from parity import HERE, versions, write_json

LLAMA3 = {
    "factor": 32.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
CASES = [
    {"model_type": "llama"},
    {"model_type": "mistral"},
    {"model_type": "qwen2"},
    {"model_type": "qwen3"},
    {"model_type": "llama", "num_attention_heads": 8, "hidden_size": 1024},
    {"model_type": "llama", "num_key_value_heads": None, "num_attention_heads": 16},
    {"model_type": "llama", "head_dim": None, "hidden_size": 576, "num_attention_heads": 9},
    {"model_type": "llama", "head_dim": 96},
    {"model_type": "llama", "attention_bias": True, "mlp_bias": True, "rms_norm_eps": 1e-05},
    {"model_type": "llama", "tie_word_embeddings": True, "rope_theta": 500000.0},
    {"model_type": "llama", "rope_scaling": None},
    {"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 2.5}},
    {"model_type": "llama", "rope_scaling": {"rope_type": "linear", "factor": 8}},
    {"model_type": "llama", "rope_scaling": {"rope_type": "default"}},
    {"model_type": "llama", "rope_scaling": {"rope_type": "llama3", **LLAMA3}},
    {"model_type": "llama", "rope_scaling": {"type": "llama3", **LLAMA3}},
    {"model_type": "llama", "rope_scaling": {"type": "yarn", "factor": 4.0}},
    {
        "model_type": "llama",
        "max_position_embeddings": 131072,
        "rope_scaling": {
            "rope_type": "yarn",
            "factor": 16.0,
            "original_max_position_embeddings": 4096,
            "beta_fast": 24,
            "beta_slow": 2,
        },
    },
    {
        "model_type": "llama",
        "rope_scaling": {
            "rope_type": "yarn",
            "factor": 40.0,
            "mscale": 0.707,
            "mscale_all_dim": 1.0,
        },
    },
    {
        "model_type": "llama",
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "attention_factor": 1.25},
    },
    {"model_type": "mistral", "sliding_window": None},
    {"model_type": "mistral", "sliding_window": 1024, "num_key_value_heads": None},
    {"model_type": "mistral", "head_dim": 160, "hidden_act": "swish"},
    {"model_type": "qwen2", "use_sliding_window": False, "sliding_window": 64},
    {"model_type": "qwen2", "use_sliding_window": True, "max_window_layers": 0},
    {"model_type": "qwen2", "use_sliding_window": True, "max_window_layers": 32},
    {"model_type": "qwen2", "use_sliding_window": True, "sliding_window": None},
    {
        "model_type": "qwen2",
        "rope_scaling": {
            "type": "yarn",
            "factor": 4.0,
            "original_max_position_embeddings": 32768,
        },
        "max_position_embeddings": 131072,
    },
    {"model_type": "qwen3", "attention_bias": True, "head_dim": 64},
    {"model_type": "qwen3", "use_sliding_window": True, "max_window_layers": 0, "sliding_window": 7},
]


def sliding_window(config):
    if config.model_type == "llama":
        return None
    if config.model_type == "mistral":
        return config.sliding_window
    layers = [
        config.use_sliding_window
        and config.sliding_window is not None
        and layer >= config.max_window_layers
        for layer in range(config.num_hidden_layers)
    ]
    assert all(layers) or not any(layers)
    return config.sliding_window if all(layers) else None


def expected(config):
    scaling = config.rope_scaling if getattr(config, "rope_scaling", None) else {}
    kind = scaling.get("rope_type", "default")
    result = {
        "vocabularyCount": config.vocab_size,
        "hiddenSize": config.hidden_size,
        "layerCount": config.num_hidden_layers,
        "headCount": config.num_attention_heads,
        "keyValueHeadCount": config.num_key_value_heads,
        "headDimension": getattr(
            config, "head_dim", config.hidden_size // config.num_attention_heads
        ),
        "intermediateSize": config.intermediate_size,
        "normEpsilon": config.rms_norm_eps,
        "contextLength": config.max_position_embeddings,
        "theta": config.rope_theta,
        "slidingWindow": sliding_window(config),
        "hasQueryKeyValueBias": config.model_type == "qwen2"
        or getattr(config, "attention_bias", False),
        "hasAttentionOutputBias": getattr(config, "attention_bias", False),
        "hasFeedForwardBias": getattr(config, "mlp_bias", False),
        "hasQueryKeyNorm": config.model_type == "qwen3",
        "tiesEmbeddings": config.tie_word_embeddings,
        "scaling": kind,
    }
    if kind == "linear":
        result["parameters"] = [scaling["factor"]]
    elif kind == "llama3":
        result["parameters"] = [
            scaling[key]
            for key in (
                "factor",
                "low_freq_factor",
                "high_freq_factor",
                "original_max_position_embeddings",
            )
        ]
    elif kind == "yarn":
        original = scaling.get("original_max_position_embeddings")
        # 4.51.3 puts the ratio of the two lengths in the place of the file's factor, a fault that its successors mended.
        mended = copy.deepcopy(config)
        mended.rope_scaling.pop("original_max_position_embeddings", None)
        _, attention_factor = ROPE_INIT_FUNCTIONS["yarn"](mended, "cpu")
        result["parameters"] = [
            scaling["factor"],
            original or config.max_position_embeddings,
            scaling.get("beta_fast") or 32,
            scaling.get("beta_slow") or 1,
            attention_factor,
        ]
    return result


if __name__ == "__main__":
    cases = []
    for case in CASES:
        config = CONFIG_MAPPING[case["model_type"]].from_dict(
            {key: dict(value) if isinstance(value, dict) else value for key, value in case.items()}
        )
        cases.append({"config": case, "expected": expected(config)})
    write_json(
        HERE / "configurations.json",
        {"versions": versions(), "script": "make_configurations.py", "cases": cases},
    )
