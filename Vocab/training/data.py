"""Documents, their split, the vocabulary, and batches of packed windows."""

import pathlib
import random
import re

import numpy
import sentencepiece

DOCUMENT = "<|story|>"
PART = "<|part|>"

# The vocabulary reads curly marks as straight ones: the text has only those.
NORMALISATION = {"‘": "'", "’": "'", "“": '"', "”": '"', "—": "--", "–": "-", "…": "...", "\u00a0": " "}


def load(folder: pathlib.Path) -> dict[str, list[str]]:
    """The documents of each `.txt` file in `folder`, by the file's stem."""
    sources = {}
    for path in sorted(folder.glob("*.txt")):
        documents = path.read_text(encoding="utf-8").split(f"\n{DOCUMENT}\n")
        sources[path.stem] = [d.strip() for d in documents if d.strip()]
    if not sources:
        raise SystemExit(f"{folder} holds no .txt file; corpus.py and story_grammar.py write some")
    return sources


def split(documents: list[str], fraction: float, seed: int) -> tuple[list[str], list[str]]:
    """(training, held out): whole documents in seeded order until `fraction` of the bytes is held out."""
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    wanted = fraction * sum(len(d.encode()) for d in documents)
    held: set[int] = set()
    size = 0
    for index in order:
        length = len(documents[index].encode())
        if size + length <= 1.5 * wanted:
            held.add(index)
            size += length
        if size >= wanted:
            break
    return (
        [d for i, d in enumerate(documents) if i not in held],
        [d for i, d in enumerate(documents) if i in held],
    )


def parts(document: str) -> list[str]:
    """A tale is one part; a book's chapters are one each."""
    return [part.strip() for part in document.split(PART) if part.strip()]


def without_overlap(held_out: list[str], training: list[str], run: int = 12) -> list[str]:
    """The held-out documents without the parts that training holds too: the corpora share some tales.

    A part goes if more than one in a hundred of its runs of twelve words occur in training.
    """

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z']+", text.lower())
        return {tuple(words[i : i + run]) for i in range(len(words) - run + 1)}

    wanted = set().union(*(runs(document) for document in held_out))
    seen = {r for document in training for r in runs(document) & wanted}
    kept = []
    for document in held_out:
        clean = [p for p in parts(document) if len(runs(p) & seen) <= 0.01 * len(runs(p))]
        if clean:
            kept.append(f"\n{PART}\n".join(clean))
    return kept


def train_vocabulary(texts: list[str], path: pathlib.Path, size: int) -> None:
    """Writes `path` (a SentencePiece BPE model): byte fallback, digits split, every space kept."""
    rules = path.with_name("normalisation.tsv")
    rules.write_text(
        "".join(
            f"{ord(source):X}\t{' '.join(f'{ord(c):X}' for c in target)}\n"
            for source, target in NORMALISATION.items()
        )
    )
    with open(path, "wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(line for text in texts for line in text.split("\n") if line.strip()),
            model_writer=file,
            model_type="bpe",
            vocab_size=size,
            byte_fallback=True,
            split_digits=True,
            character_coverage=1.0,
            remove_extra_whitespaces=False,
            add_dummy_prefix=True,
            normalization_rule_tsv=str(rules),
            unk_id=0,
            bos_id=1,
            eos_id=2,
            pad_id=-1,
            max_sentence_length=65536,
            shuffle_input_sentence=False,
            num_threads=1,
            minloglevel=1,
        )
    rules.unlink()


def encode(vocabulary: sentencepiece.SentencePieceProcessor, documents: list[str]) -> list[numpy.ndarray]:
    """Each part as `<s> ... </s>`."""
    texts = [part for document in documents for part in parts(document)]
    return [
        numpy.array([1, *tokens, 2], dtype=numpy.int32) for tokens in vocabulary.encode(texts)
    ]


class Stream:
    """Windows of `length` tokens over the parts of one source, in an order shuffled anew each epoch.

    The state is (epoch, position): the order is a function of the seed and the epoch.
    """

    def __init__(self, encoded: list[numpy.ndarray], length: int, seed: int):
        self.encoded, self.length, self.seed = encoded, length, seed
        self.epoch, self.position = 0, 0
        self._load()

    def _load(self) -> None:
        order = list(range(len(self.encoded)))
        generator = random.Random(f"{self.seed} {self.epoch}")
        generator.shuffle(order)
        self.tokens = numpy.concatenate([self.encoded[i] for i in order])
        # Each epoch cuts at other places.
        self.offset = generator.randrange(self.length)

    def next(self) -> numpy.ndarray:
        start = self.offset + self.position * self.length
        if start + self.length > len(self.tokens):
            self.epoch, self.position = self.epoch + 1, 0
            self._load()
            start = self.offset
        self.position += 1
        return self.tokens[start : start + self.length]

    def state(self) -> tuple[int, int]:
        return self.epoch, self.position

    def restore(self, state: tuple[int, int]) -> None:
        self.epoch, self.position = state
        self._load()


class Mix:
    """Batches whose rows come from the sources with the given shares."""

    def __init__(self, streams: dict[str, Stream], shares: dict[str, float], rows: int, seed: int):
        self.streams, self.rows = streams, rows
        self.names = sorted(shares)
        self.weights = [shares[name] for name in self.names]
        self.generator = random.Random(seed)

    def next(self) -> numpy.ndarray:
        names = self.generator.choices(self.names, self.weights, k=self.rows)
        return numpy.stack([self.streams[name].next() for name in names]).astype(numpy.int64)

    def state(self) -> dict:
        streams = {name: stream.state() for name, stream in self.streams.items()}
        return {"generator": self.generator.getstate(), "streams": streams}

    def restore(self, state: dict) -> None:
        self.generator.setstate(state["generator"])
        for name, position in state["streams"].items():
            self.streams[name].restore(position)
