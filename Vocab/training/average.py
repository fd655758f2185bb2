"""Averages the weights of two runs, the second of which began with those of the first.

    python average.py FIRST_RUN SECOND_RUN RUN_FOLDER --share 0.6

RUN_FOLDER gets a checkpoint with `--share` of the second run's weights and the rest of the first's, and the
vocabulary: for `export.py`, or for a third run's `--initial`. It holds no optimiser's state.

Between a model and what further training made of it the loss is often lower than at either end (Wortsman et al.
2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
import pathlib
import shutil

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="the second run's, from 0 to 1")
    arguments = parser.parse_args()
    # The checkpoints are pickles that train.py wrote.
    first, second = (
        torch.load(folder / "checkpoint.pt", weights_only=False) for folder in (arguments.first, arguments.second)
    )
    if first["shape"] != second["shape"]:
        raise SystemExit(f"the runs differ in shape: {first['shape']} and {second['shape']}")
    weights = {
        name: torch.lerp(first["model"][name], second["model"][name], arguments.share) for name in first["model"]
    }
    kept = {name: second[name] for name in ("shape", "arguments", "step", "tokens", "seconds")}
    arguments.run.mkdir(parents=True, exist_ok=True)
    state = {**kept, "model": weights, "tokens_before": second.get("tokens_before", 0)}
    torch.save(state, arguments.run / "checkpoint.pt")
    shutil.copyfile(arguments.second / "tokenizer.model", arguments.run / "tokenizer.model")


if __name__ == "__main__":
    main()
