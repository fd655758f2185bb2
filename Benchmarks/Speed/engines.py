"""The programs that `compare` times, each behind the same three calls: `open`, `run` of a test, and a process of its own.

A test is a dictionary: {"kind": "prompt", "length": 256}, {"kind": "generate", "length": 32, "sequences": 16} (steps of
sequences that share a prompt), {"kind": "samples", ...} (the same with a draw from the 50 most probable tokens at
temperature 0.7) or {"kind": "beams", "length": 48, "sequences": 5}. `run` returns tokens a second, of beams steps a second,
or None where the program has no such thing.
"""
import json
import os
import subprocess
import sys
import time

# Where the context of generations ends, in tokens. Peers that can't begin in the middle read this prompt within the time
# that counts for them; it is short, in their favour.
SHARED, SHORT = 128, 9


class Ours:
    """`decode`, a process for each test: it loads, warms up and measures."""

    name = "decode"

    def __init__(self, model, threads, decode, settings=()):
        self.command, self.model, self.threads, self.settings = decode, model, threads, list(settings)

    def call(self, *arguments):
        done = subprocess.run(
            [self.command, *arguments, "-m", self.model, "-t", str(self.threads), "--format", "json", *self.settings],
            capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"compare: {self.command} {' '.join(arguments)}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def run(self, test):
        length, count = test["length"], test.get("sequences", 1)
        if test["kind"] in ("prompt", "generate"):
            sizes = ["-p", str(length), "-n", "0"] if test["kind"] == "prompt" else [
                "-p", "0", "-n", str(length), "-b", str(count)]
            return self.call("bench", *sizes, "-r", "1")["results"][0]["tokens_per_second"]
        common = ["generate", "The lighthouse keeper had not spoken to anyone for", "-n", str(length), "--ignore-eos",
                  "--seed", "1"]
        if test["kind"] == "samples":
            result = self.call(*common, "--temperature", "0.7", "--top-k", "50", "--num-return-sequences", str(count))
            return length * count / seconds(result)
        result = self.call(
            *common, "--strategy", "beam", "--num-beams", str(count), "--num-return-sequences", str(count))
        return length / seconds(result)


def seconds(result):
    """Reading and writing: what is counted of the others too."""
    return result["timings"]["prompt_seconds"] + result["timings"]["generate_seconds"]


class Llama:
    """llama.cpp, through the bindings of llama-cpp-python."""

    def __init__(self, model, threads):
        import llama_cpp

        self.lib = lib = llama_cpp
        self.silent = lib.llama_log_callback(lambda *_: None)
        lib.llama_log_set(self.silent, None)
        lib.llama_backend_init()
        self.model = lib.llama_model_load_from_file(model.encode(), lib.llama_model_default_params())
        options = lib.llama_context_default_params()
        options.n_ctx, options.n_batch, options.n_ubatch, options.n_seq_max = 4096, 2048, 512, 32
        options.n_threads = options.n_threads_batch = threads
        options.kv_unified = True
        self.context = lib.llama_init_from_model(self.model, options)
        self.memory = lib.llama_get_memory(self.context)
        self.batch = lib.llama_batch_init(2048, 0, 32)

    def feed(self, entries):
        """One step: tokens with their positions and sequences, and whether logits are wanted."""
        batch = self.batch
        batch.n_tokens = len(entries)
        for index, (token, position, sequence, wants) in enumerate(entries):
            batch.token[index], batch.pos[index], batch.n_seq_id[index] = token, position, 1
            batch.seq_id[index][0], batch.logits[index] = sequence, wants
        if self.lib.llama_decode(self.context, batch) != 0:
            raise RuntimeError("llama_decode failed")
        self.lib.llama_synchronize(self.context)

    def read(self, count):
        self.lib.llama_memory_clear(self.memory, True)
        self.feed([(1000 + index, index, 0, index == count - 1) for index in range(count)])

    def run(self, test):
        length, count = test["length"], test.get("sequences", 1)
        if test["kind"] == "prompt":
            begin = time.perf_counter()
            self.read(length)
            return length / (time.perf_counter() - begin)
        if test["kind"] != "generate":
            return None
        self.read(SHARED)
        for sequence in range(1, count):
            self.lib.llama_memory_seq_cp(self.memory, 0, sequence, -1, -1)
        begin = time.perf_counter()
        for step in range(length):
            self.feed([(2000 + step, SHARED + step, sequence, True) for sequence in range(count)])
        return length * count / (time.perf_counter() - begin)


def texts(folder):
    """A short prompt and one of 256 tokens."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=os.path.join(folder, "tokenizer.json"))
    text = "The lighthouse keeper had not spoken to anyone for"
    return tokenizer, tokenizer(text).input_ids[:SHORT], tokenizer(" ".join([text] * 60)).input_ids


class CTranslate2:
    """CTranslate2's Generator."""

    def __init__(self, model, threads, tokenizer):
        import ctranslate2

        self.generator = ctranslate2.Generator(model, device="cpu", intra_threads=threads, inter_threads=1)
        tokens, short, long = texts(tokenizer)
        self.short, self.long = tokens.convert_ids_to_tokens(short), tokens.convert_ids_to_tokens(long)

    def run(self, test):
        length, count, kind = test["length"], test.get("sequences", 1), test["kind"]
        begin = time.perf_counter()
        if kind == "prompt":
            self.generator.score_batch([self.long[:length]])
            return length / (time.perf_counter() - begin)
        rows, options = count, {}
        if kind == "samples":
            options = {"sampling_topk": 50, "sampling_temperature": 0.7}
        elif kind == "beams":
            rows, options = 1, {"beam_size": count, "num_hypotheses": count}
        self.generator.generate_batch(
            [self.short] * rows, max_length=length, min_length=length, include_prompt_in_result=False, **options)
        return length * (1 if kind == "beams" else count) / (time.perf_counter() - begin)


class Transformers:
    """transformers' generate, in float32."""

    def __init__(self, model, threads):
        import torch
        from transformers import AutoModelForCausalLM

        torch.set_num_threads(threads)
        self.torch = torch
        self.model = AutoModelForCausalLM.from_pretrained(model, torch_dtype=torch.float32).eval()
        _, short, self.long = texts(model)
        self.short = torch.tensor([short])

    def run(self, test):
        length, count, kind, torch = test["length"], test.get("sequences", 1), test["kind"], self.torch
        begin = time.perf_counter()
        if kind == "prompt":
            with torch.no_grad():
                self.model(torch.tensor([self.long[:length]]), logits_to_keep=1)
            return length / (time.perf_counter() - begin)
        prompts, options = self.short, {"do_sample": False}
        if kind == "samples":
            options = {"do_sample": True, "top_k": 50, "temperature": 0.7, "num_return_sequences": count}
        elif kind == "beams":
            options = {"do_sample": False, "num_beams": count, "num_return_sequences": count}
        else:
            prompts = self.short.repeat(count, 1)
        self.model.generate(
            prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=length, min_new_tokens=length, pad_token_id=2,
            **options)
        return length * (1 if kind == "beams" else count) / (time.perf_counter() - begin)


KINDS = {"llama": Llama, "ct2": CTranslate2, "hf": Transformers}

if __name__ == "__main__":
    # A process of one peer: a test on each line of standard input, its speed on each line of standard output.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    engine = KINDS[sys.argv[1]](*json.loads(sys.argv[2]))
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(engine.run(json.loads(line))), file=answers, flush=True)
