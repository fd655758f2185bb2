"""lm-evaluation-harness against `decode serve`: log-likelihoods and accuracy are those of transformers.

    lm_eval_client.py URL       with lm-eval[api,hf] 0.4.13, sentencepiece and protobuf; `run` starts the server

A local task of multiple choice is run with `--model local-completions`, over the server's own tokenizer and over
transformers', and with `--model hf` in float32 on the same directory: log-likelihoods must be within 1e-3 of each other,
and the accuracy the same. MODEL is the directory that is served; empty: the embedded model's.
"""
import json
import logging
import os
import pathlib
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
import lm_eval  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402

logging.disable(logging.WARNING)
url = sys.argv[1]
root = pathlib.Path(__file__).resolve().parents[3]
model = os.environ.get("MODEL") or str(root / "Vocab/storyteller")
name = os.environ.get("MODEL") or "storyteller"

begins = [
    "Once upon a time there was a", "The king had an only", "The fox said to the", "In the middle of the",
    "She opened the door and", "He took his sword and cut off the", "The old woman gave him a", "They lived happily ever",
    "The youngest of the three", "A poor man lived in a little", "The princess wept and", "When the sun rose, the",
]
ends = ["king who was rich.", "daughter, and she was fair", " after.", "giant's head", "went in the wood", "purple bus"]
with tempfile.TemporaryDirectory() as folder:
    data = pathlib.Path(folder, "data.jsonl")
    data.write_text("".join(
        json.dumps({"query": begin, "choices": ends, "gold": i % len(ends)}) + "\n" for i, begin in enumerate(begins)))
    pathlib.Path(folder, "tales.yaml").write_text(f"""
task: tales
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: query
doc_to_choice: choices
doc_to_target: gold
metric_list: [{{metric: acc}}, {{metric: acc_norm}}]
""")
    tasks = TaskManager(include_path=folder, include_defaults=False)

    def evaluate(kind, arguments):
        result = lm_eval.simple_evaluate(
            model=kind, model_args=arguments, tasks=["tales"], task_manager=tasks, log_samples=True, bootstrap_iters=0,
            batch_size=8)
        samples = sorted(result["samples"]["tales"], key=lambda sample: sample["doc_id"])
        values = [[float(response[0][0]) for response in sample["resps"]] for sample in samples]
        greedy = [[str(response[0][1]) for response in sample["resps"]] for sample in samples]
        scores = result["results"]["tales"]
        return values, greedy, {key: value for key, value in scores.items() if key.startswith("acc,") or key.startswith("acc_norm,")}

    reference = evaluate("hf", {"pretrained": model, "dtype": "float32", "device": "cpu", "add_bos_token": False})
    for backend in ["remote", "huggingface"]:
        arguments = {
            "model": name, "base_url": f"{url}/v1/completions", "num_concurrent": 4, "max_length": 512,
            "tokenizer_backend": backend,
        }
        if backend == "huggingface":
            arguments.update(tokenizer=model, add_bos_token=False)
        values, greedy, scores = evaluate("local-completions", arguments)
        worst = max(
            abs(a - b) for left, right in zip(values, reference[0], strict=True) for a, b in zip(left, right, strict=True))
        print(f"lm-eval, {backend} tokenizer: {sum(map(len, values))} log-likelihoods within {worst:.1e} of hf; {scores}")
        assert worst < 1e-3, worst
        assert greedy == reference[1] and scores == reference[2], (scores, reference[2])
