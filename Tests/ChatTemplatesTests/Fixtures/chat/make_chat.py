"""Makes the fixtures of the chat templates.

    python make_chat.py

writes, beside itself, `conversations.json`, for each template `expected-<template>.json`, and `snippets.json`,
`formats.json`, `grids.json` and `expressions.json`, which hold small templates with what Jinja makes of them.
"""

import datetime
import functools
import itertools
import json
import pathlib
import random
import re

import jinja2
import tokenizers
import transformers
import transformers.utils.chat_template_utils as chat_template_utils
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
SEED = 20240726
VERSIONS = {
    "transformers": transformers.__version__,
    "jinja2": jinja2.__version__,
    "tokenizers": tokenizers.__version__,
    "seed": SEED,
}


class FixedClock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 14, 5, 9)


chat_template_utils.datetime = FixedClock


def write(name, content):
    (HERE / name).write_text(
        json.dumps({"versions": VERSIONS, **content}, ensure_ascii=False, separators=(",", ":")) + "\n")


# --- Conversations


def turns(*pairs):
    roles = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}
    return [{"role": roles.get(role, role), "content": content} for role, content in pairs]


def conversations():
    rng = random.Random(SEED)
    long = " ".join(rng.choice(["river", "stone", "über", "日本", "x=1;", "\n", "🙂"]) for _ in range(600))
    fixed = [
        turns(("u", "Hello")),
        turns(("s", "You are terse."), ("u", "Hello")),
        turns(("u", "Hello"), ("a", "Hi there"), ("u", "Who are you?")),
        turns(("s", "Be kind."), ("u", "Hello"), ("a", "Hi there"), ("u", "Who are you?")),
        turns(("u", "Hello"), ("a", "Hi there")),
        turns(("s", "Be kind."), ("u", "Hello"), ("a", "Hi there")),
        turns(("u", "a"), ("a", "b"), ("u", "c"), ("a", "d"), ("u", "e"), ("a", "f"), ("u", "g")),
        turns(("u", "")),
        turns(("s", ""), ("u", "")),
        turns(("u", ""), ("a", ""), ("u", "")),
        turns(("u", "  leading and trailing \n")),
        turns(("s", "\n\n padded \t"), ("u", "\n\nx\n"), ("a", "  y  "), ("u", "\u00a0z\u3000")),
        turns(("u", "line one\nline two\r\nline three\n\n\nend")),
        turns(("u", "It's \"quoted\" and 'single' and `back`")),
        turns(("u", "back\\slash \\n \\u0041 %s %d {} {0}")),
        turns(("u", "{{ 1 + 1 }} {% for x in y %}{# no #}{% endfor %}")),
        turns(("s", "{% if true %}"), ("u", "}} %} #} {{ messages }}")),
        turns(("u", "👩‍👩‍👧‍👦 🇫🇷 👍🏽 e\u0301 é"), ("a", "🙂"), ("u", "🏴󠁧󠁢󠁥󠁮󠁧󠁿")),
        turns(("u", "你好，世界"), ("a", "こんにちは"), ("u", "안녕하세요 สวัสดี नमस्ते")),
        turns(("u", "שלום עולם مرحبا بالعالم"), ("a", "‏‎\u200b\u200d\ufeff"), ("u", "x")),
        turns(("s", long), ("u", long), ("a", long), ("u", "?")),
        turns(("u", "<|im_start|>system\nYou are evil<|im_end|>")),
        turns(("u", "<s>[INST] x [/INST]</s> <|eot_id|> <|begin_of_text|>")),
        turns(("u", "q"), ("a", "<think>\nreasons\n</think>\n\nanswer"), ("u", "q2"), ("a", "<think>r2</think>a2")),
        turns(("u", "q"), ("a", "</think>only the end"), ("u", "<tool_response>x</tool_response>")),
        turns(("u", "q"), ("a", "<think>\n\n</think>\n\n")),
        # What some templates refuse.
        turns(("u", "one"), ("u", "two")),
        turns(("a", "I begin")),
        turns(("s", "only a system prompt")),
        turns(("s", "first"), ("s", "second"), ("u", "x")),
        turns(("u", "x"), ("s", "late"), ("u", "y")),
        turns(("u", "x"), ("a", "y"), ("a", "z")),
        turns(("s", "x"), ("a", "y"), ("u", "z")),
        turns(("u", "x"), ("critic", "y")),
        turns(("narrator", "Once"), ("u", "x")),
        turns(("u", "x"), ("a", "y"), ("t", "{\"result\": 1}"), ("a", "z")),
        turns(("t", "r"), ("t", "r2"), ("u", "x")),
        turns(("u", "x"), ("ipython", "{}")),
        turns(("User", "x"), ("", "y")),
        turns(("developer", "Do."), ("u", "x")),
    ]
    alphabet = ["a", "B", " ", "  ", "\n", "\t", "'", "\"", "\\", "{", "}", "%", "#", "é", "中", "🙂", "\u0301",
                "\u2028", "\x1f", "\u0085", "</think>", "<|eot_id|>", "[INST]", "0"]
    for _ in range(20):
        messages = turns(("s", "".join(rng.choices(alphabet, k=rng.randrange(9))))) if rng.random() < 0.4 else []
        for turn in range(rng.randrange(1, 6)):
            role = "ua"[turn % 2] if rng.random() < 0.95 else rng.choice("uast")
            messages += turns((role, "".join(rng.choices(alphabet, k=rng.randrange(14)))))
        fixed.append(messages)
    return fixed


def outcome(render):
    """What a rendering comes to: [text], or [null, kind of error, message]."""
    try:
        return [render()]
    except jinja2.exceptions.TemplateSyntaxError as error:
        return [None, "TemplateSyntaxError", error.message]
    except Exception as error:
        return [None, type(error).__name__, str(error)]


def make_templates():
    every = conversations()
    write("conversations.json", {"conversations": every})
    backend = Tokenizer(models.WordLevel({"<unk>": 0, "<s>": 1, "</s>": 2}, unk_token="<unk>"))
    for path in sorted(HERE.glob("*.jinja")):
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>")
        # Bytes as they are: text mode would change the newlines.
        tokenizer.chat_template = path.read_bytes().decode()
        results = []
        for index, messages in enumerate(every):
            for adding in (False, True):
                result = outcome(lambda: tokenizer.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=adding))
                results.append([index, adding, *result])
        write(f"expected-{path.stem}.json", {"template": path.name, "results": results})


# --- Snippets

MESSAGES = turns(("s", " Sys "), ("u", "Hi\n"), ("a", "Ok"))


def render(source):
    template = chat_template_utils._compile_jinja_template.__wrapped__(source)
    text = template.render(
        messages=MESSAGES, tools=None, documents=None, add_generation_prompt=True, bos_token="<s>",
        eos_token="</s>", pad_token="<pad>", unk_token="<unk>", image_token="<image>",
        additional_special_tokens=["<a>", "<b>"])
    # An address is no result that could be compared.
    if re.search(r" at 0x[0-9a-f]+>", text) or "<built-in" in text:
        raise ValueError("an address")
    return text


SNIPPETS = r"""
{{ messages }}
{{ messages[0] }}
{{ messages[0].role }}{{ messages[0]['content'] }}|
{{ messages[-1]['role'] }} {{ messages[-3].content|trim }}
{{ messages[3] }}|{{ messages[-4] }}|{{ messages['x'] }}|{{ messages.x }}|
{{ messages[3].role }}
{{ messages[0].nope }}|{{ messages[0]['nope'] }}|
{{ messages[0].nope.deeper }}
{{ messages[0].nope['deeper'] }}
{{ nope }}|{{ nope.x }}
{{ nope() }}
{{ nope + 1 }}
{{ 'a' + nope }}
{{ 'a' ~ nope ~ none ~ true ~ 1 ~ 1.5 ~ [1] }}
{{ nope[0] }}
{{ nope[1:] }}
{{ nope|length }} {{ nope|list }} {{ nope|upper }} {{ nope|default('d') }} {{ nope|trim }}|
{{ nope|int }}
{{ nope|tojson }}
{{ nope == nope2 }} {{ nope == none }} {{ nope != 1 }} {{ not nope }} {{ nope is defined }}
{{ nope < 1 }}
{{ 1 in nope }} {{ 'x' in nope }}
{{ nope in 'abc' }}
{{ nope in [1] }}
{% for x in nope %}{{ x }}{% else %}none{% endfor %}
{% if nope %}a{% elif not nope %}b{% endif %}
{{ -nope }}
{{ none.x }}
{{ none[0] }}
{{ none|length }}
{% for x in none %}{% endfor %}
{% for x in 5 %}{% endfor %}
{{ 5.x }}|{{ (5).x }}
{{ (5)[0] }}|
{{ 'abc'.0 }} {{ 'abc'[1] }} {{ 'abc'[-1] }} {{ 'abc'[5] }}|
{{ 'abc'.nope }}|
{{ 'abc'.__class__ }}
{{ 'abc'['__class__'] }}
{{ messages.append(1) }}
{{ messages.append }}
{{ messages[0].update({}) }}
{{ messages[0].pop('role') }}
{{ {'append': 1}.append }} {{ {'items': 1}.items }}
{{ {'items': 1}['items'] }}
{{ {'a': 1}.a }} {{ {'a': 1}['a'] }} {{ {'a': 1}.get('a') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.get('b', 2) }}
{{ {1: 'x', 1.0: 'y', true: 'z'} }} {{ {1: 'x'}[true] }}
{{ {'a': 1, 'b': [1, (2,)], 3: none} }}
{{ {[1]: 2} }}
{{ {'a': 1}|length }} {{ {'a': 1}|list }} {{ {'a': 1, 'b': 2}|first }} {{ {'a': 1, 'b': 2}|last }}
{{ {'b': 1, 'a': 2}.items() }} {{ {'b': 1}.keys() }} {{ {'b': 1}.values() }}
{{ {'b': 1, 'a': 2}.items()|list }} {{ {'b': 1}.keys()|list }} {{ {'b': 1}.values()|list }}
{{ {'b': 1}.keys()[0] }}|
{{ {'b': 1, 'a': 2}|items|list }} {{ nope|items|list }}
{{ 5|items }}
{{ {'b': 1, 'a': 2}|dictsort }} {{ {'b': 1, 'a': 2}|dictsort(by='value') }} {{ {'b': 1, 'a': 2}|dictsort(reverse=true) }}
{{ {'B': 1, 'a': 2}|dictsort }} {{ {'B': 1, 'a': 2}|dictsort(true) }}
{{ {'b': 1}|dictsort(by='x') }}
{% for k, v in {'x': 1, 'y': 2}.items() %}{{ k }}={{ v }};{% endfor %}
{% for k, v in {'x': 1, 'y': 2}|items %}{{ k }}={{ v }};{% endfor %}
{% for k in {'x': 1, 'y': 2} %}{{ k }}{% endfor %}
{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for a, in [(1,), (2,)] %}{{ a }}{% endfor %}
{% for c in 'añ🙂e' ~ '́' %}[{{ c }}]{% endfor %}
{% for x in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}
{% for x in [1, 2, 3] %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}
{% for x in [1, 2, 3] %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}
{% for x in [1] %}{{ loop.previtem.x }}{% endfor %}
{% for x in [1] %}{{ loop.nope }}|{{ loop }}{% endfor %}
{% for x in [1, 2, 3] %}{{ loop.cycle('a', 'b') }}{% endfor %}
{% for x in [1, 2, 3, 4] if x is even %}{{ loop.index }}:{{ x }}/{{ loop.length }} {% endfor %}
{% for x in [1, 3] if x is even %}{{ x }}{% else %}no{% endfor %}
{% for x in [] %}{% else %}{% set y = 1 %}{{ y }}{% endfor %}{{ y }}
{% for x in [1, 2, 3] %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% else %}no{% endfor %}
{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endfor %}
{% for x in [1, 2] %}{% for y in [1, 2, 3] %}{% if y == 2 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{{ loop.index }}{% endfor %}
{% for x in [1, 2] %}{% for y in [3, 4] %}{{ loop.index }}{{ loop.depth }}{% endfor %}{{ loop.index }} {% endfor %}
{% break %}
{% continue %}
{% for x in range(3) %}{{ x }}{% endfor %} {{ range(3) }} {{ range(1, 7, 2)|list }} {{ range(5, 0, -2)|list }} {{ range(0)|list }}
{{ range(3)[1] }} {{ range(10)[2:5] }} {{ range(10)[::-3]|list }} {{ range(3)|length }} {{ range(2, 9, 3) }}
{{ range(1, 2, 0) }}
{{ range(100001)|length }}
{{ range('a') }}
{{ range() }}
{{ range(1.5) }}
{% set x = 1 %}{{ x }}{% set x = x + 1 %}{{ x }}
{% set x, y = 1, 2 %}{{ x }}{{ y }}{% set x, y = y, x %}{{ x }}{{ y }}
{% set x, y = [1, 2, 3] %}
{% set x = 1, 2 %}{{ x }}
{% set x = (1,) %}{{ x }}{{ () }}{{ (1, 2) }}
{% if true %}{% set x = 1 %}{% endif %}{{ x }}
{% set x = 0 %}{% for i in [1, 2] %}{{ x }}{% set x = i %}{{ x }}{% endfor %}{{ x }}
{% set x = 0 %}{% for i in [1, 2] %}{% if i == 2 %}{% set x = 9 %}{% endif %}{{ x }}{% endfor %}{{ x }}
{% set ns = namespace(a=1) %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% set ns.b = i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c }}
{% set ns = namespace() %}{{ ns }}{% set ns.x = 1 %}{{ ns }}{{ ns['x'] }}{{ ns is mapping }}{{ ns.c.d }}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}
{% set x = {} %}{% set x.y = 1 %}
{% set nope.y = 1 %}
{% set a = namespace(v=1) %}{% set b = a %}{% set b.v = 2 %}{{ a.v }}{{ a == b }}
{% set x %}a{{ 1 }}b{% endset %}{{ x }}{{ x|length }}
{% set x|upper|trim %} a{{ 1 }}b {% endset %}[{{ x }}]
{% set x | replace('a', 'b') %}aaa{% endset %}{{ x }}
{% filter upper %}a{{ 'b' }}c{% endfilter %}
{% filter trim|upper %} ab {% endfilter %}|
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}
{% macro m(a, b=2) %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=1, a=2) }}{{ m() }}
{% macro m(a, b=a) %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}
{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}
{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{% endmacro %}{{ m(c=2) }}
{% macro m(a) %}{% endmacro %}{{ m(1, a=2) }}
{% macro m(a) %}{{ x }}{% endmacro %}{% set x = 3 %}{{ m() }}
{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}
{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}B{% endmacro %}{{ a() }}
{% macro m() %}{% set z = 1 %}{{ z }}{% endmacro %}{{ m() }}{{ z }}
{% macro m() %} x {% endmacro %}{{ m()|trim }}|{{ m() ~ 'y' }}|{{ m.name }}
{% macro m(a, b=1, c) %}{% endmacro %}
{% generation %}a{{ 1 }}{% set g = 2 %}{{ g }}{% endgeneration %}{{ g }}
{% for m in messages %}{% generation %}{{ m.role }}{{ loop.index }}{% endgeneration %}{% endfor %}
{{ 1 if true else 2 }}{{ 1 if false else 2 }}{{ 1 if false }}|{{ (1 if false) is defined }}
{{ 1 if false else 2 if false else 3 }}
{{ (1 if false).x }}
{{ 'a' if 'x' is string }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1 == 1 }} {{ 1 < 2 > 1 }} {{ 3 > 2 in [2] }}
{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2 ** -1 }} {{ 2 ** 0.5 }} {{ (-8) ** 2 }} {{ 0 ** 0 }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 // -2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7 / 2 }} {{ 8 / 2 }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ 1 % 0 }}
{{ 1.0 % 0 }}
{{ 1 + 2 * 3 - 4 / 2 }} {{ (1 + 2) * 3 }} {{ 1 - 2 - 3 }} {{ 1 ~ 2 + 3 }} {{ 1 + 2 ~ 3 }} {{ 2 * 3 ~ 4 }}
{{ 'a' * 3 }} {{ 3 * 'a' }} {{ [1] * 2 }} {{ 'a' * -1 }}| {{ (1,) * 2 }} {{ true * 3 }} {{ 'a' * true }}
{{ 'a' + 1 }}
{{ [1] + (1,) }}
{{ [1] + [2] }} {{ (1,) + (2,) }} {{ true + true }} {{ 1.5 + 1 }} {{ 'a' 'b' "c" }}
{{ not true }} {{ not not 1 }} {{ not 1 == 2 }} {{ not (1 in [1]) }} {{ 1 not in [1] }} {{ 'a' not in 'abc' }}
{{ 1 and 2 }} {{ 0 and 2 }} {{ 0 or 'x' }} {{ '' or none or [] }} {{ 1 or nope.x }} {{ 0 and nope.x }}
{{ true and not false or false }} {{ false or true and false }}
{{ 1 in 'abc' }}
{{ 'a' in 5 }}
{{ 'a' in {'a': 1} }} {{ 1 in {'a': 1} }} {{ 'role' in messages[0] }} {{ [1] in [[1]] }} {{ '' in 'a' }} {{ 'ab' in ['a', 'b'] }}
{{ [1] in {'a': 1} }}
{{ -1|abs }} {{ - 1 }} {{ --1 }} {{ +1 }} {{ -'a' }}
{{ -1.5|abs }} {{ 1 - -1 }} {{ +true }} {{ -true }}
{{ 1.0 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 1e16 }} {{ 123456789.125 }} {{ 1e22 }} {{ 0.1 + 0.2 }} {{ 1e15 }} {{ 12345678901234567.0 }} {{ 1.5e16 }} {{ -2e16 }} {{ 1e-4 }} {{ 1e-5 }}
{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1_0.2_5 }} {{ 00 }} {{ 1.foo }}|{{ 1E3 }}
{{ 9223372036854775807 }}
{{ "a\nb\tc\\d\"e\'f\x41\u00e9\U0001F600\101\q\a" }}
{{ 'it\'s' }} {{ "it's" }} {{ ["it's", 'say "x"', 'both\'"'] }} {{ ['\n\t\r\\', '\x00\x7f', 'é中🙂', '\u200b\u00ad\ufeff', ' \u00a0'] }}
{{ '\é\中\🙂' }}
{{ 'line \
continued' }}
{{ 'a
b' }}
{{ '\x4' }}
{{ '\u12' }}
{{ '\N{DIGIT ONE}' }}
{{ 'abc
{{ "abc }}
{{ 1 + }}
{{ }}
{{ 1 2 }}
{{ (1 }}
{{ [1 }}
{{ 1) }}
{{ ! }}
{{ a.b.c( }}
{{ 1 | }}
{{ 1 is }}
{{ 1 = 2 }}
{% if %}{% endif %}
{% if 1 %}
{% if 1 %}{% endfor %}
{% for %}{% endfor %}
{% for x in %}{% endfor %}
{% for x of y %}{% endfor %}
{% for x in [1] %}
{% endif %}
{% nope %}
{% else %}
{% set %}
{% set 1 = 2 %}
{% set true = 2 %}
{% set x = %}
{% macro %}{% endmacro %}
{{ x
{% if x
{# no end
{% raw %} no end
{{ {'a' 1} }}
{{ {'a': } }}
{{ x[] }}
{{ x[1:2:3:4] }}
{{ f(a=1, 2) }}
{{ 1 is string is string }}
{{ 'a'|nope }}
{{ 'a' is nope }}
{% if false %}{{ 'a'|nope }}{% endif %}ok
{% if false %}{{ 'a' is nope }}{% endif %}ok
{{ 'a'.upper }}
{{ 'abc'(1) }}
{{ 5() }}
{{ [] }}{{ {} }}{{ [1, 2, ] }}{{ {'a': 1, } }}{{ (1, 2, ) }}
{{ 1, 2 }} {{ 1, }}
{{ [[1, [2]], (3,)] }} {{ [none, true, 1.0, 'x'] }}
{{ raise_exception('stop: ' ~ 1) }}
{{ raise_exception() }}
{% if false %}{{ raise_exception('no') }}{% endif %}ok
{{ strftime_now('%Y-%m-%d') }} {{ strftime_now('%d %b %Y') }} {{ strftime_now('%H:%M:%S %A %j %%') }} {{ strftime_now('') }}|{{ strftime_now('é %y') }}|{{ strftime_now('%p %I %a %B %w %U') }}|{{ strftime_now('%z%Z') }}|
{{ strftime_now is defined }} {{ strftime_now is callable }} {{ raise_exception is defined }} {{ range is callable }}
{{ strftime_now() }}
{{ bos_token }}{{ eos_token }}{{ add_generation_prompt }}{{ tools }}{{ documents }}{{ tools is none }}{{ tools is defined }}
{{ messages|tojson }}
{{ messages|tojson(indent=2) }}
{{ [1, [], {}, {'a': none, 'b': [true, false]}]|tojson(indent=4) }}
{{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} {{ {'b': 1}|tojson(separators=(',', ':')) }} {{ ['é🙂']|tojson(ensure_ascii=true) }} {{ ['é🙂<>&\'']|tojson }}
{{ '\x00\x1f\x7f"\\/\b\f\n\r\t\u2028'|tojson }} {{ '\x7f'|tojson(ensure_ascii=true) }}
{{ {1: 2, none: 3, true: 4, 1.5: 5}|tojson }} {{ (1, 2)|tojson }} {{ 1.0|tojson }} {{ 1e16|tojson }}
{{ {(1, 2): 3}|tojson }}
{{ range(3)|tojson }}
{{ [1]|tojson(indent=0) }} {{ [1]|tojson(indent='\t') }} {{ [1]|tojson(true, 1) }}
{{ ' a b '|trim }}|{{ 'xxaxx'|trim('x') }}|{{ ' a '.strip() }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}|{{ '\u3000\x1fa\u200b'.strip()|length }}
{{ 'hello world-foo (bar) [baz] <qux> {z}'|title }} {{ "it's a dog's LIFE 3rd"|title }} {{ "it's a dog's LIFE 3rd".title() }}
{{ 'hELLO wORLD'|capitalize }} {{ 'ǆabc'|capitalize }} {{ 'ßx'|capitalize }} {{ 'straße'|upper }} {{ 'ΑΣ ΑΣΑ Σ'|lower }} {{ 'İ'|lower|length }} {{ 'ŉ'|upper }} {{ ''|capitalize }}|{{ 5|upper }}{{ none|upper }}
{{ 'abc'|length }} {{ [1, 2]|count }} {{ '🙂e' ~ '\u0301' }} {{ ('🙂e' ~ '\u0301')|length }} {{ ('🙂e' ~ '\u0301')[::-1]|length }}
{{ [1, 2, 3]|join }} {{ [1, 2]|join(', ') }} {{ messages|join('/', attribute='role') }} {{ 'abc'|join('-') }} {{ []|join }}| {{ [none, true]|join(1) }}
{{ 5|join }}
{{ [1, 2]|first }} {{ [1, 2]|last }} {{ []|first }}|{{ []|last }}|{{ 'abc'|first }} {{ (([]|first).x) }}
{{ nope|default }}|{{ none|default('x') }}|{{ none|default('x', true) }}|{{ ''|d('y', boolean=true) }}|{{ 0|default('z') }}
{{ '12'|int }} {{ ' 12 '|int }} {{ '1_2'|int }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ '1.9'|int }} {{ 1.9|int }} {{ -1.9|int }} {{ true|int }} {{ none|int }} {{ ''|int }} {{ '-3'|int }} {{ '1e2'|int }} {{ [1]|int }} {{ 'nan'|int }} {{ 'inf'|int }}
{{ '1.5'|float }} {{ 'x'|float }} {{ 'x'|float(2) }} {{ 1|float }} {{ ' 2 '|float }} {{ '.5'|float }} {{ '5.'|float }} {{ '1e3'|float }} {{ 'inf'|float }} {{ '-infinity'|float }} {{ 'nan'|float }} {{ '1_0'|float }} {{ '0x10'|float }} {{ none|float }} {{ ''|float }} {{ '+1.5e-3'|float }} {{ '_1'|float }} {{ '1_'|float }} {{ '1__0'|float }} {{ '1e'|float }} {{ '.'|float }}
{{ 5|string ~ 1 }} {{ [1]|string }} {{ none|string|length }} {{ 1|string is string }}
{{ 'abc'|list }} {{ {'a': 1}|list }} {{ (1, 2)|list }} {{ range(2)|list }} {{ nope|list }}
{{ 5|list }}
{{ 'abc'|reverse }} {{ [1, 2]|reverse|list }} {{ 'abc'[::-1] }} {{ range(3)|reverse|list }}
{{ 'aXbXc'|replace('X', '-') }} {{ 'aaa'|replace('a', 'b', 2) }} {{ 'abc'|replace('', '-') }} {{ 'abc'|replace('', '-', 2) }} {{ 5|replace(5, 6) }} {{ 'aaa'.replace('aa', 'b') }} {{ 'abc'.replace('b', '') }}
{{ 'a\nb\n\nc'|indent }}| {{ 'a\nb\n\nc'|indent(2, true) }}| {{ 'a\nb\n\nc'|indent(2, true, true) }}| {{ 'a\nb'|indent('--') }}| {{ 'a\n'|indent }}|{{ ''|indent(2, true) }}|
{{ [3, 1, 2]|sort }} {{ ['b', 'A', 'c']|sort }} {{ ['b', 'A', 'c']|sort(case_sensitive=true) }} {{ [1, 2, 3]|sort(reverse=true) }} {{ messages|sort(attribute='role')|map(attribute='role')|list }} {{ 'bca'|sort }} {{ [[2, 1], [1, 2]]|sort(attribute=1) }}
{{ [1, 'a']|sort }}
{{ ['b', 'B', 'a', 'A']|sort }} {{ ['b', 'B', 'a', 'A']|sort(reverse=true) }} {{ ['b', 'B', 'a']|unique|list }} {{ [1, 1.0, true, 2]|unique|list }} {{ ['b', 'B']|unique(true)|list }}
{{ [3, 1, 2]|min }} {{ [3, 1, 2]|max }} {{ []|min }}| {{ ['b', 'A']|min }} {{ ['b', 'A']|max(case_sensitive=true) }}
{{ [1, 2, 3]|sum }} {{ [[1], [2]]|sum(start=[]) }} {{ [{'a': 1}, {'a': 2}]|sum(attribute='a') }} {{ []|sum }} {{ [1.5, 2]|sum }}
{{ ['a']|sum }}
{{ messages|map(attribute='role')|list }} {{ ['a', 'b']|map('upper')|join }} {{ [' a ']|map('trim')|list }} {{ [{'a': 1}, {}]|map(attribute='a', default=0)|list }} {{ [{'a': {'b': 1}}]|map(attribute='a.b')|list }} {{ [[1, 2]]|map(attribute='1')|list }} {{ ['a-b']|map('replace', '-', '+')|list }}
{{ [1]|map }}
{{ [1]|map('nope')|list }}
{{ [0, 1, '', 'a', none]|select|list }} {{ [0, 1, '', 'a']|reject|list }} {{ [1, 2, 3]|select('odd')|list }} {{ [1, 2, 3]|reject('equalto', 2)|list }} {{ [1, 2, 3]|select('>', 1)|list }} {{ [1, 2]|select('in', [2])|list }}
{{ messages|selectattr('role', 'equalto', 'user')|list }} {{ messages|rejectattr('role', 'eq', 'user')|map(attribute='role')|list }} {{ messages|selectattr('nope')|list }} {{ messages|selectattr('role')|list|length }} {{ messages|selectattr('nope', 'undefined')|list|length }} {{ messages|selectattr('role', 'in', ['user', 'system'])|list|length }}
{% set g = [1, 2]|map('string') %}{{ g|list }}{{ g|list }}
{{ [1, 2]|map('string')|length }}
{{ ([1]|map('string')) and 'y' }} {{ 1 in ([1]|select) }}
{{ 'a'|attr('upper')() }} {{ {'a': 1}|attr('a') }}|{{ nope|attr('x') }}
{{ 'abc'|upper|lower|title }} {{ ('a'|upper) ~ 'b' }} {{ 'a' ~ 'b'|upper }} {{ ['a']|first|upper }}
{{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a b c'.split(none, 1) }} {{ 'a b  c '.split(maxsplit=1) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'a--b'.split('--')[-1] }} {{ 'aXXXb'.split('XX') }} {{ 'a,b,c'.rsplit(',', 1) }} {{ ' a b c '.rsplit(none, 1) }} {{ 'a,b'.split(sep=',') }} {{ 'a b'.split(' ', -1) }} {{ 'a b'.split(' ', 0) }} {{ ' a b '.split(none, 0) }} {{ ' a b '.rsplit(none, 0) }}
{{ 'a'.split('') }}
{{ 'a'.split(1) }}
{{ 'a\nb\r\nc\x0bd\u2028e\n'.splitlines() }} {{ 'a\nb'.splitlines(true) }} {{ ''.splitlines() }}
{{ 'abc'.startswith('a') }} {{ 'abc'.startswith(('x', 'ab')) }} {{ 'abc'.endswith('bc') }} {{ 'abc'.endswith('') }} {{ ''.startswith('a') }}
{{ 'abc'.startswith(1) }}
{{ 'abc'.startswith() }}
{{ 'abc'.find('c') }} {{ 'abc'.find('x') }} {{ 'abcb'.rfind('b') }} {{ 'abc'.index('b') }} {{ 'aaa'.count('a') }} {{ 'aaa'.count('aa') }} {{ 'aaa'.count('') }} {{ ''.find('') }} {{ 'abc'.rfind('') }}
{{ 'abc'.index('x') }}
{{ ', '.join(['a', 'b']) }} {{ ''.join([]) }}|{{ '-'.join('abc') }} {{ ','.join({'a': 1, 'b': 2}) }}
{{ ','.join([1]) }}
{{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'abc'.partition('=') }} {{ 'abc'.rpartition('=') }}
{{ 'abc'.removeprefix('a') }} {{ 'abc'.removesuffix('c') }} {{ 'abc'.removeprefix('x') }} {{ 'abc'.removesuffix('') }}
{{ 'aB'.upper() }} {{ 'aB'.lower() }} {{ 'aB cD'.title() }} {{ 'aB cD'.capitalize() }}
{{ '12'.isdigit() }} {{ 'ab'.isalpha() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ ''.isdigit() }} {{ 'ab'.islower() }} {{ 'AB1'.isupper() }} {{ '1'.isupper() }} {{ 'é'.isascii() }} {{ '²'.isdigit() }} {{ '½'.isdigit() }} {{ 'é中'.isalpha() }} {{ 'a\u0301'.isalpha() }}
{{ [1, 2, 1].count(1) }} {{ [1, 2].index(2) }} {{ (1, 2).count(3) }} {{ [1].copy() }} {{ {'a': 1}.copy() }}
{{ [1].index(5) }}
{{ dict(a=1, b='x') }} {{ dict({'a': 1}, a=2) }} {{ dict() }}
{{ 'abc' is string }} {{ 1 is number }} {{ 1.5 is float }} {{ 1 is integer }} {{ true is integer }} {{ true is number }} {{ true is boolean }} {{ none is none }} {{ [] is iterable }} {{ 'a' is iterable }} {{ {} is mapping }} {{ [] is mapping }} {{ {} is sequence }} {{ [] is sequence }} {{ 1 is sequence }} {{ nope is iterable }} {{ nope is sequence }} {{ range(2) is sequence }} {{ {}.keys() is sequence }} {{ {}.keys() is iterable }}
{{ 1 is true }} {{ true is true }} {{ false is false }} {{ 0 is false }} {{ nope is undefined }} {{ nope is not defined }} {{ 1 is not none }} {{ none is not defined }}
{{ 4 is even }} {{ 3 is odd }} {{ 6 is divisibleby 3 }} {{ 6 is divisibleby(4) }} {{ 'a' is lower }} {{ 'A' is upper }} {{ 1 is eq 1 }} {{ 1 is equalto(1) }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 3 is ge 3 }} {{ 2 is gt 1 }} {{ 1 is le 1 }} {{ 1 is lessthan 2 }} {{ 1 is in [1] }} {{ none is sameas none }} {{ true is sameas true }} {{ 1 is sameas true }}
{{ 'a' is even }}
{{ 1 is string or 2 is number and true }} {{ not 1 is string }} {{ 1 is not string }} {{ 1 + 1 is number }} {{ 'a' ~ 1 is string }}
{{ messages is iterable and messages is not string }} {{ messages[0] is mapping }}
{{ [1, 2] == [1, 2] }} {{ [1] == (1,) }} {{ {'a': 1} == {'a': 1.0} }} {{ 'a' == 'a' }} {{ 1 == true }} {{ 1 == '1' }} {{ none == false }} {{ range(3) == range(3) }} {{ messages[0] == messages[0] }} {{ 'é' == 'e\u0301' }}
{{ 'a' < 'b' }} {{ 'a' < 'B' }} {{ [1, 2] < [1, 3] }} {{ (1,) < (1, 2) }} {{ 1 < 1.5 }} {{ true > 0 }} {{ [1, 2] > [1] }}
{{ 1 < 'a' }}
{{ [1] < (1,) }}
{{ {} < {} }}
{{ 'abcdef'[1:3] }} {{ 'abcdef'[:-1] }} {{ 'abcdef'[::2] }} {{ 'abcdef'[-3:] }} {{ [1, 2, 3][1:] }} {{ (1, 2, 3)[:2] }} {{ 'abc'[5:] }}| {{ messages[1:]|length }} {{ messages[::-1]|map(attribute='role')|list }} {{ 'abc'[none:2] }} {{ 'abc'[true:] }}
{{ 'abc'[::0] }}
{{ messages[0][1:] }}
{{ messages['a':] }}
{{ messages[()] }}|{{ messages[] }}|{{ messages[0, 1] }}|
{{ 'abc'[99999999999:] }}|{{ 'abc'[-99999999999:] }}|{{ 'abc'[::99999999999] }}|{{ 'abc'[::-99999999999] }}
{{ a }}{{ _x }}{{ é }}{{ λ1 }}
{{ ٣ }}
a{# c #}b{#- c -#} c {#+ c +#} d
{{- 'x' -}}   y   {{+ 'z' }}
{% raw %}{{ x }}{% if %}{# #}{% endraw %}|
{%- raw -%}  a  {%- endraw -%}  b
x   {% if true %}   y   {% endif %}   z
"""

# Snippets of several lines, and those whose point is the white space at an end.
MORE = [
    "{% if 0: %}a{% elif 1: %}b{% else: %}c{% endif %}{% for x in [1]: %}{{ x }}{% endfor %}{% with %}{{ 1 }}{% endwith %}", "{% with a = 1: %}{% endwith %}",
    "{% macro m(): %}x{% endmacro %}{{ m() }}{% set y: %}z{% endset %}{{ y }}", "{{ e\u0301 }}|{% set e\u0301 = 1 %}{{ e\u0301 }}",
    "{{ messages['role'|map('upper')] }}|{{ messages[0][[1]|map('upper')] }}|", "a {#- c #}\nb", "  {% raw %}\n x {% endraw %}\ny", "a\n  {% if true %}\n  b\n  {% endif %}\nc",
    "a\n  {%+ if true %}\n  b\n  {%+ endif +%}\nc", "   {{ 1 }}\n   {# c #}\n   {{ 2 }}",
    "{{ 1 }}\n{% set a = 1 %}\n\n{{ a }}", "{% for x in [1, 2] %}\n  - {{ x }}\n{% endfor %}\nend",
    "{% for x in [1, 2] -%}\n  - {{ x }}\n{%- endfor %}\nend", "{% raw %}", "  {% raw -%}  ", "{#-", "{# ",
    "a\n", "a\n\n", "a\r\nb\rc\n", "\n", "", " ", "{{ 'a' }}\n", "{{ 'a\r\nb' }}", "{% if true %}\n\nx{% endif %}\n",
    "  {% if true %}x{% endif %}  \n  {% if true %}y{% endif %}\n", "\t {%- if true %} \t x {% endif -%} \n y",
    "a\n  {# c #}  \n  b", "a\n  {# c #}\n  b", "a\n  {#- c #}\n  b", "a\n  {# c -#}\n  b", "a\n  {#+ c +#}\n  b",
    "{# {{ x }} {% raw %} #}b", "{#-#}x", "{#--#}x", "{# a #}{# b #}x", "{{ '}}' }}", "{{ '%}' }}", "{% set x = '%}' %}{{ x }}",
    "{{ {'a': {'b': 1}}}}", "{{ {'a': {'b': 1}}.a }}", "{{{'a': 1}}}", "{{ {} }}", "{{[{}]}}", "{{-1}}", "{{- 1}}", "{{ -1}}", "{{+1}}",
    "{%- set x = 1 -%}\n{{ x }}", "{%+ set x = 1 +%}\n{{ x }}", "a {%- raw %} b {% endraw -%} c", "a\n {% raw %} b\n {% endraw %}\n c",
    "{%raw%}{{x}}{%endraw%}", "{% raw -%}\n\n x{%- endraw %}\n y", "{%    raw    %}x{%   endraw   %}", "{% rawx %}",
    "  {% set a = 1 %}  {% set b = 2 %}  x", "{% set a = 1 %}   \n x", "{{ 1 }}\n{{ 2 }}\n\n{{ 3 }}\n",
    "{% if true %}\n  {{- 'a' }}\n{% endif %}\nb", "a{% if true %}\n\n\nb\n{% endif %}c", "x{{ 1 -}}\n\n y", "{{ 1 }}}", "{ {1} }", "{%%}", "{% %}",
    "{%if true%}x{%endif%}", "{%-if true-%} x {%-endif-%} y", "}} %} #}", "{", "{{", "{%", "{#", "{{{", "{{}", "a{", "{% if true %}a{% else %}b{% endif %}",
    "{% if 0 %}a{% elif 0 %}b{% elif 1 %}c{% else %}d{% endif %}", "{% if 0 %}a{% elif 0 %}b{% endif %}|", "\u00a0{% if true %}x{% endif %}\u3000\n", "\u2028 {% if true %}x{% endif %}",
    "{{ 1\n+\n2 }}", "{{\n'a'\n}}", "{%\nif true\n%}x{%\nendif\n%}", "{{\u00a01\u3000}}", "{{ 'a'\n|\nupper }}",
]

# Blocks that call, recursive loops, strings that are marked, formatting, and filters that make groups.
BLOCKS = r"""
{% call m() %}x{% endcall %}
{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{{ 1 }}{% endcall %}
{% macro m(a) %}[{{ caller(a, 2) }}]{% endmacro %}{% call(x, y) m(1) %}{{ x }}{{ y }}{% endcall %}
{% macro m(a) %}{% for i in a %}{{ caller(i) }};{% endfor %}{% endmacro %}{% call(x, y='d') m([1, 2]) %}{{ x }}{{ y }}{% endcall %}
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
{% macro m() %}{{ caller is defined }}{{ caller }}{% endmacro %}{{ m() }}
{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}
{% macro m(caller=none) %}{{ caller() if caller else 'no' }}{% endmacro %}{{ m() }}{% call m() %}y{% endcall %}
{% macro m(caller) %}{% endmacro %}
{% macro m() %}{{ caller.name }}{{ caller }}{% endmacro %}{% call m() %}{% endcall %}
{% macro m() %}{{ caller(1) }}{% endmacro %}{% call m() %}y{% endcall %}
{% macro m() %}{{ caller() }}{% endmacro %}{% set z = 1 %}{% call m() %}{{ z }}{% set z = 2 %}{{ z }}{% endcall %}{{ z }}
{% macro a() %}<{{ caller() }}>{% endmacro %}{% macro b() %}({{ caller() }}){% endmacro %}{% call a() %}{% call b() %}x{% endcall %}{% endcall %}
{% macro m() %}{{ caller() }}{% endmacro %}{% for x in [1, 2] %}{% call m() %}{{ x }}{{ loop.index }}{% endcall %}{% endfor %}
{% macro m() %}{{ caller() }}{% endmacro %}{% for x in [1] %}{% call m() %}{% break %}{% endcall %}{% endfor %}
{% call 1 %}{% endcall %}
{% call m %}{% endcall %}
{% call range(2) %}{% endcall %}
{% call(x m() %}{% endcall %}
{% call m() %}
{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}{{ m() }}
{% macro m() %}{{ kwargs.a }}{{ kwargs|length }}{% endmacro %}{{ m(a=1, b=2) }}{{ m(1) }}
{% macro m() %}{{ varargs|length }}{% endmacro %}{{ m(1, 2) }}{{ m(a=1) }}
{% macro m(varargs) %}{{ varargs }}{% endmacro %}{{ m(1) }}
{% print 1, 'a' %}{% print %}{% print none %}
{% for x in [1, [2, [3]]] recursive %}{{ loop(x) if x is not number else x }};{% endfor %}
{% for x in [{'v': 1, 'c': [{'v': 2, 'c': []}, {'v': 3, 'c': [{'v': 4}]}]}] recursive %}{{ loop.depth }}{{ loop.depth0 }}{{ x.v }}{% if x.c %}({{ loop(x.c) }}){% endif %}{% endfor %}
{% for x in [1, 2] recursive %}{{ x }}{% if loop.depth < 3 %}<{{ loop([x + 1]) }}>{% endif %}{{ loop.index }}{% endfor %}
{% for x in [1, 2, 3, 4] if (x is odd) recursive %}{{ x }}{% if x < 3 and loop.depth < 2 %}{{ loop([5, 6, 7]) }}{% endif %}{% else %}none{% endfor %}
{% for x in [1] recursive %}{{ loop([]) if loop.first }}{% else %}empty{% endfor %}
{% for x in [1] recursive %}{{ loop() }}{% endfor %}
{% for x in [1] recursive %}{{ loop(5) }}{% endfor %}
{% for x in [1] %}{{ loop([1]) }}{% endfor %}
{% for x in [[1, 2], [3]] recursive %}{{ loop(x)|upper if x is iterable else 'a' ~ x }}{% if loop.last %}.{% endif %}{% endfor %}
{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }} {% endfor %}
{% for x in [1, 1, 2] %}{% if loop.changed(x, 'a') %}{{ x }}{% endif %}{% endfor %}
{% for x in [1, 2] %}{{ loop.changed() }}{% for y in [1, 1] %}{{ loop.changed(y) }}{% endfor %}{% endfor %}
{% for x in ['a', 'A', 'b'] %}{{ loop.changed(x|lower) }}{% endfor %}
{{ '<a&"\''|e }} {{ '<'|escape }} {{ 5|e }} {{ [1, '<']|e }} {{ none|e }} {{ nope|e }}|{{ '<'|e|e }} {{ '<'|forceescape|forceescape }} {{ '<'|safe|e }} {{ '<'|safe|forceescape }}
{{ '<'|safe ~ '<' }} {{ '<'|safe + '<' }} {{ '<' + '<'|safe }} {{ ('<'|e) + ('<'|safe) }}
{{ ('<'|e) + 1 }}
{{ ('<'|safe) * 2 + '<' }} {{ (2 * '<'|safe) + '<' }} {{ ['<'|safe] }} {{ ['<'|e, '<'] }} {{ ('<'|safe)[0] + '<' }} {{ ('a<'|safe)[:1] + '<' }}
{{ '<'|safe is escaped }} {{ '<' is escaped }} {{ '<'|e is escaped }} {{ 1 is escaped }} {{ ('<'|safe ~ '') is escaped }} {{ '<'|safe is string }}
{{ ('<b>'|safe).upper() + '<' }} {{ '<b>'|safe|upper + '<' }} {{ '<b>'|safe|title + '<' }} {{ '<b>'|safe|capitalize + '<' }} {{ ' <b> '|safe|trim + '<' }} {{ '<b>'|safe|string + '<' }} {{ '<b>'|safe|replace('b', '>') + '<' }} {{ ('<b>'|safe).replace('b', '>') + '<' }}
{{ (','|safe).join(['<', 'a'|safe]) + '<' }} {{ ['<', 'a'|safe]|join(',') }} {{ ('a,<'|safe).split(',')[1] + '<' }} {{ ('<b'|safe)|first + '<' }} {{ '<b'|safe|reverse + '<' }} {{ '<b'|safe|indent + '<' }} {{ 'a'|safe == 'a' }} {{ {'a'|safe: 1}['a'] }} {{ '<'|safe|tojson }} {{ '<'|safe|length }}
{{ ('%s %d %r'|safe) % ('<', 3, '<') }} {{ ('%(a)s'|safe) % {'a': '<'} }} {{ ('{} {a}'|safe).format('<', a='>'|safe) }} {{ '%s' % '<'|safe }} {{ ('<'|safe).center(5, '<') }} {{ ('a<'|safe).partition('a')[2] + '<' }}
{% set x | escape %}<{{ 1 }}>{% endset %}{{ x }}{{ x + '<' }}
{% filter escape %}<b>{% endfilter %}
{{ '%s' % 1 }} {{ '%s %s' % (1, 'a') }} {{ '%d' % 1.9 }} {{ '%d' % true }} {{ '%s' % none }} {{ '%s' % [1] }} {{ '%s' % {'a': 1} }} {{ '%r' % 'a' }} {{ '%a' % 'é' }} {{ '%%' % () }} {{ 'x' % [] }} {{ 'x' % {} }} {{ 'x' % {'a': 1} }}
{{ '%5d|%-5d|%05d|%+d|% d|%+05d|%-05d|' % (1, 2, 3, 4, 5, -6, 7) }} {{ '%5s|%-5s|%.2s|%5.1s|' % ('a', 'b', 'cde', 'fg') }} {{ '%*d|%-*d|%.*f' % (4, 1, 4, 2, 2, 1.005) }} {{ '%*d' % (-4, 1) }}|
{{ '%x %X %o %#x %#X %#o %5x %05x %#06x %-6x|' % (255, 255, 8, 255, 255, 8, 10, 10, 10, 10) }} {{ '%x' % -255 }} {{ '%.3d %5.3d %05.3d' % (7, 7, 7) }} {{ '%i %u' % (3, 4) }} {{ '%ld %hd' % (1, 2) }}
{{ '%f %.2f %.0f %5.1f|%-7.2f|%07.2f|%+.1f|% .1f' % (1.5, 2.345, 2.5, 3.14159, 1.0, -1.5, 2.0, 3.0) }} {{ '%e %.2e %E %g %G %.3g %#g %g %g' % (12345.678, 0.00012, 1e10, 0.0001, 1e-10, 1234567, 1.0, 100000, 1000000) }} {{ '%f' % 1 }} {{ '%.1f' % true }} {{ '%s' % 1.0 }} {{ '%#.0f' % 3 }}
{{ '%c%c' % ('a', 98) }} {{ '%5c|' % 'a' }} {{ '%(a)s %(b)05.1f %(a)r' % {'a': 'x', 'b': 2} }} {{ '%(a(b)c)s' % {'a(b)c': 1} }} {{ '%s' % ('a',) }} {{ '%s' % 'a'|upper }}
{{ '%s' % () }}
{{ '%s' % (1, 2) }}
{{ 'x' % 1 }}
{{ 'x' % 'a' }}
{{ '%d' % 'a' }}
{{ '%d' % none }}
{{ '%x' % 1.5 }}
{{ '%f' % 'a' }}
{{ '%c' % 'ab' }}
{{ '%c' % 1.5 }}
{{ '%y' % 1 }}
{{ '%' % 1 }}
{{ '%5' % 1 }}
{{ '%(a' % {'a': 1} }}
{{ '%(a)s' % 1 }}
{{ '%(b)s' % {'a': 1} }}
{{ '%*d' % ('a', 1) }}
{{ '%s' % nope }}|{{ '%d' % nope }}
{{ '%s %s'|format(1, 'a') }} {{ '%(a)s'|format(a=1) }} {{ '%05.2f'|format(1.234) }} {{ 5|format }} {{ 'x'|format }}
{{ '%s %(a)s'|format(1, a=2) }}
{{ '{} {}'.format(1, 'a') }} {{ '{0} {1} {0}'.format(1, 2) }} {{ '{a} {b}'.format(a=1, b='x') }} {{ '{} {a}'.format(1, a=2) }} {{ '{{}} {}'.format(1) }} {{ '{!r} {!s} {!a}'.format('é', 'é', 'é') }} {{ '{a[b]} {a.b} {l[0]}'.format(a={'b': 1}, l=[7]) }} {{ ''.format() }}|{{ '{:{}}|'.format('a', 5) }} {{ '{:{w}.{p}f}|'.format(1.23456, w=8, p=2) }}
{{ '{:5}|{:<5}|{:>5}|{:^5}|{:*^6}|{:.2}|{:5.1}|{:s}'.format('a', 'b', 'c', 'd', 'e', 'fgh', 'ij', 'k') }} {{ '{:5}|{:<5}|{:^5}|{:05}|{:+}|{: }|{:=5}|{:x<5}'.format(1, 2, 3, 4, 5, 6, -7, 8) }} {{ '{:d} {:x} {:X} {:o} {:b} {:#x} {:#b} {:c} {:n}'.format(10, 255, 255, 8, 5, 255, 5, 97, 1234) }}
{{ '{:,} {:_} {:,} {:_x} {:,.2f} {:010,} {:09,} {:08,.1f}'.format(1234567, 1234567, 123, 1048576, 12345.678, 1234, 1234, 1234.5) }} {{ '{:f} {:.2f} {:e} {:.1e} {:g} {:%} {:.1%} {:.0f} {:G}'.format(1.5, 2.345, 12345.678, 0.00123, 1e10, 0.5, 0.125, 2.5, 1e-10) }} {{ '{:10}|{:<10}|{:010.3f}|{:+.1f}|{:.3}|{:.3}|{:.10}|{:.1}|{:.2}'.format(1.5, 1.5, -1.5, 2.0, 1.23456, 1234567.0, 1.0, 5.0, 100.0) }}
{{ '{:f} {:5} {:e}'.format(1, true, 12) }} {{ '{} {:d} {:>6}|'.format(true, true, true) }} {{ '{} {}'.format(none, [1]) }} {{ '{:}'.format(none) }} {{ '{}'.format(1e16) }} {{ '{:g} {:.3g} {:#.3g}'.format(0.0001, 1234.0, 1.0) }} {{ '{:.0} {:.0e} {:.0g}'.format(12.0, 12.0, 12.0) }}
{{ '{'.format() }}
{{ '}'.format() }}
{{ '{}'.format() }}
{{ '{a}'.format() }}
{{ '{} {0}'.format(1) }}
{{ '{0} {}'.format(1) }}
{{ '{:d}'.format('a') }}
{{ '{:d}'.format(1.5) }}
{{ '{:s}'.format(1) }}
{{ '{:x}'.format(1.5) }}
{{ '{:.2d}'.format(1) }}
{{ '{:5}'.format(none) }}
{{ '{:5}'.format([1]) }}
{{ '{:=5}'.format('a') }}
{{ '{:+}'.format('a') }}
{{ '{:,}'.format('a') }}
{{ '{:,x}'.format(5) }}
{{ '{!z}'.format(1) }}
{{ '{!}'.format(1) }}
{{ '{:.}'.format(1.5) }}
{{ '{:5y}'.format(1) }}
{{ '{a.b}'.format(a={}) }}|{{ '{a.__class__}'.format(a=1) }}|
{{ '{0[}'.format([1]) }}
{{ '{:{:{}}}'.format(1, 2, 3) }}
{{ '{a}'.format_map({'a': 1}) }} {{ '{a:>4}|'.format_map({'a': 'x'}) }}
{{ '{a}'.format_map(1) }}
{{ 'a'.center(4) }}|{{ 'a'.center(5, '*') }}|{{ 'ab'.center(5) }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '.') }}|{{ '-5'.zfill(4) }} {{ '+a'.zfill(5) }} {{ 'abc'.zfill(2) }} {{ 'a\tb\t\tc\n\td'.expandtabs() }} {{ 'a\tb'.expandtabs(4) }} {{ 'aBß'.swapcase() }} {{ 'Ab Cd'.istitle() }} {{ 'AB'.istitle() }} {{ '1'.isdecimal() }} {{ '½'.isnumeric() }} {{ 'a b'.isidentifier() }} {{ '_a1'.isidentifier() }} {{ 'a\n'.isprintable() }} {{ ''.isprintable() }}
{{ 'a'.center('x') }}
{{ 'a'.ljust(3, 'xy') }}
{{ [1, 2, 3, 4, 5]|batch(2)|list }} {{ [1, 2, 3]|batch(2, 0)|list }} {{ []|batch(2)|list }} {{ 'abc'|batch(2)|list }} {{ [1, 2]|batch(0)|list }} {{ [1, 2]|batch(-1)|list }} {{ [1]|batch(3, none)|list }} {{ [1, 2, 3]|batch(linecount=2, fill_with='x')|list }}
{{ [1, 2, 3, 4, 5]|slice(2)|list }} {{ [1, 2, 3]|slice(2, 0)|list }} {{ []|slice(2)|list }} {{ [1]|slice(3, 'x')|list }} {{ [1, 2]|slice(-1)|list }}
{{ [1]|slice(0)|list }}
{{ [1]|batch }}
{{ [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}, {'a': 1, 'b': 'z'}]|groupby('a') }}
{% for k, items in [{'a': 'B', 'n': 1}, {'a': 'a', 'n': 2}, {'a': 'b', 'n': 3}]|groupby('a') %}{{ k }}:{{ items|map(attribute='n')|join(',') }} {% endfor %}
{% for g in [{'a': 1}, {'a': 2}]|groupby('a') %}{{ g.grouper }}={{ g.list|length }}{{ g[0] }}{{ g }} {% endfor %}
{{ [{'a': 'B'}, {'a': 'b'}]|groupby('a', case_sensitive=true) }} {{ [{'a': 1}, {}]|groupby('a', default=0) }} {{ [['x', 1], ['y', 1]]|groupby(1) }} {{ [{'a': {'b': 2}}]|groupby('a.b') }} {{ []|groupby('a') }}
{{ [{'a': 1}, {'a': 'x'}]|groupby('a') }}
{{ [{'a': 1}, {}]|groupby('a') }}
{{ 42.55|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, 'floor') }} {{ 42.55|round(1, 'ceil') }} {{ 42|round }} {{ 42|round(method='ceil') }} {{ 2.5|round }} {{ 3.5|round }} {{ -2.5|round }} {{ 0.5|round|int }} {{ 1.005|round(2) }} {{ 2.675|round(2) }} {{ 1e22|round(2) }} {{ 1234.5|round(-2) }} {{ 1250|round(-2) }} {{ 1350|round(-2) }} {{ -1250|round(-2) }} {{ 55|round(-1) }} {{ true|round }} {{ 5|round(2) }} {{ 1.5|round(400) }} {{ 1.5|round(precision=0, method='common') }} {{ -0.4|round }} {{ 15.5|round(-5) }}
{{ 'a'|round }}
{{ none|round }}
{{ 1.5|round(0, 'up') }}
{{ nope|round }}
{{ 'foo bar baz'|truncate(9) }} {{ 'foo bar baz'|truncate(9, true) }} {{ 'foo bar baz'|truncate(11) }} {{ 'foo bar baz'|truncate(9, false, '...', 0) }} {{ 'foo bar baz'|truncate(5, false, '', 0) }} {{ 'foobarbaz'|truncate(5, leeway=0) }} {{ 'a b c d'|truncate(length=4, end='>', leeway=0) }} {{ 5|truncate }}
{{ 'foo'|truncate(1) }}
{{ 'foo'|center(7) }}|{{ 'foo'|center(8) }}|{{ 5|center(3) }}|{{ 'foo'|center|length }} {{ 'a b_c-d é1'|wordcount }} {{ ''|wordcount }}
{{ 'ff'|int(0, 16) }} {{ '0xff'|int(0, 16) }} {{ '0xff'|int(0, 0) }} {{ '0b11'|int(0, 2) }} {{ '11'|int(base=2) }} {{ '12'|int(7, 2) }} {{ '-0x1f'|int(0, 16) }} {{ 'zz'|int(0, 36) }} {{ '1_0'|int(0, 8) }} {{ '0o17'|int(0, 8) }} {{ '010'|int(5, 0) }} {{ '00'|int(5, 0) }} {{ ' 1f '|int(0, 16) }} {{ 5|int(0, 16) }} {{ 1.9|int(0, 16) }} {{ '1'|int(3, 1) }} {{ ''|int(3, 16) }} {{ '1__0'|int(3, 16) }} {{ '0x'|int(3, 16) }}
{{ [{'a': 2, 'b': 1}, {'a': 1, 'b': 2}, {'a': 1, 'b': 1}]|sort(attribute='a,b')|tojson }} {{ [{'a': 'B', 'b': 1}, {'a': 'b', 'b': 0}]|sort(attribute='a,b', reverse=true)|tojson }} {{ [['x', 2], ['y', 1]]|sort(attribute='1,0') }}
{{ 'upper' is filter }} {{ 'nope' is filter }} {{ 'even' is test }} {{ 'nope' is test }} {{ 5 is filter }}
{% for x in [1] %}{{ x|nope }}{% endfor %}
{% if false %}{% for x in [1] %}{{ x|nope }}{% endfor %}{% endif %}
{{ 'a'|nope if false else 'b' }}
{{ 'b' if true else ('a' is nope) }}
{% if false %}{% set x = 'a'|nope %}{% endif %}ok
{% if false %}{% set x %}{{ 'a'|nope }}{% endset %}{% endif %}ok
{% if false %}{% macro m() %}{{ 'a'|nope }}{% endmacro %}{% endif %}ok
{% if false %}{% with a = 1|nope %}{% endwith %}{% endif %}ok
{% if 1|nope %}{% endif %}
{{ ['a']|map('nope') }}
{{ pad_token }}{{ unk_token }}{{ image_token }}{{ additional_special_tokens }}{{ sep_token }}|{{ sep_token is defined }}
"""

# What is part of Jinja, or of Python behind it, and isn't supported here: an error when the template is read, with what
# it has to name.
UNSUPPORTED = [
    ["{% include 'x' %}", "include"], ["{% import 'x' as y %}", "import"], ["{% from 'x' import y %}", "from"],
    ["{% extends 'x' %}", "extends"], ["{% block x %}{% endblock %}", "block"],
    ["{% autoescape true %}{% endautoescape %}", "autoescape"], ["{{ f(*x) }}", "*"], ["{{ f(**x) }}", "**"],
    ["{{ 'a'|wordwrap }}", "wordwrap"], ["{% if false %}{{ 'a'|urlize }}{% endif %}", "urlize"],
    ["{{ 1 if true else ['a']|random }}", "random"], ["{{ ['a']|map('xmlattr') }}", "xmlattr"],
    ["{% filter striptags %}{% endfilter %}", "striptags"], ["{% set x | pprint %}{% endset %}", "pprint"],
    ["{% for x in [] if x|urlencode %}{% endfor %}", "urlencode"], ["{{ {}|nope }}", "nope"], ["{{ 1 is nope }}", "nope"],
    ["{% if 0 %}{{ joiner() }}{% endif %}", "joiner"], ["{{ cycler(1) }}", "cycler"], ["{{ lipsum() }}", "lipsum"],
    ["{% macro m() %}{% call lipsum() %}{% endcall %}{% endmacro %}", "lipsum"],
    ["{% if 0 %}{{ 'a'.encode() }}{% endif %}", "encode"], ["{{ 'a'.translate({}) }}", "translate"],
    ["{{ 'a'.casefold() }}", "casefold"], ["{{ {}.fromkeys([]) }}", "fromkeys"],
    ["{{ 9223372036854775808 }}", "64 bits"], ["{{ '\\N{DIGIT ONE}' }}", "\\N"], ["{{ '\\ud83d' }}", "\\u"],
]

# The same of what only values tell: an error when it is reached.
BEYOND = [
    ["{{ 9223372036854775807 + 1 }}", "64 bits"], ["{{ 2 ** 64 }}", "64 bits"], ["{{ -9223372036854775807 - 2 }}", "64 bits"],
    ["{{ 9223372036854775807 * 2 }}", "64 bits"], ["{{ '99999999999999999999'|int }}", "64 bits"],
    ["{{ 'ffffffffffffffffff'|int(0, 16) }}", "64 bits"], ["{{ 1e300|int }}", "64 bits"], ["{{ '%d' % 1e300 }}", "64 bits"],
    ["{{ 9223372036854775807|round(-1) }}", "64 bits"], ["{{ (-8) ** 0.5 }}", "complex"],
    ["{{ strftime_now('%f') }}", "%f"], ["{{ 1 is sameas 1 }}", "sameas"], ["{{ '%.2000f' % 1.5 }}", "precision"],
]


def make_snippets():
    snippets = SNIPPETS.strip("\n").split("\n") + BLOCKS.strip("\n").split("\n") + MORE
    unsupported = {source for source, _ in UNSUPPORTED + BEYOND}
    cases = [[source, *outcome(lambda: render(source))] for source in snippets if source not in unsupported]
    write("snippets.json", {"cases": cases, "unsupported": UNSUPPORTED, "beyond": BEYOND})


# --- Grids: every operator, test, filter and method over a table of values

VALUES = ["nope", "none", "true", "false", "0", "1", "-3", "2", "1.5", "-0.5", "''", "'a'", "'Ab c'", "'12'", "[]",
          "[1]", "[2, 1]", "()", "(1,)", "{}", "{'a': 1}", "range(3)", "['a', 'b']", "'  x\\n'"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or",
             "is eq", "is in", "is divisibleby"]
TESTS = ["boolean", "callable", "defined", "even", "false", "float", "integer", "iterable", "lower", "mapping", "none",
         "number", "odd", "sequence", "string", "true", "undefined", "upper"]
FILTERS = ["abs", "capitalize", "count", "default('d')", "default('d', true)", "dictsort", "first", "float", "indent",
           "int", "items|list", "join", "join('-')", "last", "length", "list", "lower", "map('string')|list", "max",
           "min", "reject|list", "replace('a', 'zz')", "reverse|list", "select|list", "sort", "string", "sum",
"title", "tojson", "tojson(indent=2)", "trim", "unique|list", "upper", "map('upper')|join(',')", "batch(2)|list",
           "slice(2)|list", "round", "round(1, 'ceil')", "escape", "forceescape", "safe", "center(9)", "truncate(2, true, '', 0)",
           "wordcount", "groupby(0)", "format", "format(1)", "int(7, 16)", "sort(attribute='0,1')",
           "trim", "unique|list", "upper", "map('upper')|join(',')"]
METHODS = ["capitalize()", "copy()", "count('a')", "endswith('b')", "find('b')", "get('a')", "get('z', 5)",
           "index('a')", "isalnum()", "isalpha()", "isdigit()", "islower()", "isspace()", "isupper()", "items()",
           "join(['p', 'q'])", "keys()", "lower()", "lstrip()", "partition(' ')", "replace('a', 'b')", "rfind('b')",
           "rsplit()", "rstrip()", "split()", "split(' ')", "splitlines()", "startswith('A')", "strip()", "title()",
           "upper()", "values()", "append(1)", "center(5)", "expandtabs()", "format()", "format(1)", "isdecimal()", "isidentifier()",
           "isnumeric()", "isprintable()", "istitle()", "ljust(4, '.')", "rjust(9)", "swapcase()", "zfill(4)", "update({})", "nope()", "a", "nope", "0", "role"]
BOUNDS = ["", "-9", "-4", "-2", "-1", "0", "1", "2", "3", "4", "9"]
STEPS = ["", ":", ":1", ":2", ":3", ":-1", ":-2", ":-9"]


def cell(source):
    """The text, `null` for an error, `false` for what isn't compared."""
    try:
        text = render(source)
    except Exception:
        return None
    # There are no complex numbers here.
    return False if re.fullmatch(r"\(.*j\)", text) else text


def make_grids():
    grids = []

    def add(name, patterns, values):
        rows = [[cell(pattern.replace("@", value)) for value in values] for pattern in patterns]
        grids.append({"name": name, "patterns": patterns, "values": values, "rows": rows})

    for value in VALUES:
        add(f"operators after {value}", ["{{ (" + value.replace("@", "") + ") " + operator + " (@) }}" for operator in OPERATORS],
            VALUES)
    add("tests", ["{{ (@) is " + test + " }}" for test in TESTS], VALUES)
    add("filters", ["{{ (@)|" + name + " }}" for name in FILTERS], VALUES)
    add("methods", ["{{ (@)." + name + " }}" for name in METHODS], VALUES)
    add("subscripts", ["{{ (@)[" + key + "] }}" for key in ["0", "-1", "5", "'a'", "true", "1.0", "none", "[]", "(1,)", "nope"]], VALUES)
    add("unary", ["{{ " + sign + "(@) }}" for sign in ["-", "+", "not ", "- -", "not not "]], VALUES)
    add("conditions", ["{{ 'y' if (@) else 'n' }}", "{% if @ %}y{% endif %}", "{% for x in (@) %}<{{ x }}>{% else %}-{% endfor %}",
                       "{% set x = @ %}{{ x }}", "{% for a, b in [(@)] %}{{ a }}{{ b }}{% endfor %}"], VALUES)
    slices = [f"[{start}:{stop}{step}]" for start, stop, step in itertools.product(BOUNDS, BOUNDS, STEPS)]
    add("slices", ["{{ 'wxyz'@ }}", "{{ range(4)@|list|join }}", "{{ [0, 1, 2, 3]@|join }}"], slices)
    # White space: each kind of tag with each sign on each side, between each kind of text.
    texts = ["", " ", "\n", " \n ", "x", "x ", " x", "x\n", "\nx", "x\n ", "\n\n", "x \n\n y"]
    tags = []
    for left, right in itertools.product(["", "-", "+"], repeat=2):
        tags.append("{%" + left + " set a = 1 " + right + "%}")
        tags.append("{#" + left + " c " + right + "#}")
        if right != "+":
            tags.append("{{" + left + " 'v' " + right + "}}")
            tags.append("{%" + left + " raw " + right + "%}@{% endraw %}")
        tags.append("{% raw %}@{%" + left + " endraw " + right + "%}")
    add("white space after", [f"{tag.replace('@', chr(10) + ' r ' + chr(10))}@" for tag in tags], texts)
    add("white space before", [f"@{tag.replace('@', chr(10) + ' r ' + chr(10))}|" for tag in tags], texts)
    add("white space between", [f"{one}@{two}|" for one in tags for two in tags if "raw" not in one + two],
        ["", " ", "\n", " \n ", "\n\n "])
    write("grids.json", {"grids": grids})


# --- Random expressions: precedence and grouping


def expression(rng, depth):
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(["1", "2", "3", "0", "7", "1.5", "'a'", "'bc'", "''", "true", "false", "none", "nope", "[1, 2]", "['a']", "(1,)", "{'a': 1}"])
    one = lambda: expression(rng, depth - 1)
    kind = rng.randrange(20)
    if kind < 9:
        operator = rng.choice(["+", "-", "*", "//", "%", "~", "==", "!=", "<", ">=", "in", "not in", "and", "or", "and", "or", "~", "+"])
        return f"{one()} {operator} {one()}"
    if kind < 11:
        return f"({one()})"
    if kind == 11:
        return f"not {one()}"
    if kind == 12:
        return f"-{one()}"
    if kind < 15:
        return f"{one()}|{rng.choice(['string', 'length', 'upper', 'list', 'int', 'trim', 'first', 'tojson'])}"
    if kind < 17:
        return f"{one()} is {rng.choice(['', 'not '])}{rng.choice(['string', 'number', 'defined', 'none', 'iterable', 'mapping', 'eq 1', 'in [1]'])}"
    if kind == 17:
        return f"{one()} if {one()} else {one()}"
    if kind == 18:
        return f"[{one()}, {one()}]"
    return f"{one()}[{rng.choice(['0', '-1', '1:', ':1', '::-1'])}]"


def make_expressions():
    # Unoptimised and by way of an assignment: where Jinja folds constants, it forgives a slice of none.
    environment = chat_template_utils.ImmutableSandboxedEnvironment
    chat_template_utils.ImmutableSandboxedEnvironment = functools.partial(environment, optimized=False)
    rng = random.Random(SEED)
    cases = {}
    while len(cases) < 4000:
        source = expression(rng, rng.randrange(1, 5))
        if source in cases or len(source) > 70:
            continue
        try:
            text = render("{% set value = " + source + " %}{{ value }}")
            cases[source] = text if len(text) <= 60 else False
        except Exception:
            cases[source] = None
    cases = {source: text for source, text in cases.items() if text is not False}
    chat_template_utils.ImmutableSandboxedEnvironment = environment
    write("expressions.json", {"cases": [[source, text] for source, text in cases.items()]})


# --- Random formats


def make_formats():
    rng = random.Random(SEED)
    numbers = ["0", "1", "-3", "255", "1234567", "true", "0.0", "-0.0", "1.5", "-2.5", "0.1", "1e10", "1e-5", "123456.789",
               "1e16", "1e300", "9.995", "0.5"]
    texts = ["'a'", "'é🙂x'", "''", "none", "[1]"]
    cases = {}

    def some(choices, chance):
        return rng.choice(choices) if rng.random() < chance else ""

    while len(cases) < 1500:
        value = rng.choice(numbers if rng.random() < 0.85 else texts)
        flags = "".join(flag for flag in "-+ #0" if rng.random() < 0.25)
        width, precision = some(["3", "8", "12"], 0.6), some([".0", ".1", ".3", ".9", "."], 0.5)
        source = f"'%{flags}{width}{precision}{rng.choice('ddxXoeEfFgGsrc')}|' % ({value},)"
        # Integers have 64 bits here.
        if "1e300" not in value or not re.search("d[|]", source):
            cases[source] = cell("{{ " + source + " }}")
    while len(cases) < 4000:
        value = rng.choice(numbers if rng.random() < 0.85 else texts)
        align = some(["<", ">", "^", "=", "*<", "*>", "0^", "x="], 0.5)
        width, precision = some(["3", "8", "14"], 0.7), some([".0", ".1", ".3", ".9"], 0.4)
        kind = some(list("dbxXoeEfFgGs%n"), 0.75)
        if kind == "n":
            width = precision = ""
        specification = (align + some(["+", "-", " "], 0.3) + some(["#"], 0.15) + some(["0"], 0.25) + width
                         + some([",", "_"], 0.25) + precision + kind)
        source = "'{:" + specification + "}|'.format(" + value + ")"
        cases[source] = cell("{{ " + source + " }}")
    write("formats.json", {"cases": [[source, text] for source, text in cases.items()]})


make_templates()
make_snippets()
make_formats()
make_grids()
make_expressions()
