"""Tiny random models with small trained vocabularies, in both layouts, and what the references make of some texts.

    python make_tiny_with_tokenizers.py

Writes `tokenized/spm` (Hugging Face layout, SentencePiece with byte fallback), `tokenized/bpe` (the same with a
`tokenizer.json`), `tokenized/spm.gguf` (SentencePiece BPE), `tokenized/bpe.gguf` (the same as the folder), and beside
each a JSON file: token ids from `sentencepiece` and from transformers' fast tokenizer, and
what transformers computes from them.
"""

import io
import json
import shutil

import gguf
import numpy as np
import sentencepiece
import tokenizers
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from make_tiny_gguf import gguf_name, permute, write_metadata
from make_tiny_models import randomize
from parity import HERE, base64_floats, greedy, log_probabilities, versions, write_json

TEXT = [
    "Once upon a time there was a miller who had three sons, a mill, a donkey and a cat.",
    "The sons had to grind, the donkey had to carry the grain and bring home the flour,",
    "and the cat had to catch the mice. When the miller died, the three sons divided",
    "the inheritance: the eldest got the mill, the second the donkey, the third the cat.",
    "“I have come off badly,” said the third to himself, “what can I do with the cat?”",
    "The cat began to speak: 1, 2, 3, 10, 100! Why kill me? Have a pair of boots made for me.",
] * 4
TEXTS = [
    "Once upon a time",
    "the cat  had   three boots",
    "Grüße, 東京 und 🍕!",
    "def f(x):\n\treturn x + 1\n",
    "1234567890",
    "",
    " leading and trailing ",
]
SIZES = dict(
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    tie_word_embeddings=True,
)
FOLDER = HERE / "tokenized"
SPM_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}{{ eos_token }}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
BPE_TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CONVERSATION = [{"role": "user", "content": "Who are you?"}]


def write_gguf(path, architecture, model, describe_tokenizer):
    writer = gguf.GGUFWriter(path, architecture)
    write_metadata(writer, architecture, model.config)
    describe_tokenizer(writer)
    heads_of = {
        "attn_q": model.config.num_attention_heads,
        "attn_k": model.config.num_key_value_heads,
    }
    for name, parameter in model.named_parameters():
        value, target = parameter.detach().numpy(), gguf_name(name)
        heads = heads_of.get(target.split(".")[2]) if target.startswith("blk") else None
        if architecture == "llama" and heads:
            value = permute(value, heads)
        writer.add_tensor(target, np.ascontiguousarray(value))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def cases(model, encode):
    result = []
    for text in TEXTS:
        ids = encode(text)
        if not ids:
            continue
        tokens, margins = greedy(model, ids, 20)
        assert min(margins) > 5e-3, "not well determined; take another seed"
        result.append(
            {
                "text": text,
                "tokens": ids,
                "next": base64_floats(log_probabilities(model, ids)[-1].numpy()),
                "greedy": tokens,
                "least_margin": min(margins),
            }
        )
    return result


def save(name, model):
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    return folder


def spm():
    buffer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_writer=buffer,
        model_type="unigram",
        vocab_size=340,
        byte_fallback=True,
        user_defined_symbols=["[user]", "[assistant]"],
        num_threads=1,
        minloglevel=2,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=buffer.getvalue())
    config = LlamaConfig(vocab_size=len(processor), bos_token_id=1, eos_token_id=2, **SIZES)
    config._attn_implementation = "eager"
    model = LlamaForCausalLM(config).eval()
    randomize(model, 3000)
    folder = save("spm", model)
    (folder / "tokenizer.model").write_bytes(buffer.getvalue())
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "LlamaTokenizer",
            "add_bos_token": True,
            "add_eos_token": False,
            "bos_token": {"content": "<s>", "special": True},
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "chat_template": [
                {"name": "tool_use", "template": "{{ tools }}"},
                {"name": "default", "template": SPM_TEMPLATE},
            ],
        },
    )
    write_json(
        folder / "generation_config.json",
        {
            "do_sample": True,
            "temperature": 0.7,
            "top_k": 20,
            "bos_token_id": 1,
            "eos_token_id": [2, 4],
            "transformers_version": "4.51.3",
        },
    )

    write_json(
        FOLDER / "spm.json",
        {
            "versions": versions(),
            "script": "make_tiny_with_tokenizers.py",
            "chat": "<s>[user] Who are you?</s>[assistant]",
            "cases": cases(model, lambda text: [1] + processor.encode(text)),
        },
    )


def spm_gguf():
    """SentencePiece BPE in a GGUF: what ggml calls `llama`. It has no name for the unigram model of a decoder."""
    buffer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_writer=buffer,
        model_type="bpe",
        vocab_size=380,
        byte_fallback=True,
        num_threads=1,
        minloglevel=2,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=buffer.getvalue())
    config = LlamaConfig(vocab_size=len(processor), bos_token_id=1, eos_token_id=2, **SIZES)
    config._attn_implementation = "eager"
    model = LlamaForCausalLM(config).eval()
    randomize(model, 3021)

    def describe(writer):
        kinds = []
        for index in range(len(processor)):
            if processor.is_unknown(index):
                kinds.append(gguf.TokenType.UNKNOWN)
            elif processor.is_control(index):
                kinds.append(gguf.TokenType.CONTROL)
            elif processor.is_byte(index):
                kinds.append(gguf.TokenType.BYTE)
            else:
                kinds.append(gguf.TokenType.NORMAL)
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list([processor.id_to_piece(i) for i in range(len(processor))])
        writer.add_token_scores([processor.get_score(i) for i in range(len(processor))])
        writer.add_token_types(kinds)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)
        writer.add_eot_token_id(4)
        writer.add_unk_token_id(0)
        writer.add_add_bos_token(True)
        writer.add_add_space_prefix(True)
        writer.add_chat_template(SPM_TEMPLATE)

    write_gguf(FOLDER / "spm.gguf", "llama", model, describe)
    write_json(
        FOLDER / "spm-gguf.json",
        {
            "versions": versions(),
            "script": "make_tiny_with_tokenizers.py",
            "chat": "<s>[user] Who are you?</s>[assistant]",
            "cases": cases(model, lambda text: [1] + processor.encode(text)),
        },
    )


def bpe():
    specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.train_from_iterator(
        TEXT,
        tokenizers.trainers.BpeTrainer(
            vocab_size=340,
            special_tokens=specials,
            initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|im_end|>"
    )
    config = Qwen2Config(vocab_size=len(fast), bos_token_id=0, eos_token_id=2, **SIZES)
    config._attn_implementation = "eager"
    model = Qwen2ForCausalLM(config).eval()
    randomize(model, 3022)
    folder = save("bpe", model)
    tokenizer.save(str(folder / "tokenizer.json"))
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<|endoftext|>",
            "eos_token": "<|im_end|>",
        },
    )
    (folder / "chat_template.jinja").write_text(BPE_TEMPLATE)
    (folder / "generation_config.json").unlink()
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]

    def describe(writer):
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        tokens = sorted(vocabulary["vocab"], key=vocabulary["vocab"].get)
        writer.add_token_list(tokens)
        writer.add_token_types(
            [gguf.TokenType.CONTROL if t in specials else gguf.TokenType.NORMAL for t in tokens]
        )
        writer.add_token_merges(
            [m if isinstance(m, str) else " ".join(m) for m in vocabulary["merges"]]
        )
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(2)
        writer.add_add_bos_token(False)
        writer.add_chat_template(BPE_TEMPLATE)

    write_gguf(FOLDER / "bpe.gguf", "qwen2", model, describe)
    fast.chat_template = BPE_TEMPLATE
    write_json(
        FOLDER / "bpe.json",
        {
            "versions": versions(),
            "script": "make_tiny_with_tokenizers.py",
            "chat": fast.apply_chat_template(CONVERSATION, tokenize=False, add_generation_prompt=True),
            "cases": cases(model, lambda text: fast.encode(text, add_special_tokens=False)),
        },
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    spm()
    spm_gguf()
    bpe()
