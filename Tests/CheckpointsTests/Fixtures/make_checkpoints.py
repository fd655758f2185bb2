"""Makes the checkpoints that the tests read, and checkpoints.json, which says what is in them.

    python make_checkpoints.py

gguf and safetensors write them; checkpoints.json records the versions. Every number comes from one seeded generator,
so that the files are the same each time.
"""

import importlib.metadata
import json
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20240611)


def quantised_blocks(kind, rows, columns):
    """Bytes of `rows` x `columns` elements: gguf's own quantisation where it has one, else random quants under
    scales of moderate size."""
    values = rng.standard_normal((rows, columns)).astype(np.float32)
    try:
        return gguf.quants.quantize(values, kind)
    except NotImplementedError:
        pass
    block, size = gguf.GGML_QUANT_SIZES[kind]
    data = rng.integers(0, 256, (rows, columns // block, size), dtype=np.uint8)

    def put_half(at):
        scale = rng.uniform(0.001, 0.05, data.shape[:2]).astype(np.float16)
        data[:, :, at : at + 2] = scale[:, :, None].view(np.uint8)

    # Where the float16 scales stand in a block (ggml-common.h).
    for at in {T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0]}[kind]:
        put_half(at)
    return data.reshape(rows, -1)


def quantised():
    """One tensor of every element type, 2 x 512, and what gguf makes of them in float32."""
    kinds = [
        T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0,
        T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL,
    ]  # fmt: skip
    writer = gguf.GGUFWriter(HERE / "quantized.gguf", "test")
    truth = {}
    for kind in kinds:
        if kind == T.F32:
            data = rng.standard_normal((2, 512)).astype(np.float32)
            truth[kind.name] = data
        elif kind == T.F16:
            data = rng.standard_normal((2, 512)).astype(np.float16)
            truth[kind.name] = data.astype(np.float32)
        else:
            data = quantised_blocks(kind, 2, 512)
            truth[kind.name] = gguf.quants.dequantize(data, kind).astype(np.float32)
        writer.add_tensor(kind.name, data, raw_dtype=kind)
        assert truth[kind.name].shape == (2, 512) and np.isfinite(truth[kind.name]).all()
        assert np.abs(truth[kind.name]).max() < 200, kind
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(truth, HERE / "quantized.safetensors")


TOKENS = ["<unk>", "<s>", "▁the", "é", "e\u0301", "<0x0A>", "🙂"]


def metadata():
    """Metadata of every type, and tensors of every rank."""
    writer = gguf.GGUFWriter(HERE / "metadata.gguf", "test")
    writer.add_uint8("an.uint8", 200)
    writer.add_int8("an.int8", -100)
    writer.add_uint16("an.uint16", 60000)
    writer.add_int16("an.int16", -30000)
    writer.add_uint32("an.uint32", 4_000_000_000)
    writer.add_int32("an.int32", -2_000_000_000)
    writer.add_float32("a.float32", 0.1)
    writer.add_bool("a.bool", True)
    writer.add_string("a.string", "grüße 🙂")
    writer.add_uint64("an.uint64", 2**64 - 1)
    writer.add_int64("an.int64", -(2**63))
    writer.add_float64("a.float64", 0.1)
    writer.add_array("tokens", TOKENS)
    writer.add_array("integers", [1, -2, 3])
    writer.add_array("floats", [0.5, -1.25])
    writer.add_array("bools", [True, False])
    writer.add_key_value("raw", [b"\xff\xfe", b"", b"ok"], gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.STRING)
    writer.add_custom_alignment(64)
    for rank, shape in enumerate([(5,), (3, 5), (2, 3, 5), (2, 2, 3, 5)], start=1):
        values = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) + 1000 * rank
        writer.add_tensor(f"rank{rank}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def plain_safetensors():
    """Types with and without a view, a name with escapes, an empty tensor and a scalar."""
    import torch
    from safetensors.torch import save_file as save_torch

    tensors = {
        "f32": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
        "f16": torch.arange(4, dtype=torch.float16).reshape(4) / 8,
        "bf16": torch.arange(6, dtype=torch.bfloat16).reshape(3, 2) / 2,
        "i64": torch.arange(3, dtype=torch.int64),
        "bool": torch.tensor([True, False, True]),
        "f8": torch.zeros(4, dtype=torch.float8_e4m3fn),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        'quote " backslash \\ newline \n é 🙂': torch.ones(1),
    }
    save_torch(tensors, HERE / "plain.safetensors", metadata={"naïve \"key\"": "a\tb\u2028"})


def sharded():
    folder = HERE / "sharded"
    folder.mkdir(exist_ok=True)
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    shards = [
        {"a": np.arange(4, dtype=np.float32), "b": np.arange(6, dtype=np.float16).reshape(2, 3)},
        {"c": np.arange(8, dtype=np.float32).reshape(2, 2, 2)},
    ]
    for name, shard in zip(names, shards):
        save_file(shard, folder / name, metadata={"format": "pt"})
    weights = {tensor: name for name, shard in zip(names, shards) for tensor in shard}
    index = {"metadata": {"total_size": 60}, "weight_map": weights}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def canonical():
    """What the Swift writer must write byte for byte: one metadata key, since the Python writer's order of several
    is that of a hash table."""
    import torch
    from safetensors.torch import save_file as save_torch

    tensors = {
        "z.f32": torch.tensor([[1.5, -2.0], [3.25, 0.0]]),
        "a.f32": torch.tensor([0.5]),
        "b.bf16": torch.tensor([1.0, 2.0, -0.5], dtype=torch.bfloat16),
        "c.f16": torch.tensor([1.0, 2.0, -0.5], dtype=torch.float16),
        "é \"quoted\" \\ \n\u0001\u007f": torch.tensor([4.0]),
    }
    save_torch(tensors, HERE / "canonical.safetensors", metadata={"format": "pt"})


def verdicts():
    """Headers with up to three edits, and whether the reference reader takes them."""
    import random

    import safetensors

    dice = random.Random(20240611)
    bases = [
        ('{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[],"data_offsets":[8,10]}}', 10),
        ('{"__metadata__":{"k":"v\\u00e9"},"c":{"shape":[2,0],"data_offsets":[0,0],"dtype":"I64"}}   ', 0),
        ('{"d":{"dtype":"BF16","shape":[3],"data_offsets":[2,8]},"e":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}}', 8),
    ]  # fmt: skip
    tokens = [
        "0", "1", "2", "8", "-1", "1.0", "1e1", "00", "18446744073709551615", "F32", "F64", "I8", "F4", '"', "\\", "{",
        "}", "[", "]", ",", ":", " ", "\n", "null", "true", "\\u0041", "\\ud800", '"x":1,', '"x":[{}],', '"dtype":"U8",',
    ]  # fmt: skip
    cases = []
    for index in range(600):
        text, count = bases[index % len(bases)]
        for _ in range(index // 3 % 4):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(tokens + ["", ""]) + text[at + dice.choice([0, 1, 1, 2]) :]
        header = text.encode()
        try:
            safetensors.deserialize(len(header).to_bytes(8, "little") + header + bytes(count))
            accepted = True
        except safetensors.SafetensorError:
            accepted = False
        cases.append({"header": text, "data": count, "accepted": accepted})
    (HERE / "verdicts.json").write_text(json.dumps(cases, indent=0) + "\n")


quantised()
metadata()
verdicts()
plain_safetensors()
sharded()
canonical()
record = {
    "versions": {name: importlib.metadata.version(name) for name in ["gguf", "safetensors", "numpy", "torch"]},
    "tokens": TOKENS,
}
(HERE / "checkpoints.json").write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
