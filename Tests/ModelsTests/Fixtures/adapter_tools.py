"""What the scripts that make adapters share: random adapters of PEFT, mixes of them, and their GGUF form."""

import json
import shutil
import sys

import gguf
import numpy as np
import peft
import torch
from peft import PeftModel, get_peft_model
from peft.tuners.lora import LoraLayer
from safetensors.numpy import load_file

from make_tiny_gguf import gguf_name, permute
from parity import HERE, versions

def all_versions():
    return {**versions(), "peft": peft.__version__}


def random_adapter(model, config, seed):
    """A PEFT model with a random adapter, strong enough to change what is predicted."""
    model = get_peft_model(model, config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "lora_magnitude_vector" in name:
                parameter.mul_(1 + 0.3 * noise)
            elif "lora_B" in name and name.endswith(".bias"):
                parameter.copy_(0.3 * noise)
            elif "lora_" in name:
                # A's rows and B's columns of about unit length together.
                parameter.copy_(noise * (0.5 if "_B" in name else 1 / parameter.shape[-1] ** 0.5))
            elif "modules_to_save" in name:
                parameter.add_(0.2 * noise * parameter.std().clamp(min=0.1))
            elif parameter.requires_grad:
                parameter.add_(0.3 * noise)
    return model


def save(model, folder, base, with_bases=False):
    """Saves an adapter as PEFT does, with nothing in it that differs from one run to the next."""
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder, save_embedding_layers=True if with_bases else "auto")
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text())
    config["base_model_name_or_path"] = base
    for key, value in config.items():
        # Sets come in any order; of tokens the order is that of the rows.
        if isinstance(value, list) and key != "trainable_token_indices":
            config[key] = sorted(value)
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(folder.relative_to(HERE), size, file=sys.stderr)


def mixed(base, parts):
    """The base with several adapters active at once, each times its weight: `LoraLayer.set_scale`, `set_adapter`."""
    model = None
    for index, (folder, weight) in enumerate(parts):
        name = f"part{index}"
        if model is None:
            model = PeftModel.from_pretrained(base, folder, adapter_name=name)
        else:
            model.load_adapter(folder, adapter_name=name)
    for index, (_, weight) in enumerate(parts):
        for module in model.modules():
            if isinstance(module, LoraLayer):
                module.set_scale(f"part{index}", weight)
    model.base_model.set_adapter([f"part{index}" for index in range(len(parts))])
    return model.eval()


def write_gguf(folder, path, config, architecture, alpha):
    """An adapter of PEFT as a GGUF file, in the layout that llama.cpp documents: for a weight X of the base X.lora_a
    and X.lora_b, the rows of query and key in ggml's order where the architecture has one, the first factor of the
    embedding transposed, norms whole."""
    heads_of = {"q_proj": config.num_attention_heads, "k_proj": config.num_key_value_heads}
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(alpha))
    for name, value in sorted(load_file(folder / "adapter_model.safetensors").items()):
        name = name.removeprefix("base_model.model.")
        value = value.astype(np.float32)
        if name.endswith("norm.weight"):
            writer.add_tensor(gguf_name(name), value)
            continue
        if name.endswith("base_layer.weight"):
            continue
        if ".lora_embedding_" in name:
            stem, factor = name.split(".lora_embedding_")
            value = value.T if factor == "A" else value
        else:
            stem, factor = name.removesuffix(".weight").split(".lora_")
        heads = heads_of.get(stem.rsplit(".", 1)[-1])
        if architecture == "llama" and heads and factor == "B":
            value = permute(value, heads)
        writer.add_tensor(
            gguf_name(f"{stem}.weight") + f".lora_{factor.lower()}", np.ascontiguousarray(value)
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(path.relative_to(HERE), path.stat().st_size, file=sys.stderr)
