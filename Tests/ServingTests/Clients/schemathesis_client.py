"""schemathesis over the endpoints' own OpenAPI document: whatever it makes up, there is no status of 500 and above.

    schemathesis_client.py URL  with schemathesis; `run` starts the server
"""
import os
import subprocess
import sys

url = sys.argv[1]
result = subprocess.run(
    ["schemathesis", "run", f"{url}/openapi.json", "--url", url, "--checks", "not_a_server_error,content_type_conformance",
     "--max-examples", os.environ.get("EXAMPLES", "100"), "--phases", "examples,coverage,fuzzing", "--workers", "2",
     "--request-timeout", "60", "--seed", "1"])
sys.exit(result.returncode)
