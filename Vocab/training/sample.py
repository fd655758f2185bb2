"""Unselected samples at the model's own settings, in Markdown, by transformers.

    python sample.py MODEL_FOLDER --samples 20 --seed 1
"""

import argparse

import torch
from transformers import AutoModelForCausalLM, LlamaTokenizer

PROMPTS = [
    "Once upon a time", "One day", "There was once a little girl", "The fox", "It was a cold winter's night",
    "Once upon a time there was a king", "\"Where are you going?\"", "A long time ago", "The old woman", "In the forest",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=120)
    parser.add_argument("--temperature", type=float, help="in place of the model's own")
    arguments = parser.parse_args()
    tokenizer = LlamaTokenizer.from_pretrained(arguments.model)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, torch_dtype=torch.float32).eval()
    overrides = {"temperature": arguments.temperature} if arguments.temperature else {}
    for number in range(arguments.samples):
        prompt = PROMPTS[number % len(PROMPTS)]
        torch.manual_seed(arguments.seed + number)
        tokens = tokenizer(prompt, return_tensors="pt")
        output = model.generate(**tokens, max_new_tokens=arguments.tokens, pad_token_id=2, **overrides)[0]
        text = tokenizer.decode(output, skip_special_tokens=True)
        print(f"{number + 1}. **{prompt}**{text[len(prompt):]}".replace("\n", "\n\n   "))
        print()


if __name__ == "__main__":
    main()
