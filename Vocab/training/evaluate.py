"""Held-out perplexity of a run's exported model and of the baselines, on the same documents.

    python evaluate.py TEXT_FOLDER RUN_FOLDER MODEL_FOLDER

The held-out documents are those of RUN_FOLDER/held_out.json. Every token after `<s>` counts,
`</s>` included; bits per byte are over the documents' bytes. In a document longer than the context
every token but the first 512 sees at least 256 before it. The baselines learn from the training
documents of all sources in the mix, each once.
"""

import argparse
import json
import math
import pathlib

import numpy
import sentencepiece
import torch
from safetensors.torch import load_file
from torch.nn import functional as F

from baselines import KneserNeyTrigram, Unigram
from data import encode, load, parts, split
from model import Llama, Shape
from train import HELD_OUT, HELD_OUT_GENERATED


def read_model(folder: pathlib.Path) -> Llama:
    """The exported files, in float32."""
    config = json.loads((folder / "config.json").read_text())
    model = Llama(
        Shape(
            vocabulary=config["vocab_size"],
            width=config["hidden_size"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            kv_heads=config["num_key_value_heads"],
            hidden=config["intermediate_size"],
            context=config["max_position_embeddings"],
        )
    )
    tensors = {name: t.float() for name, t in load_file(folder / "model.safetensors").items()}
    model.load_state_dict(tensors)
    return model.eval()


@torch.no_grad()
def nats(model: Llama, encoded: list[numpy.ndarray]) -> float:
    """The summed negative log-probability, in windows of the context that overlap by half."""
    context, stride = model.shape.context, model.shape.context // 2
    total = 0.0
    for part in encoded:
        tokens = torch.from_numpy(part.astype(numpy.int64))
        scored, start = 1, 0
        while scored < len(tokens):
            end = min(start + context, len(tokens))
            window = tokens[start:end]
            log = F.log_softmax(model(window[None, :-1])[0], dim=-1)
            losses = -log.gather(1, window[1:, None])[:, 0]
            total += losses[scored - start - 1 :].sum().item()
            scored, start = end, start + stride
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--predictors", default="unigram,trigram,model", help="which of these three to measure")
    parser.add_argument("--seed", type=int, default=1, help="the run's seed")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(arguments.model / "tokenizer.model"))
    model = read_model(arguments.model)
    held_out = json.loads((arguments.run / "held_out.json").read_text())
    training = []
    for name, documents in load(arguments.text).items():
        fraction = HELD_OUT.get(name, HELD_OUT_GENERATED)
        training += encode(vocabulary, split(documents, fraction, arguments.seed)[0])
    size = vocabulary.get_piece_size()
    makers = {
        "unigram": lambda: Unigram(training, size).nats,
        "trigram": lambda: KneserNeyTrigram(training, size).nats,
        "model": lambda: lambda encoded: nats(model, encoded),
    }
    models = {name: makers[name]() for name in arguments.predictors.split(",")}
    print("source,documents,tokens,bytes,predictor,nats_per_token,perplexity,bits_per_byte")
    for name, documents in held_out.items():
        encoded = encode(vocabulary, documents)
        tokens = sum(len(part) - 1 for part in encoded)
        size = sum(len(part.encode()) for document in documents for part in parts(document))
        for predictor, measure in models.items():
            loss = measure(encoded)
            print(
                f"{name},{len(documents)},{tokens},{size},{predictor},{loss / tokens:.4f},"
                f"{math.exp(loss / tokens):.2f},{loss / math.log(2) / size:.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
