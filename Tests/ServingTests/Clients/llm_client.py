"""`llm` of Simon Willison against `decode serve`: a prompt, an option, and a stream.

    llm_client.py URL           with llm; `run` starts the server
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request
import json

url = sys.argv[1] + "/v1"
model = json.load(urllib.request.urlopen(url + "/models"))["data"][0]["id"]
with tempfile.TemporaryDirectory() as folder:
    pathlib.Path(folder, "extra-openai-models.yaml").write_text(
        f"- model_id: served\n  model_name: {json.dumps(model)}\n  api_base: {url}\n")
    environment = {**os.environ, "LLM_USER_PATH": folder, "OPENAI_API_KEY": "none"}

    def llm(*arguments):
        return subprocess.run(
            ["llm", "-m", "served", *arguments, "Name a colour."], env=environment, capture_output=True, text=True,
            check=True).stdout

    options = ["-o", "seed", "1", "-o", "max_tokens", "16"]
    whole, streamed = llm("--no-stream", *options), llm(*options)
    assert whole.strip() and whole == streamed, (whole, streamed)
print("llm: a prompt gives the same with and without a stream")
