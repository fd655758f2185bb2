"""Three engines for constrained decoding behind one interface, over one vocabulary.

Each engine compiles a JSON schema with one space after commas and colons, and `additionalProperties` true by default as
JSON Schema has it, so that the languages of all three are meant to be the same.
"""

import json
import subprocess
import time
from pathlib import Path

import llguidance
import llguidance.numpy
import numpy
import tokenizers
import torch
import xgrammar

ROOT = Path(__file__).resolve().parents[2]


class Refused(Exception):
    """An engine does not compile a schema."""


def byte_of_character():
    """The bytes that the characters of a byte-level vocabulary stand for (GPT-2's table)."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {chr(byte): byte for byte in visible}
    hidden = [byte for byte in range(256) if byte not in visible]
    return table | {chr(256 + index): byte for index, byte in enumerate(hidden)}


class Vocabulary:
    """The tokens of a byte-level `tokenizer.json`: `texts` holds the bytes of each, None for special ones."""

    def __init__(self, path, end):
        self.path = path
        described = json.loads(Path(path).read_text())
        special = {token["id"] for token in described["added_tokens"] if token["special"]}
        table = byte_of_character()
        ids = described["model"]["vocab"]
        self.count = max(ids.values()) + 1
        self.texts = [None] * self.count
        for piece, token in ids.items():
            if token not in special:
                self.texts[token] = bytes(table[character] for character in piece)
        self.end = ids[end]


class Ours:
    """This project's engine, in a process of its own: `SpeedTables constraints`."""

    name = "decode"

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.process = subprocess.Popen(
            [ROOT / ".build/release/SpeedTables", "constraints"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.ask({"vocabulary": [text.hex() if text is not None else None for text in vocabulary.texts]})

    def ask(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("SpeedTables ended; build it first: swift build -c release --product SpeedTables")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer

    def compile(self, schema):
        """Seconds."""
        return self.ask({"schema": json.dumps(schema), "whitespace": "one-line"})["compile"]

    def walk(self, tokens):
        """The mask before each token and after the last, whether the text is complete there, and the seconds of each mask."""
        answer = self.ask({"walk": tokens, "masks": True})
        masks = []
        for text in answer["masks"]:
            words = numpy.frombuffer(bytes.fromhex(text), dtype=">u8").astype("<u8")
            masks.append(numpy.unpackbits(words.view(numpy.uint8), bitorder="little")[: self.vocabulary.count] > 0)
        return masks, answer["complete"], answer["seconds"]

    def following(self, text):
        """The bytes that may follow a text and whether it may end; None where no text begins so."""
        answer = self.ask({"text": text.hex()})
        return (answer["next"], answer["complete"]) if answer else None


class TokensAlone:
    """What llguidance asks of a tokenizer; it never has to split a text here."""

    def __init__(self, vocabulary):
        self.eos_token_id, self.bos_token_id = vocabulary.end, None
        special = [token for token, text in enumerate(vocabulary.texts) if text is None]
        # Special tokens are marked by a first byte that no text has.
        self.tokens = [text if text is not None else b"\xff<%d>" % token for token, text in enumerate(vocabulary.texts)]
        self.special_token_ids = special
        self.split = tokenizers.Tokenizer.from_file(str(vocabulary.path))

    def __call__(self, text):
        return self.split.encode(text, add_special_tokens=False).ids


class LLGuidance:
    name = "llguidance " + llguidance.__version__

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        self.tokenizer = llguidance.LLTokenizer(
            llguidance.TokenizerWrapper(TokensAlone(vocabulary)), n_vocab=vocabulary.count, eos_token=vocabulary.end
        )
        self.row = llguidance.numpy.allocate_token_bitmask(1, vocabulary.count)

    def compile(self, schema):
        options = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
        start = time.perf_counter()
        try:
            # Where bytes are forced, llguidance allows one spelling of them in tokens, unless it is told not to.
            schema = schema if isinstance(schema, bool) else schema | {"x-guidance": options}
            grammar = '%llguidance {"no_forcing": true}\nstart: %json ' + json.dumps(schema)
        except ValueError as error:
            raise Refused(str(error)) from error
        self.compiled = llguidance.LLMatcher(self.tokenizer, grammar)
        seconds = time.perf_counter() - start
        if self.compiled.is_error():
            raise Refused(self.compiled.get_error())
        return seconds

    def walk(self, tokens):
        matcher = self.compiled.deep_copy()
        return walk(self, matcher, tokens, matcher.consume_token)

    def fill(self, matcher):
        llguidance.numpy.fill_next_token_bitmask(matcher, self.row)
        return self.row[0]


class XGrammar:
    name = "xgrammar"

    def __init__(self, vocabulary):
        self.vocabulary = vocabulary
        described = xgrammar.TokenizerInfo(
            [text if text is not None else b"" for text in vocabulary.texts],
            xgrammar.VocabType.RAW, stop_token_ids=[vocabulary.end],
        )
        self.compiler = xgrammar.GrammarCompiler(described, max_threads=1, cache_enabled=False)
        self.row = torch.zeros((1, (vocabulary.count + 31) // 32), dtype=torch.int32)

    def compile(self, schema):
        start = time.perf_counter()
        try:
            self.compiled = self.compiler.compile_json_schema(
                schema if isinstance(schema, str) else json.dumps(schema),
                any_whitespace=False, separators=(", ", ": "), strict_mode=False,
            )
        except Exception as error:  # the binding raises types of its own
            raise Refused(str(error)) from error
        return time.perf_counter() - start

    def walk(self, tokens):
        matcher = xgrammar.GrammarMatcher(self.compiled)
        return walk(self, matcher, tokens, matcher.accept_token)

    def fill(self, matcher):
        matcher.fill_next_token_bitmask(self.row)
        return self.row[0].numpy()


def walk(engine, matcher, tokens, consume):
    masks, complete, seconds = [], [], []
    for place in range(len(tokens) + 1):
        start = time.perf_counter()
        row = engine.fill(matcher)
        seconds.append(time.perf_counter() - start)
        mask = numpy.unpackbits(row.view(numpy.uint8), bitorder="little")[: engine.vocabulary.count] > 0
        complete.append(bool(mask[engine.vocabulary.end]))
        mask[engine.vocabulary.end] = False
        masks.append(mask)
        if place == len(tokens) or not mask[tokens[place]] or not consume(tokens[place]):
            break
    return masks, complete, seconds
