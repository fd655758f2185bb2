"""Many clients at once against `decode serve`, good and bad: nothing is lost, and memory stays bounded.

    load_client.py URL          needs nothing but Python; `run` starts the server, and DECODE, MODEL and SERVER are set
"""
import concurrent.futures
import http.client
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse

url = urllib.parse.urlparse(sys.argv[1])
address = (url.hostname, url.port)
server = int(os.environ["SERVER"])
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def memory():
    with open(f"/proc/{server}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def post(body, path="/v1/completions"):
    connection = http.client.HTTPConnection(*address, timeout=300)
    connection.request("POST", path, json.dumps(body))
    response = connection.getresponse()
    data = response.read()
    connection.close()
    return response.status, data


def choices(body):
    status, data = post(body)
    assert status == 200, data
    return json.loads(data)["choices"]


def raw(data):
    connection = socket.create_connection(address, timeout=300)
    connection.sendall(data)
    return connection


def request(body):
    data = json.dumps(body).encode()
    return b"POST /v1/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)


def count(name):
    connection = http.client.HTTPConnection(*address, timeout=60)
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    return float(next(line.split()[-1] for line in lines if line.startswith(name + " ")))


prompts = ["Once upon a time", "The king", "A fox and a crow", "She went into the forest and"]
bodies = [
    {"prompt": prompts[i % 4], "max_tokens": 40, "seed": i, "n": 1 + i % 2, "top_k": 40 * (i % 3), "logprobs": 1,
     "echo": i % 3 == 0, "ignore_eos": True}
    for i in range(16)
]
start = memory()
alone = [choices(body) for body in bodies]

# Sixteen clients, and then sixteen beside all kinds of others.
pool = concurrent.futures.ThreadPoolExecutor(256)
begin = time.monotonic()
together = list(pool.map(choices, bodies))
seconds = time.monotonic() - begin
assert together == alone, "sixteen clients don't get what each gets alone"
tokens = sum(40 * body["n"] for body in bodies)
print(f"16 clients: each gets its bytes; {tokens / seconds:.0f} tokens/s")

stop = threading.Event()
sockets = []
long = {"prompt": "x", "max_tokens": 400, "ignore_eos": True, "stream": True}
for _ in range(40):
    sockets.append(raw(request(long)))  # reads nothing: a slow reader
for _ in range(40):
    sockets.append(raw(request(long)[:70]))  # half of a request
for _ in range(40):
    sockets.append(raw(b""))  # nothing at all


def large(_):
    connection = raw(b"POST /v1/completions HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n")
    try:
        for _ in range(100):
            connection.sendall(b"a" * 1_000_000)
    except OSError:
        return "cut"
    return connection.recv(12).decode()


def leaving(_):
    connection = raw(request(long))
    connection.recv(400)
    connection.close()
    return True


others = [pool.submit(large, i) for i in range(10)] + [pool.submit(leaving, i) for i in range(70)]
mixed = list(pool.map(choices, bodies))
assert mixed == alone, "beside 200 others they don't get what each gets alone"
answers = [other.result() for other in others]
assert all(answer in (True, "HTTP/1.1 413", "cut") for answer in answers), answers
peak = memory()
for connection in sockets:
    connection.close()
deadline = time.monotonic() + 60
while count("decode_requests_unfinished") > 0:
    assert time.monotonic() < deadline, "the work of clients that went away goes on"
    time.sleep(0.1)
print(f"200 connections, slow, silent, half-sent, of 100 MB and leaving: memory {start} -> {peak} -> {memory()} MB, "
      f"{int(count('decode_requests_cancelled_total'))} requests cancelled")

# Time to first token under a load of 16.
times = []


def first(index):
    begin = time.monotonic()
    connection = raw(request({"prompt": f"{prompts[index % 4]} {index}", "max_tokens": 40, "stream": True, "ignore_eos": True}))
    data = b""
    while b'"text"' not in data:
        data += connection.recv(4096)
    times.append(time.monotonic() - begin)
    while b"[DONE]" not in data:
        data += connection.recv(65536)
    connection.close()


with concurrent.futures.ThreadPoolExecutor(16) as clients:
    list(clients.map(first, range(160)))
times.sort()
print(f"time to first token, 16 clients: median {statistics.median(times) * 1000:.0f} ms, "
      f"99 % within {times[int(len(times) * 0.99)] * 1000:.0f} ms")

# SIGTERM in the middle: what runs comes to its end, and all of it.
whole = {}


def ending(index):
    whole[index] = choices(bodies[index])


threads = [threading.Thread(target=ending, args=(i,)) for i in range(16)]
before = count("decode_requests_completed_total")
for thread in threads:
    thread.start()
while count("decode_requests_unfinished") < 10:
    pass
begin = time.monotonic()
os.kill(server, signal.SIGTERM)
for thread in threads:
    thread.join()
assert [whole.get(i) for i in range(16)] == alone, "SIGTERM lost an answer"
while os.path.exists(f"/proc/{server}") and open(f"/proc/{server}/stat").read().rsplit(")", 1)[1].split()[0] != "Z":
    time.sleep(0.01)
print(f"SIGTERM under load: nothing lost, over after {time.monotonic() - begin:.1f} s")
