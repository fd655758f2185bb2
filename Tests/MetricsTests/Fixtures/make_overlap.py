"""Writes overlap.json: what sacrebleu, rouge_score and NLTK make of ordinary and of hostile texts.

Run with sacrebleu 2.6.0, rouge_score 0.1.2 and nltk 3.10.4: python make_overlap.py
Token F1 and exact match come from their definitions (the evaluation of SQuAD 2.0; `exact_match` of Hugging Face's
evaluate), written down here with Python's own string functions.
"""

import collections
import importlib.metadata
import json
import pathlib
import random
import re
import string
import sys
import unicodedata

import sacrebleu
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.metrics.bleu import _get_tokenizer

random.seed(11)

WORDS = "the cat sat on a mat and an old dog ran past 3.14 times, no? (yes) well-known U.S. 1,000".split()


def sentence(length):
    return " ".join(random.choice(WORDS) for _ in range(length))


HOSTILE = [
    "", " ", "\n", "\t\r\n\x0b\x0c", ".", "...", "!?", "-", "--", "'", "\"", "&amp;quot;", "&quot;&amp;&lt;&gt;",
    "a", "aa", "the", "The the THE a an", "A.B.C., 1,000.50 and 3.", "1-2-3 x-y 5-", "end-\nof line", "end-\n",
    "<skipped>a<skip<skipped>ped>", "a,b.c,,d..e...f", ",1 .2 3, 4.", "$5 #1 @x ^_^ ~{|}~ [x] \\/ `q`",
    "😀", "😀😀 👩‍👩‍👧‍👦 🇩🇪🇫🇷", "👍🏽 👍", "日本語のテキスト。", "我爱北京天安门，天安门上太阳升。", "中文 English 混合 3。5",
    "é", "e\u0301", "cafe\u0301 café", "a\u0301 the\u0301 \u0301the", "İstanbul I ı i", "ΟΔΟΣ ΣΑΣ Σ.", "ὈΔΥΣΣΕΎΣ",
    "straße STRASSE ẞ", "ﬁ fi", "\u00a0nbsp\u00a0here\u2003em\u3000ideographic", "zero\u200bwidth \ufeffbom",
    "a\x1cb\x1dc\x1ed\x1fe", "a\u2028b\u2029c\u0085d", "\x00null\x00", "مرحبا بالعالم", "नमस्ते दुनिया", "K Kelvin K",
    "½ ² Ⅷ ٣ ٣٫١٤ 五", "«quote» “q” ‘s’ – — … ¿? ¡!", "€5 £6 ¥7 + = ∑ ←", "_under_score_ a_the the_", "x" * 300,
    "ab" * 200, "word " * 60, "one\ntwo\nthree\none two three", "\n\nfirst line\n\n  second line\n",
    "w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "\U000e0001tag \U0010ffff", "ß" * 20, "a-b", "(hi)", "( hi )",
]

long_texts = [sentence(1200), sentence(1100)]
pairs = []
for text in HOSTILE:
    pairs.append([text, [text]])
    pairs.append([text, [random.choice(HOSTILE), random.choice(HOSTILE)]])
    pairs.append([text, [sentence(6)]])
    pairs.append([sentence(5), [text, ""]])
for _ in range(120):
    base = [random.choice(WORDS) for _ in range(random.randint(1, 25))]
    references = []
    for _ in range(random.randint(1, 4)):
        words = [w for w in base if random.random() < 0.8]
        for _ in range(random.randint(0, 4)):
            words.insert(random.randint(0, len(words)), random.choice(WORDS))
        references.append((" " if random.random() < 0.8 else "\n").join(words))
    pairs.append([" ".join(base), references])
pairs.append([long_texts[0], [long_texts[1]]])

BLEUS = [
    {}, {"effective_order": True}, {"smooth_method": "none"}, {"smooth_method": "floor"},
    {"smooth_method": "add-k"}, {"smooth_method": "floor", "smooth_value": 0.01, "effective_order": True},
    {"smooth_method": "add-k", "smooth_value": 2}, {"tokenize": "none"}, {"tokenize": "intl", "effective_order": True},
    {"lowercase": True, "effective_order": True}, {"max_ngram_order": 2}, {"max_ngram_order": 6, "effective_order": True},
]
CHRFS = [
    {}, {"word_order": 2}, {"beta": 3}, {"beta": 1, "word_order": 1}, {"eps_smoothing": True},
    {"eps_smoothing": True, "word_order": 2}, {"lowercase": True, "word_order": 2}, {"whitespace": True},
    {"char_order": 3},
]
ROUGES = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]


def f1(hypothesis, reference):
    def words(text):
        text = "".join(c for c in text.lower() if c not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    a, b = words(hypothesis), words(reference)
    if not a or not b:
        return float(a == b)
    shared = sum((collections.Counter(a) & collections.Counter(b)).values())
    return 0.0 if shared == 0 else 2 * shared / (len(a) + len(b))


EXACT = [{}, {"case": True}, {"punctuation": True}, {"numbers": True},
         {"case": True, "punctuation": True, "numbers": True, "removed": ["the ", "x"]}]


def exact(hypothesis, references, case=False, punctuation=False, numbers=False, removed=()):
    def normal(text):
        for target in removed:
            text = re.sub(re.escape(target), "", text)
        if case:
            text = text.lower()
        if punctuation:
            text = text.translate(str.maketrans("", "", string.punctuation))
        if numbers:
            text = text.translate(str.maketrans("", "", string.digits))
        return text

    return float(any(normal(hypothesis) == normal(r) for r in references))


def corpus(metric, chosen):
    # sacrebleu wants as many references for each text; the first of each is enough here.
    return metric.corpus_score([h for h, _ in chosen], [[r[0] for _, r in chosen]]).score


rouge = rouge_scorer.RougeScorer(ROUGES)
cases = []
for hypothesis, references in pairs:
    best = rouge.score_multi(references, hypothesis)
    cases.append({
        "hypothesis": hypothesis, "references": references,
        "bleu": [BLEU(**options).sentence_score(hypothesis, references).score for options in BLEUS],
        "chrf": [CHRF(**options).sentence_score(hypothesis, references).score for options in CHRFS],
        "rouge": [[best[name].precision, best[name].recall, best[name].fmeasure] for name in ROUGES],
        "f1": max(f1(hypothesis, reference) for reference in references),
        "exact": [exact(hypothesis, references, **options) for options in EXACT],
    })

samples = []
for _ in range(40):
    alphabet = random.randint(1, 12)
    samples.append([[random.randint(0, alphabet) for _ in range(random.randint(0, 14))]
                    for _ in range(random.randint(2, 8))])
self_bleu = []
for texts in samples:
    for order in (1, 2, 4, 5):
        scores = [
            float(sentence_bleu(texts[:i] + texts[i + 1:], text, weights=[1 / order] * order,
                                smoothing_function=SmoothingFunction().method1))
            for i, text in enumerate(texts)]
        self_bleu.append({"samples": texts, "order": order, "scores": scores})

random.shuffle(pairs)
result = {
    "made_by": "make_overlap.py",
    "versions": {name: importlib.metadata.version(name) for name in ("sacrebleu", "rouge_score", "nltk", "regex")}
    | {"python": sys.version.split()[0], "unicode": unicodedata.unidata_version},
    "bleu_options": BLEUS, "chrf_options": CHRFS, "rouge_names": ROUGES, "exact_options": EXACT,
    "tokenizations": [
        {"text": text, **{name: _get_tokenizer(name)()(text.rstrip()).split() for name in ("none", "13a", "intl")}}
        for text in HOSTILE + [sentence(12) for _ in range(10)]],
    "cases": cases,
    "corpora": [
        {"pairs": [[h, r[0]] for h, r in chosen],
         "bleu": [corpus(BLEU(**options), chosen) for options in BLEUS],
         "chrf": [corpus(CHRF(**options), chosen) for options in CHRFS]}
        for chosen in (pairs[:40], pairs[40:80], pairs[80:83], [["", [""]], ["", ["a"]]])],
    "self_bleu": self_bleu,
}
path = pathlib.Path(__file__).with_name("overlap.json")
path.write_text(json.dumps(result, ensure_ascii=True, separators=(",", ":")) + "\n")
print(path.stat().st_size, "bytes;", len(cases), "cases")
