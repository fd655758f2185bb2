"""Lists the keys of `adapter_config.json` that PEFT knows.

    python make_adapter_keys.py

Writes `adapter-keys.json`: every field of `LoraConfig`, and its default as `save_pretrained` writes it.
"""

import json
from importlib.metadata import version

from peft import LoraConfig

from parity import HERE, write_json


def main():
    defaults = LoraConfig(task_type="CAUSAL_LM").to_dict()
    keys = {key: json.loads(json.dumps(value, default=sorted)) for key, value in sorted(defaults.items())}
    write_json(HERE / "adapter-keys.json", {"peft": version("peft"), "keys": keys})


if __name__ == "__main__":
    main()
