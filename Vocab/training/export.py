"""Writes a run's model in Hugging Face layout.

    python export.py RUN_FOLDER MODEL_FOLDER
"""

import argparse
import json
import pathlib
import shutil

import torch
from safetensors.torch import save_file

from masked import MASK
from model import Llama

TOKENIZER = {
    "tokenizer_class": "LlamaTokenizer",
    "add_bos_token": True,
    "add_eos_token": False,
    "add_prefix_space": True,
    "legacy": True,
    "clean_up_tokenization_spaces": False,
    "sp_model_kwargs": {},
    "bos_token": "<s>",
    "eos_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": None,
}
GENERATION = {
    "bos_token_id": 1,
    "eos_token_id": 2,
    "do_sample": True,
    "temperature": 0.8,
    "top_k": 0,
    "top_p": 0.9,
    "max_new_tokens": 200,
}
# What a masked model is decoded with. Blocks are as long as some that it was trained on.
DENOISING = {
    "bos_token_id": 1,
    "eos_token_id": 2,
    "strategy": "diffusion",
    "mask_token_id": MASK,
    "block_length": 32,
    "temperature": 0.8,
    "top_p": 0.9,
    "max_new_tokens": 128,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.model
    folder.mkdir(parents=True, exist_ok=True)
    # The checkpoint is a pickle that train.py wrote.
    state = torch.load(arguments.run / "checkpoint.pt", weights_only=False)
    model = Llama(state["shape"])
    model.load_state_dict(state["model"])
    tensors = {n: t.detach().to(torch.bfloat16).contiguous() for n, t in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(arguments.run / "tokenizer.model", folder / "tokenizer.model")
    masked = state["arguments"].get("objective") == "masked"
    generation = DENOISING if masked else GENERATION
    config = state["shape"].config() | {"max_position_embeddings": state["shape"].context}
    for name, fields in (
        ("config.json", config),
        ("tokenizer_config.json", TOKENIZER | {"model_max_length": state["shape"].context}),
        ("generation_config.json", generation),
    ):
        (folder / name).write_text(json.dumps(fields, indent=2) + "\n")
    parameters = sum(t.numel() for t in tensors.values())
    size = (folder / "model.safetensors").stat().st_size
    before = state.get("tokens_before", 0)
    print(f"{parameters} parameters, {size} bytes, after {before} + {state['tokens']} tokens")


if __name__ == "__main__":
    main()
