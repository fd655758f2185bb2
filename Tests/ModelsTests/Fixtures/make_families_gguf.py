"""The models of `make_families.py` as GGUF files, written by llama.cpp's own converter.

    python make_families_gguf.py LLAMA_CPP [NAME…]

Writes `families-gguf/NAME.gguf`, without a vocabulary. LLAMA_CPP is a source tree of llama.cpp (`convert_hf_to_gguf.py`
with `conversion/` and `gguf-py/`), such as stands in the source distribution of llama-cpp-python 0.3.36. What the
models compute is what `families/NAME/reference.json` says.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

LLAMA_CPP = Path(sys.argv[1])
sys.path.insert(0, str(LLAMA_CPP / "gguf-py"))
sys.path.insert(0, str(LLAMA_CPP))

import gguf  # noqa: E402
from conversion import get_model_class  # noqa: E402
from conversion.base import ModelBase  # noqa: E402

HERE = Path(__file__).resolve().parent
# What llama.cpp's format has no place for, or its converter no class.
WITHOUT = {
    "helium", "llama-dynamic", "qwen2-some-windows", "falcon-rw", "gemma3-rope-parameters",
    "starcoder2-window",
}
# Keys that published files have and that newer releases of transformers leave out, or that the converter asks for.
KEYS = {
    "glm": {"seq_length": 64, "layernorm_epsilon": 1.5625e-07},
    "hunyuan": {"max_position_embeddings": 32768},
    "gpt2": {"n_ctx": 64},
    "gpt-neox": {"rotary_pct": 0.5},
    "gpt-neox-sequential": {"rotary_pct": 0.25},
    "cohere2": {"rotary_pct": 1.0},
    "falcon-7b": {"num_kv_heads": 1},
}


def convert(name):
    source = HERE / "families" / name
    target = HERE / "families-gguf" / f"{name}.gguf"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for file in ("config.json", "model.safetensors"):
            shutil.copy(source / file, folder / file)
        # Gemma's part of the converter counts the pieces.
        (folder / "tokenizer.json").write_text(
            json.dumps({"model": {"vocab": {str(i): i for i in range(64)}}, "added_tokens": []})
        )
        hparams = ModelBase.load_hparams(folder, False)
        hparams.update(KEYS.get(name, {}))
        model_class = get_model_class(hparams["architectures"][0])
        model = model_class(
            folder, gguf.LlamaFileType.MOSTLY_BF16, target, hparams=hparams
        )
        model = getattr(model, "impl", model)
        model.set_vocab = lambda: None
        model.write()
    print(target.name, target.stat().st_size)


if __name__ == "__main__":
    names = sys.argv[2:] or sorted(path.name for path in (HERE / "families").iterdir())
    for name in names:
        if name not in WITHOUT:
            try:
                convert(name)
            except Exception as error:
                print(name, "FAILED", type(error).__name__, str(error)[:300])
