"""What PEFT computes with adapters over real models, whose weights a formula gives: they would be too large to store.

    python make_large_adapters.py storyteller
    python make_large_adapters.py smollm2 DIRECTORY

Writes `adapters-storyteller.json` or `adapters-smollm2.json`: for each adapter its configuration as PEFT saves it, and
for each of its tensors name, shape, offset and amplitude; the element at index i of the tensor at place t of the list
is offset + amplitude · (u - 1/2), with u the upper 24 bits of SplitMix64's output for the state
(t << 40) + i, as a fraction. Predictions are log-probabilities of every 61st token id, and greedy tokens as far as they
are certain. Run the first again whenever `Vocab/storyteller` or `Vocab/adapters` change: the adapters there are
recorded too. DIRECTORY is that of `make_smollm2.py`.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors.numpy import save_file
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from adapter_tools import all_versions, mixed
from parity import HERE, base64_floats, greedy, log_probabilities, write_json

STRIDE = 61
VOCAB = HERE.parents[2] / "Vocab"
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
PROMPTS = ["Once upon a time", "The little girl said to the wolf:", "In a village there lived a miller who"]

CONFIGS = {
    "plain-qv": dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"]),
    "all-linear-rslora": dict(r=8, lora_alpha=8, use_rslora=True, target_modules="all-linear"),
    "dora": dict(r=4, lora_alpha=6, use_dora=True, target_modules=ALL),
    "patterns": dict(
        r=4,
        lora_alpha=8,
        target_modules=r".*\.layers\.\d*[02468]\..*(q|k|down)_proj",
        rank_pattern={"down_proj": 6, r"layers\.2\..*": 2},
        alpha_pattern={r"mlp\.\w+": 12, "q_proj": 3},
    ),
    "saved-head": dict(r=4, target_modules=["q_proj", "o_proj"], modules_to_save=["lm_head"]),
}
MIXES = {"weighted": [("plain-qv", 0.75), ("all-linear-rslora", -0.5)]}


def splitmix(states):
    with np.errstate(over="ignore"):
        z = states.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def fill(place, shape, offset, amplitude):
    count = int(np.prod(shape))
    bits = splitmix(np.arange(count, dtype=np.uint64) + (np.uint64(place) << np.uint64(40)))
    u = (bits >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)
    return (np.float32(offset) + np.float32(amplitude) * (u - np.float32(0.5))).reshape(shape)


def power_of_two(value):
    """The nearest below: what is multiplied by it stays exact."""
    return float(2 ** np.floor(np.log2(value)))


def amplitude(name, tensor):
    """Offset and amplitude of a tensor: an update of some tenths of the weights' size."""
    if name.endswith("lora_magnitude_vector"):
        # The lengths of the base's rows, about.
        mean = float(tensor.mean())
        return round(mean * 64) / 64, power_of_two(mean / 2)
    if ".lora_A" in name:
        return 0.0, power_of_two(4 / tensor.shape[1] ** 0.5)
    if ".lora_B" in name:
        return 0.0, 0.125
    return 0.0, power_of_two(float(tensor.std()) * 3)


def record(folder, directory, settings):
    """Builds one adapter, saves it as PEFT would, and returns what the test needs to write the same files."""
    model = AutoModelForCausalLM.from_pretrained(directory, torch_dtype=torch.float32)
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **settings))
    state = get_peft_model_state_dict(model, save_embedding_layers=False)
    tensors, values = [], {}
    for place, (name, tensor) in enumerate(sorted(state.items())):
        offset, size = amplitude(name, tensor)
        shape = list(tensor.shape)
        tensors.append({"name": name, "shape": shape, "offset": offset, "amplitude": size})
        values[name] = fill(place, shape, offset, size)
    model.peft_config["default"].inference_mode = True
    model.peft_config["default"].base_model_name_or_path = "base"
    model.peft_config["default"].save_pretrained(folder)
    save_file(values, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "adapter_config.json").read_text())
    for key, value in config.items():
        if isinstance(value, list):
            config[key] = sorted(value)
    return {"configuration": json.dumps(config, sort_keys=True), "tensors": tensors}


def predictions(model, prompts):
    cases = []
    for ids in prompts:
        tokens, margins = greedy(model, ids, 24)
        # Beyond the first step that rounding could turn, the two may part.
        certain = next((i for i, m in enumerate(margins) if m < 4e-3), len(tokens))
        row = log_probabilities(model, ids)[-1].numpy()
        cases.append({"tokens": ids, "next": base64_floats(row[::STRIDE]), "greedy": tokens[:certain]})
        print(len(ids), certain, file=sys.stderr)
    return cases


def base(directory):
    return AutoModelForCausalLM.from_pretrained(
        directory, torch_dtype=torch.float32, attn_implementation="eager"
    ).eval()


def main(name, directory):
    torch.set_num_threads(2)
    if name == "storyteller":
        directory = VOCAB / "storyteller"
        processor = sentencepiece.SentencePieceProcessor(model_file=str(directory / "tokenizer.model"))
        prompts = [[processor.bos_id()] + processor.encode(text) for text in PROMPTS]
    else:
        tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{directory}/tokenizer.json")
        prompts = [tokenizer.encode(text, add_special_tokens=False) for text in PROMPTS]
    adapters, cases, shipped = {}, [], []
    with tempfile.TemporaryDirectory() as scratch:
        for adapter, settings in CONFIGS.items():
            folder = Path(scratch) / adapter
            folder.mkdir()
            adapters[adapter] = record(folder, directory, settings)
        mixes = {adapter: [(adapter, 1.0)] for adapter in CONFIGS} | MIXES
        for mix, parts in mixes.items():
            print(mix, file=sys.stderr)
            model = mixed(base(directory), [(Path(scratch) / part, w) for part, w in parts])
            cases.append(
                {
                    "name": mix,
                    "parts": [{"adapter": part, "weight": weight} for part, weight in parts],
                    "examples": predictions(model, prompts),
                }
            )
    if name == "storyteller":
        for folder in sorted((VOCAB / "adapters").glob("*/adapter_config.json")):
            model = PeftModel.from_pretrained(base(directory), folder.parent).eval()
            shipped.append({"name": folder.parent.name, "examples": predictions(model, prompts)})
    digest = hashlib.sha256((Path(directory) / "model.safetensors").read_bytes()).hexdigest()
    write_json(
        HERE / f"adapters-{name}.json",
        {
            "versions": all_versions(),
            "script": "make_large_adapters.py",
            "sha256": {"model.safetensors": digest},
            "stride": STRIDE,
            "adapters": adapters,
            "cases": cases,
            "shipped": shipped,
        },
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
