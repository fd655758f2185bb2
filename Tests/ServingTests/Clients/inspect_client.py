"""Inspect (inspect-ai) against `decode serve`: a small evaluation through its OpenAI-compatible interface.

    inspect_client.py URL       with inspect-ai and openai; `run` starts the server
"""
import json
import os
import sys
import tempfile
import urllib.request

url = sys.argv[1] + "/v1"
model = json.load(urllib.request.urlopen(url + "/models"))["data"][0]["id"]
os.environ.update(SERVED_API_KEY="none", SERVED_BASE_URL=url, INSPECT_DISPLAY="none")
from inspect_ai import Task, eval as evaluate  # noqa: E402
from inspect_ai.dataset import Sample  # noqa: E402
from inspect_ai.scorer import includes  # noqa: E402
from inspect_ai.solver import generate  # noqa: E402

task = Task(
    dataset=[Sample(input=f"Say the word {word}.", target=word) for word in ["apple", "river", "stone"]],
    solver=generate(), scorer=includes())
with tempfile.TemporaryDirectory() as folder:
    logs = [
        evaluate(
            task, model=f"openai-api/served/{model}", log_dir=folder, max_tokens=24, temperature=0, seed=1,
            display="none")[0]
        for _ in range(2)
    ]
assert all(log.status == "success" for log in logs), logs[0].error
answers = [[sample.output.completion for sample in log.samples] for log in logs]
assert answers[0] == answers[1] and all(answers[0])
print(f"inspect: {len(answers[0])} samples, twice the same; {logs[0].results.scores[0].metrics['accuracy'].value:.2f} right")
