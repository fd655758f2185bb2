"""A hundred JSON schemas: the real ones in the wheel of check-jsonschema, those of `own.json`, and, to fill up, groups of
the JSON Schema Test Suite (`.ci/fetch-schema-suite`) spread evenly over its files."""

import importlib.resources
import json
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent


def real():
    folder = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield "real/" + file.name.removesuffix(".json"), json.loads(file.read_text())


def own():
    for name, schema in json.loads((HERE / "own.json").read_text()).items():
        yield "own/" + name, schema


def suite():
    """Groups whose schema names no other document and says something about a value."""
    folder = Path(os.environ["DECODE_TEST_SCHEMA_SUITE"]) / "tests" / "draft2020-12"
    for file in sorted(folder.glob("*.json")):
        for number, group in enumerate(json.loads(file.read_text())):
            schema = group["schema"]
            text = json.dumps(schema)
            if isinstance(schema, dict) and "$id" not in text and "http" not in text.replace("https://json-schema.org/draft/2020-12/schema", ""):
                yield f"suite/{file.stem}/{number}", {key: value for key, value in schema.items() if key != "$schema"}


def hundred(count=100):
    chosen = [*real(), *own()]
    rest = list(suite())
    wanted = max(count - len(chosen), 0)
    return chosen + [rest[index * len(rest) // wanted] for index in range(wanted)]
