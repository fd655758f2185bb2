"""Writes llama-cpp.bin: what llama.cpp's pre-tokenizers make of hostile.json, by name.

    python make_llama_cpp.py LLAMA_CPP/src [ALL.json]

LLAMA_CPP is llama.cpp's source (of the release that llama-cpp-python 0.3.36 ships). Its expressions and its splitter
are compiled by g++ as they stand; the words are merged by Hugging Face's tokenizers 0.21.4 with the model "bytes" of
pipelines.json. For each name and each fourth string there is a digest of the ids (see make_pipelines.py).
A digest of 0 stands for a string that the splitter fails at. ALL.json takes the ids of all strings, to look at.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Tokenizer

here = Path(__file__).parent
source = Path(sys.argv[1])
strings = [s if isinstance(s, str) else s["repeat"][0] * s["repeat"][1] + s["tail"]
           for s in json.loads((here / "hostile.json").read_text())["strings"]]
model = json.loads((here / "pipelines.json").read_text())["models"]["bytes"]
tokenizer = Tokenizer.from_str(json.dumps({"version": "1.0", "model": model, "added_tokens": [], "pre_tokenizer": {
    "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}}))
NAMES = ["llama-bpe", "default", "deepseek-llm", "deepseek-coder", "deepseek-v3", "spark2_5", "youtu", "falcon",
         "starcoder", "gpt-2", "jais-2", "qwen35", "stablelm2", "poro-chat", "viking", "tekken", "exaone-moe",
         "chameleon", "gpt-4o", "tiny_aya", "superbpe", "bailingmoe", "seed-coder", "kimi-k2", "ufakzeka", "afmoe",
         "laguna", "minicpm5"]
TYPES = {"llama-bpe": "LLAMA3", "deepseek-v3": "DEEPSEEK3_LLM", "gpt-2": "GPT2", "poro-chat": "PORO", "gpt-4o": "GPT4O",
         "jais-2": "JAIS2", "exaone-moe": "EXAONE_MOE"}

vocab = (source / "llama-vocab.cpp").read_text()
start = vocab.index("switch (vocab.get_pre_type()) {")
cases = vocab[start:vocab.index("std::vector<std::string> regex_exprs;", start)]
cases = cases[:cases.rindex("}")]
enum = re.search(r"enum llama_vocab_pre_type \{.*?\};", (source / "llama-vocab.h").read_text(), re.S).group(0)
driver = '#include "unicode.h"\n#include <cstdio>\n#include <cstdint>\n#include <string>\n#include <vector>\n' + enum + """
static std::vector<std::string> expressions(llama_vocab_pre_type type) {
    std::vector<std::string> regex_exprs; bool byte_encode = true; (void) byte_encode;
    """ + cases.replace("vocab.get_pre_type()", "type") + """
    return regex_exprs;
}
int main(int, char **) {
    int32_t head[2];
    while (fread(head, 4, 2, stdin) == 2) {
        std::string text(head[1], 0);
        if (head[1] && fread(text.data(), 1, head[1], stdin) != (size_t) head[1]) return 1;
        std::vector<std::string> words;
        try { words = unicode_regex_split(text, expressions((llama_vocab_pre_type) head[0]), false); }
        catch (...) { int32_t none = -1; fwrite(&none, 4, 1, stdout); continue; }
        int32_t count = words.size(); fwrite(&count, 4, 1, stdout);
        for (auto & word : words) { int32_t n = word.size(); fwrite(&n, 4, 1, stdout); }
    }
}
"""
numbers = {name: int(value) for name, value in re.findall(r"LLAMA_VOCAB_PRE_TYPE_(\w+)\s*=\s*(\d+)", enum)}


def digest(data):
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value >> 16 ^ value) & 0xFFFF


everything, out = {}, bytearray()
with tempfile.TemporaryDirectory() as folder:
    Path(f"{folder}/driver.cpp").write_text(driver)
    subprocess.run(["g++", "-O1", "-std=c++17", f"-I{source}", f"{folder}/driver.cpp", str(source / "unicode.cpp"),
                    str(source / "unicode-data.cpp"), "-o", f"{folder}/driver"], check=True)
    for name in NAMES:
        number = numbers[TYPES.get(name, name.upper().replace("-", "_"))]
        texts = [s.encode() for s in strings]
        data = b"".join(number.to_bytes(4, "little") + len(t).to_bytes(4, "little") + t for t in texts)
        found = subprocess.run([f"{folder}/driver"], input=data, capture_output=True, check=True).stdout
        values = iter([int.from_bytes(found[i:i + 4], "little") for i in range(0, len(found), 4)])
        everything[name] = []
        for index, text in enumerate(texts):
            ids, start = [], 0
            count = next(values)
            if count == 0xFFFFFFFF:  # the splitter fails
                everything[name].append(None)
                if index % 4 == 0:
                    out += bytes(2)
                continue
            for _ in range(count):
                length = next(values)
                word = text[start:start + length].decode()
                ids += tokenizer.encode(word, add_special_tokens=False).ids
                start += length
            assert start == len(text), (name, text)
            everything[name].append(ids)
            if index % 4 == 0:
                packed = b"".join(i.to_bytes(4, "little") for i in ids) + b"\xff\xff\xff\xff"
                out += digest(packed).to_bytes(2, "little")
        print(name, sum(i is None for i in everything[name]), flush=True)
if len(sys.argv) > 2:
    Path(sys.argv[2]).write_text(json.dumps(everything))
(here / "llama-cpp.bin").write_bytes(out)
print(len(NAMES), len(out))
