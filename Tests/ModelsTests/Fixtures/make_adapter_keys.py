"""Lists the keys of `adapter_config.json` that PEFT knows, and what it updates where none are named.

    python make_adapter_keys.py

Writes `adapter-keys.json`: every field of `LoraConfig`, and its default as `save_pretrained` writes it; and the default
of `target_modules` for every `model_type` that has one of names.
"""

import json
from importlib.metadata import version

from peft import LoraConfig
from peft.utils.constants import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as TARGETS

from parity import HERE, write_json


def main():
    defaults = LoraConfig(task_type="CAUSAL_LM").to_dict()
    keys = {key: json.loads(json.dumps(value, default=sorted)) for key, value in sorted(defaults.items())}
    targets = {key: value for key, value in sorted(TARGETS.items()) if isinstance(value, list)}
    write_json(
        HERE / "adapter-keys.json", {"peft": version("peft"), "keys": keys, "targets": targets}
    )


if __name__ == "__main__":
    main()
