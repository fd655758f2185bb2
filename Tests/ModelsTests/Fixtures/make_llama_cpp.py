"""What llama.cpp itself computes with the GGUF files here.

    python make_llama_cpp.py [NAME…]

Writes `llama-cpp.json`: for every file of `families-gguf/`, and some of `gguf/`, one prompt of 30 tokens and llama.cpp's
log-probabilities after each. Needs `llama_cpp_py_sync==0.11739` (llama.cpp b11739, with its library for Linux, which
needs glibc 2.38), `gguf==0.19.0` and `numpy`.

llama.cpp gets a copy of each file whose tensors are float32, so that it rounds nothing but sums: from bfloat16 weights
it would round what they are multiplied with too. Keys and values are float32, and attention is the plain one.
"""

import base64
import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import gguf
import numpy as np
from llama_cpp_py_sync._cffi_bindings import get_ffi, get_lib

HERE = Path(__file__).resolve().parent
OTHERS = ["llama-f32", "llama-bf16-bias", "llama-q4_k", "llama-rope-linear", "llama-rope-freqs", "qwen2-f16",
          "qwen2-yarn-q8_0", "qwen3-q8_0"]  # fmt: skip
# It gives EXAONE 4 windows, and layers without positions, if there are 64 layers, whatever the file says.
WITHOUT = {"exaone4.gguf"}
ffi, lib = get_ffi(), get_lib()


def widened(source, target):
    """A copy in float32, whose vocabulary says that there is none."""
    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        if name.startswith(("GGUF.", "tokenizer.")) or name == "general.architecture":
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, inner)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    size = tensors["token_embd.weight"].shape[1]
    if f"{architecture}.vocab_size" not in reader.fields:
        writer.add_vocab_size(int(size))
    writer.add_tokenizer_model("none")
    for name, tensor in tensors.items():
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        shape = tuple(int(n) for n in reversed(tensor.shape))
        writer.add_tensor(name, np.ascontiguousarray(values.reshape(shape), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return int(size)


def log_probabilities(path, size, ids):
    settings = lib.llama_model_default_params()
    settings.n_gpu_layers = 0
    model = lib.llama_model_load_from_file(str(path).encode(), settings)
    if model == ffi.NULL:
        return None
    settings = lib.llama_context_default_params()
    settings.n_ctx, settings.n_batch, settings.n_ubatch = 64, 64, 64
    settings.n_threads = settings.n_threads_batch = 1
    settings.type_k = settings.type_v = 0  # float32
    settings.flash_attn_type = 0
    context = lib.llama_init_from_model(model, settings)
    assert context != ffi.NULL
    batch = lib.llama_batch_init(len(ids), 0, 1)
    batch.n_tokens = len(ids)
    for i, token in enumerate(ids):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
        batch.seq_id[i][0] = 0
    assert lib.llama_decode(context, batch) == 0
    rows = [
        np.frombuffer(ffi.buffer(lib.llama_get_logits_ith(context, i), 4 * size), "<f4").astype(float)
        for i in range(len(ids))
    ]
    lib.llama_batch_free(batch)
    lib.llama_free(context)
    lib.llama_model_free(model)
    rows = np.stack(rows)
    rows -= rows.max(axis=1, keepdims=True)
    return (rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))).astype("<f4")


@ffi.callback("void(enum ggml_log_level, const char *, void *)")
def log(level, text, _):
    if level >= 4:
        print(ffi.string(text).decode(), end="", file=sys.stderr)


def main():
    lib.llama_log_set(log, ffi.NULL)
    lib.llama_backend_init()
    names = sorted(path.name for path in (HERE / "families-gguf").iterdir())
    names = [f"families-gguf/{name}" for name in names if name not in WITHOUT]
    names += [f"gguf/{name}.gguf" for name in OTHERS]
    chosen = sys.argv[1:]
    files = {}
    for name in names:
        if chosen and not any(part in name for part in chosen):
            continue
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "model.gguf"
            size = widened(HERE / name, copy)
            ids = [3 + (11 * i * i + 5 * i) % (size - 3) for i in range(30)]
            rows = log_probabilities(copy, size, ids)
        if rows is None:
            print(name, "is not loaded by llama.cpp")
            continue
        assert np.isfinite(rows).all(), name
        files[name] = {
            "tokens": ids, "log_probabilities": base64.b64encode(rows.tobytes()).decode()
        }
        print(name, rows.shape)
    if not chosen:
        result = {"llama.cpp": "b" + version("llama_cpp_py_sync").split(".")[1], "files": files}
        (HERE / "llama-cpp.json").write_text(json.dumps(result, indent=1) + "\n")
    return files


if __name__ == "__main__":
    main()
