"""OpenAI's own client against `decode serve`: completions, chat, streams, log-probabilities, n, seed, schemas, errors.

    openai_client.py URL        with openai 3.57.0; `run` starts the server
"""
import json
import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0)
model = client.models.list().data[0].id
assert client.models.retrieve(model).id == model

# Completions: n, seed, log-probabilities, echo.
ask = dict(model=model, prompt="The capital of France is", max_tokens=8, seed=7, n=2, logprobs=2)
first, second = client.completions.create(**ask), client.completions.create(**ask)
assert first.choices == second.choices and len(first.choices) == 2
assert first.choices[0].text != first.choices[1].text
assert first.usage.completion_tokens == 16 and first.choices[0].finish_reason == "length"
logprobs = first.choices[0].logprobs
assert len(logprobs.tokens) == len(logprobs.token_logprobs) == len(logprobs.text_offset) == 8
assert "".join(logprobs.tokens) == first.choices[0].text
echo = client.completions.create(model=model, prompt=ask["prompt"], max_tokens=0, echo=True, logprobs=1)
assert echo.choices[0].text == ask["prompt"] and echo.choices[0].logprobs.token_logprobs[0] is None
assert all(value < 0 for value in echo.choices[0].logprobs.token_logprobs[1:])
lists = client.completions.create(model=model, prompt=["a", "b"], max_tokens=2, temperature=0)
assert [choice.index for choice in lists.choices] == [0, 1]

# A stream is the whole, piece by piece; settings beyond OpenAI's go in the body.
ask = dict(model=model, prompt="Once", max_tokens=24, seed=3, extra_body={"top_k": 20, "min_p": 0.05})
whole = client.completions.create(**ask)
pieces = list(client.completions.create(**ask, stream=True, stream_options={"include_usage": True}))
assert "".join(piece.choices[0].text for piece in pieces[:-1]) == whole.choices[0].text
assert pieces[-1].usage == whole.usage and len(pieces) > 5

# Chat.
messages = [
    {"role": "system", "content": "You answer in few words."},
    {"role": "user", "content": [{"type": "text", "text": "Name a colour."}]},
]
ask = dict(model=model, messages=messages, max_tokens=20, seed=1, n=2, logprobs=True, top_logprobs=3)
chat = client.chat.completions.create(**ask)
assert len(chat.choices) == 2 and chat.choices[0].message.role == "assistant"
content = chat.choices[0].logprobs.content
assert all(len(token.top_logprobs) == 3 and token.logprob <= 0 for token in content)
assert "".join(token.token for token in content).startswith(chat.choices[0].message.content)
texts = {0: "", 1: ""}
for piece in client.chat.completions.create(**ask, stream=True):
    for choice in piece.choices:
        texts[choice.index] += choice.delta.content or ""
assert list(texts.values()) == [choice.message.content for choice in chat.choices]

# An answer of a given form.
schema = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer", "minimum": 0, "maximum": 150}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
answer = client.chat.completions.create(
    model=model, messages=[{"role": "user", "content": "Invent a person."}], max_tokens=60, seed=2,
    response_format={"type": "json_schema", "json_schema": {"name": "person", "strict": True, "schema": schema}})
person = json.loads(answer.choices[0].message.content)
assert set(person) == {"name", "age"} and 0 <= person["age"] <= 150
answer = client.chat.completions.create(
    model=model, messages=[{"role": "user", "content": "Write JSON."}], max_tokens=400, seed=2,
    response_format={"type": "json_object"})
if answer.choices[0].finish_reason == "stop":
    assert isinstance(json.loads(answer.choices[0].message.content), dict)

# Errors are the client's own.
for error, fields in [
    (openai.NotFoundError, dict(model="gpt-4", prompt="x")),
    (openai.BadRequestError, dict(model=model, prompt="x", top_p=7)),
    (openai.BadRequestError, dict(model=model, prompt="x", extra_body={"topp": 1})),
    (openai.BadRequestError, dict(model=model, prompt=[1] * 100_000)),
]:
    try:
        client.completions.create(**fields)
    except error as refusal:
        assert refusal.body["message"]
    else:
        raise AssertionError(f"{fields} was not refused")
print("openai: completions, chat, streams, log-probabilities, n, seed, schemas and errors are right")
