"""Trains a LoRA adapter with which the embedded model tells its tales in rhymed couplets.

    python adapter.py ../storyteller ../adapters/verse

Reads the model's folder, learns from the tales of verse.py, and writes `adapter_config.json` and
`adapter_model.safetensors` (bfloat16) as PEFT writes them. Then it loads them again over the float32 model
and prints, with and without the adapter, the loss on held-out verse and unselected samples.
"""

import argparse
import copy
import json
import pathlib
import random
import time

import numpy
import sentencepiece
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, LlamaTokenizer

from data import Stream, encode
from verse import tale

PROMPTS = ["Once upon a time", "Once upon a time", "The fox"]


def read_model(folder: pathlib.Path):
    return AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()


def loss(model, rows: torch.Tensor) -> torch.Tensor:
    """Nats per token of each row's tokens after the first."""
    return model(input_ids=rows, labels=rows, use_cache=False).loss


@torch.no_grad()
def held_out_loss(model, encoded: list[numpy.ndarray]) -> float:
    """Nats per token over whole tales, in float32, a tale at a time."""
    total = count = 0.0
    for tokens in encoded:
        total += loss(model, torch.from_numpy(tokens.astype(numpy.int64))[None]).item() * (len(tokens) - 1)
        count += len(tokens) - 1
    return total / count


def train(model, stream: Stream, arguments: argparse.Namespace) -> None:
    """AdamW on the adapter alone: a short warm-up, then a straight fall to nothing."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0.0)
    model.train()
    began = time.monotonic()
    for step in range(arguments.steps):
        for group in optimiser.param_groups:
            group["lr"] = arguments.rate * min((step + 1) / 20, 1 - step / arguments.steps)
        rows = torch.from_numpy(numpy.stack([stream.next() for _ in range(arguments.rows)]).astype(numpy.int64))
        with torch.autocast("cpu", torch.bfloat16):
            value = loss(model, rows)
        value.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} {time.monotonic() - began:.0f} s loss {value.item():.4f}", flush=True)
    model.eval()


def save(model, folder: pathlib.Path) -> None:
    """What PEFT writes, in bfloat16, with the lists in order and no folder of this machine."""
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data = parameter.data.to(torch.bfloat16)
    config = model.peft_config["default"]
    config.base_model_name_or_path = "storyteller"
    config.target_modules = sorted(config.target_modules)
    model.save_pretrained(folder, save_embedding_layers=False)
    # PEFT's card is a form with blanks; the adapter's own is MODEL_CARD.md.
    (folder / "README.md").unlink(missing_ok=True)


@torch.no_grad()
def samples(model, tokenizer, seed: int, tokens: int) -> list[str]:
    texts = []
    for number, prompt in enumerate(PROMPTS):
        torch.manual_seed(seed + number)
        output = model.generate(**tokenizer(prompt, return_tensors="pt"), max_new_tokens=tokens, pad_token_id=2)[0]
        texts.append(tokenizer.decode(output, skip_special_tokens=True))
    return texts


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("adapter", type=pathlib.Path)
    parser.add_argument("--tales", type=int, default=6000)
    parser.add_argument("--held-out", type=int, default=60, help="further tales, to measure on")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--alpha", type=int, default=16)
    parser.add_argument("--rate", type=float, default=4e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(arguments.model / "tokenizer.model"))
    count = arguments.tales + arguments.held_out
    # No tale that is trained on is held out, should the generator tell one twice.
    texts = list(dict.fromkeys(tale(random.Random(f"{arguments.seed} {i}")) for i in range(count)))
    encoded = encode(vocabulary, texts)
    held_out = encoded[-arguments.held_out :]
    stream = Stream(encoded[: -arguments.held_out], arguments.length, arguments.seed)
    print(f"{len(encoded) - len(held_out)} tales, {len(stream.tokens)} tokens to train on; {len(held_out)} held out")
    base = read_model(arguments.model)
    config = LoraConfig(
        r=arguments.rank, lora_alpha=arguments.alpha, target_modules="all-linear", task_type="CAUSAL_LM")
    adapted = get_peft_model(copy.deepcopy(base), config)
    train(adapted, stream, arguments)
    save(adapted, arguments.adapter)
    again = PeftModel.from_pretrained(read_model(arguments.model), arguments.adapter).eval()
    tokenizer = LlamaTokenizer.from_pretrained(arguments.model)
    print(json.dumps({
        "trained_parameters": sum(p.numel() for n, p in again.named_parameters() if "lora_" in n),
        "held_out_verse_base": round(held_out_loss(base, held_out), 4),
        "held_out_verse_adapted": round(held_out_loss(again, held_out), 4),
    }, indent=2))
    for name, model in (("with the adapter", again), ("without", base)):
        print(f"\n## {name}")
        for number, text in enumerate(samples(model, tokenizer, arguments.seed, 120), 1):
            print(f"\n{number}. {text}")


if __name__ == "__main__":
    main()
