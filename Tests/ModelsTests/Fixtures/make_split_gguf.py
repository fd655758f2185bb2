"""Splits a tiny GGUF model over two files, as llama.cpp's `gguf-split` does.

    python make_split_gguf.py

Writes `split/spm-00001-of-00002.gguf`, with the metadata and half of the tensors, and `split/spm-00002-of-00002.gguf`,
with the rest, from `tokenized/spm.gguf`. The keys are `split.no` (from 0), `split.count` and `split.tensors.count`.
"""

import sys

import gguf

from parity import HERE

SOURCE = HERE / "tokenized/spm.gguf"


def main():
    reader = gguf.GGUFReader(SOURCE)
    (HERE / "split").mkdir(exist_ok=True)
    half = len(reader.tensors) // 2
    for number, tensors in enumerate([reader.tensors[:half], reader.tensors[half:]]):
        path = HERE / f"split/spm-{number + 1:05}-of-00002.gguf"
        architecture = reader.fields["general.architecture"].contents()
        writer = gguf.GGUFWriter(path, architecture)
        if number == 0:
            for key, field in reader.fields.items():
                if key.startswith("GGUF.") or key == "general.architecture":
                    continue
                kind = field.types[0]
                inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
                writer.add_key_value(key, field.contents(), kind, sub_type=inner)
        else:
            # Parts after the first hold no metadata of the model.
            writer.kv_data[0].clear()
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 2)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in tensors:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        print(path.relative_to(HERE), path.stat().st_size, file=sys.stderr)


if __name__ == "__main__":
    main()
