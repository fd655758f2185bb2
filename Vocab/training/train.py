"""Trains the vocabulary and the model from a folder of text.

    python train.py TEXT_FOLDER RUN_FOLDER --minutes 90 --mix tales=2,books=3,grammar=5

TEXT_FOLDER holds `.txt` files as corpus.py and story_grammar.py write them. RUN_FOLDER gets
`tokenizer.model`, `log.csv`, `held_out.json` (the documents that were held out) and
`checkpoint.pt`, written every ten minutes and at the end. The same command goes on from the
checkpoint; only time spent training counts as `--minutes`. When they are used up, or `--tokens` are,
or on SIGTERM or SIGINT (after a checkpoint), it stops. export.py writes the model.

With `--objective masked` the model learns to denoise blocks (masked.py) instead of the next token,
with `--objective distilled --teacher CHECKPOINT` to denoise them in fewer steps than the masked model in
CHECKPOINT, with whose weights it begins (distilled.py).
With `--initial CHECKPOINT` (or an exported model's folder) a new run begins with the weights and the vocabulary of an earlier one,
and with nothing else of it: the rate is warmed up anew, and time and tokens are counted from nothing.
"""

import argparse
import collections
import csv
import json
import math
import os
import pathlib
import shutil
import signal
import time

import numpy
import sentencepiece
import torch

from safetensors.torch import load_file

from data import Mix, Stream, encode, load, split, train_vocabulary, without_overlap
from distilled import DistilledLlama
from masked import MaskedLlama
from model import Llama, Shape

# The share of each source's bytes that is held out; other sources are generated text.
HELD_OUT = {"tales": 0.05, "books": 0.05}
HELD_OUT_GENERATED = 0.01


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("text", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--mix", default="tales=2,books=3,grammar=5", help="rows by source, as weights")
    parser.add_argument("--vocabulary-sources", default="", help="sources of the vocabulary; all if empty")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument(
        "--initial", type=pathlib.Path, help="a checkpoint whose weights and vocabulary a new run begins with")
    parser.add_argument("--objective", choices=["causal", "masked", "distilled"], default="causal")
    parser.add_argument("--teacher", type=pathlib.Path, help="the checkpoint that --objective distilled learns from")
    parser.add_argument(
        "--teacher-steps", type=int, default=2, help="how many steps of the teacher one of the student replaces")
    parser.add_argument("--tokens", type=float, default=math.inf, help="stop here if it comes before --minutes")
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--layers", type=int, default=Shape.layers)
    parser.add_argument("--hidden", type=int, default=Shape.hidden)
    parser.add_argument("--vocabulary", type=int, default=Shape.vocabulary)
    parser.add_argument("--rate", type=float, default=3e-3, help="peak learning rate")
    parser.add_argument("--optimiser", choices=["adamw", "muon"], default="muon")
    parser.add_argument("--decay", type=float, default=0.4, help="the last part of the time, in which the rate falls")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--checkpoint-minutes", type=float, default=10)
    parser.add_argument("--evaluate-minutes", type=float, default=5)
    arguments = parser.parse_args()
    if (arguments.objective == "distilled") != (arguments.teacher is not None):
        parser.error("--objective distilled and --teacher go together")
    if arguments.teacher_steps not in (2, 4):
        parser.error(f"--teacher-steps is {arguments.teacher_steps}; it must be 2 or 4")
    arguments.initial = arguments.initial or arguments.teacher
    return arguments


def optimisers(model: Llama, arguments: argparse.Namespace) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers if asked for, AdamW for the rest."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "layers" in n]
    vectors = [p for p in model.parameters() if p.ndim == 1]
    table = [model.model.embed_tokens.weight]
    adam = [{"params": table, "weight_decay": 0.0}, {"params": vectors, "weight_decay": 0.0}]
    found: list[torch.optim.Optimizer] = []
    if arguments.optimiser == "muon":
        found.append(
            torch.optim.Muon(
                matrices, lr=arguments.rate, momentum=0.95, weight_decay=0.05,
                adjust_lr_fn="match_rms_adamw"))
    else:
        adam.append({"params": matrices, "weight_decay": 0.05})
    found.append(torch.optim.AdamW(adam, lr=arguments.rate, betas=(0.9, 0.98), eps=1e-9, fused=True))
    return found


def rate_factor(step: int, progress: float, decay: float) -> float:
    """A short warm-up in steps, a plateau, then a straight fall to nothing over the last part of the time."""
    return min(1.0, (step + 1) / 60) * min(1.0, max(0.0, (1 - progress) / decay))


class Run:
    """One training run: everything that a checkpoint holds."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        self.folder = arguments.run
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        self.shares = {
            name: float(share)
            for name, share in (item.split("=") for item in arguments.mix.split(",")) if float(share) > 0
        }
        self._read_text()
        shape = Shape(
            vocabulary=self.vocabulary.get_piece_size(), layers=arguments.layers, hidden=arguments.hidden)
        if arguments.objective == "masked":
            self.model: Llama = MaskedLlama(shape)
            self.compiled_loss = self.model.loss
        elif arguments.objective == "distilled":
            self.model = DistilledLlama(shape, self._teacher(), arguments.teacher_steps)
            self.compiled_loss = self.model.distillation
        else:
            self.model = Llama(shape)
            self.compiled_loss = torch.compile(self.model.loss)
        self.optimisers = optimisers(self.model, arguments)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        # The tokens that earlier runs were trained on, where this one began with their weights.
        self.tokens_before = 0
        self._restore()

    def _read_text(self) -> None:
        arguments = self.arguments
        sources = load(arguments.text)
        unknown = set(self.shares) - set(sources)
        if unknown:
            raise SystemExit(f"--mix names {sorted(unknown)}; {arguments.text} holds {sorted(sources)}")
        parted = {
            name: split(documents, HELD_OUT.get(name, HELD_OUT_GENERATED), arguments.seed)
            for name, documents in sources.items()
        }
        path = self.folder / "tokenizer.model"
        if not path.exists() and arguments.initial:
            folder = arguments.initial if arguments.initial.is_dir() else arguments.initial.parent
            shutil.copyfile(folder / "tokenizer.model", path)
        if not path.exists():
            chosen = arguments.vocabulary_sources.split(",") if arguments.vocabulary_sources else list(sources)
            texts = [document for name in chosen for document in parted[name][0]]
            train_vocabulary(texts, path, arguments.vocabulary)
        self.vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(path))
        written = [document for name in HELD_OUT if name in parted for document in parted[name][0]]
        held_out = {
            name: without_overlap(held, written) if name in HELD_OUT else held
            for name, (_, held) in parted.items()
        }
        (self.folder / "held_out.json").write_text(json.dumps(held_out))
        length = Shape.context + 1
        streams = {
            name: Stream(encode(self.vocabulary, parted[name][0]), length, arguments.seed)
            for name in self.shares
        }
        for name, stream in streams.items():
            print(f"{name}: {len(parted[name][0])} documents, {len(stream.tokens)} tokens to train on")
        self.mix = Mix(streams, self.shares, arguments.rows, arguments.seed)
        self.probe = {
            name: self._windows(encode(self.vocabulary, held), length) for name, held in held_out.items()
        }

    @staticmethod
    def _windows(encoded: list[numpy.ndarray], length: int) -> torch.Tensor:
        """At most 24 windows spread evenly over the held-out text: for the log, not for the card."""
        tokens = numpy.concatenate(encoded)
        count = min(24, len(tokens) // length)
        starts = numpy.linspace(0, len(tokens) - length, count).astype(int)
        return torch.from_numpy(numpy.stack([tokens[s : s + length] for s in starts]).astype(numpy.int64))

    def _teacher(self) -> MaskedLlama:
        state = torch.load(self.arguments.teacher, weights_only=False)
        if state["arguments"]["objective"] == "causal":
            raise SystemExit(f"{self.arguments.teacher} predicts the next token; a teacher must be a masked model")
        if state["shape"].vocabulary != self.vocabulary.get_piece_size():
            raise SystemExit(f"{self.arguments.teacher} has another vocabulary than {self.folder}/tokenizer.model")
        teacher = MaskedLlama(state["shape"])
        teacher.load_state_dict(state["model"])
        return teacher

    def _restore(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            if self.arguments.initial:
                self._begin_with(self.arguments.initial)
            return
        state = torch.load(path, weights_only=False)
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.mix.restore(state["mix"])
        self.step, self.tokens, self.seconds = state["step"], state["tokens"], state["seconds"]
        self.tokens_before = state.get("tokens_before", 0)
        print(f"going on from step {self.step}, {self.seconds / 60:.1f} minutes", flush=True)

    def _begin_with(self, path: pathlib.Path) -> None:
        """The weights of another run or of an exported model; the vocabulary was taken before."""
        if path.is_dir():
            tensors = load_file(path / "model.safetensors")
            self.model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
            print(f"beginning with the weights of {path}", flush=True)
            return
        state = torch.load(path, weights_only=False)
        if state["shape"] != self.model.shape:
            raise SystemExit(f"{path} holds a model of {state['shape']}; this run asks for {self.model.shape}")
        self.model.load_state_dict(state["model"])
        self.tokens_before = state.get("tokens_before", 0) + state["tokens"]
        print(f"beginning with weights of {self.tokens_before} tokens", flush=True)

    def save(self) -> None:
        state = {
            "shape": self.model.shape,
            "arguments": vars(self.arguments),
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "mix": self.mix.state(),
            "step": self.step,
            "tokens": self.tokens,
            "tokens_before": self.tokens_before,
            "seconds": self.seconds,
        }
        temporary = self.folder / "checkpoint.tmp"
        torch.save(state, temporary)
        os.replace(temporary, self.folder / "checkpoint.pt")

    def progress(self) -> float:
        """The share of the run that is done, by time or by tokens, whichever is further."""
        arguments = self.arguments
        return max(self.seconds / (arguments.minutes * 60), self.tokens / arguments.tokens)

    @torch.no_grad()
    def probe_losses(self) -> dict[str, float]:
        """Mean held-out loss by source, nats per token."""
        losses = {}
        for name, windows in self.probe.items():
            with torch.autocast("cpu", torch.bfloat16):
                rows = [self.model.loss(chunk).item() * len(chunk) for chunk in windows.split(8)]
            losses[name] = sum(rows) / len(windows)
        return losses

    def _open_log(self) -> pathlib.Path:
        """The log with its heading; rows that came after the checkpoint are dropped: they will come again."""
        log = self.folder / "log.csv"
        rows = log.read_text().splitlines() if log.exists() else []
        heading = ["step", "tokens", "seconds", "rate", "loss"] + [f"held_out_{n}" for n in sorted(self.probe)]
        kept = [row for row in rows[1:] if int(row.split(",")[0]) <= self.step]
        log.write_text("\n".join([",".join(heading), *kept]) + "\n")
        return log

    def _evaluate(self, log: pathlib.Path, rate: float, mean: float) -> None:
        losses = self.probe_losses()
        row = [self.step, self.tokens, round(self.seconds), f"{rate:.6f}", f"{mean:.4f}"]
        with open(log, "a", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(row + [f"{losses[n]:.4f}" for n in sorted(losses)])

    def _step(self, rate: float) -> float:
        """One batch; the loss before it."""
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        batch = torch.from_numpy(self.mix.next())
        with torch.autocast("cpu", torch.bfloat16):
            loss = self.compiled_loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        if not math.isfinite(loss.item()):
            raise SystemExit(f"the loss at step {self.step} is {loss.item()}; the last checkpoint stands")
        self.step += 1
        self.tokens += batch.shape[0] * (batch.shape[1] - 1)
        return loss.item()

    def train(self) -> None:
        arguments = self.arguments
        stopping = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.append(True))
        log = self._open_log()
        saved = evaluated = self.seconds
        first, recent, rate = self.step, collections.deque(maxlen=100), 0.0
        while (progress := self.progress()) < 1 and not stopping:
            began = time.monotonic()
            rate = arguments.rate * rate_factor(self.step, progress, arguments.decay)
            recent.append(self._step(rate))
            self.seconds += time.monotonic() - began
            if self.step % 100 == 0:
                mean = sum(recent) / len(recent)
                print(f"step {self.step} {self.seconds:.0f} s {self.tokens} tokens loss {mean:.4f}", flush=True)
            if self.seconds - evaluated >= arguments.evaluate_minutes * 60:
                evaluated = self.seconds
                self._evaluate(log, rate, sum(recent) / len(recent))
            if self.seconds - saved >= arguments.checkpoint_minutes * 60:
                saved = self.seconds
                self.save()
        # However the loop ended, and at whatever point a signal came.
        if self.step > first:
            self._evaluate(log, rate, sum(recent) / len(recent))
            self.save()
        print(f"stopped at step {self.step}, {self.tokens} tokens, {self.seconds / 60:.1f} minutes", flush=True)


def main() -> None:
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    Run(arguments).train()


if __name__ == "__main__":
    main()
