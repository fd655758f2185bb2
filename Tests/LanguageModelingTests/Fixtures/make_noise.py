#!/usr/bin/env python3
"""Writes noise.json: the counter-based noise, computed a second time from its description alone.

Usage: python3 make_noise.py > noise.json
Integers are exact. The Gumbel numbers are computed with 60 decimal digits.
"""
import json
import platform
from decimal import Decimal, getcontext

getcontext().prec = 60
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def fnv1a(tokens):
    h = 0xCBF29CE484222325
    for token in tokens:
        for byte in token.to_bytes(4, "little", signed=True):
            h = ((h ^ byte) * 0x100000001B3) % 2**64
    return h


def halves(x):
    return [x & MASK, x >> 32]


def bits(seed, prompt, sample, position, token):
    key = philox(halves(fnv1a(prompt)) + [0, MASK], halves(seed))[:2]
    if token is None:
        words = philox([0, position & MASK, sample & MASK, 2], key)
        return words[0] << 20 | words[1] >> 12
    high, low = (philox([token >> 2, position & MASK, sample & MASK, lane], key) for lane in (0, 1))
    return high[token & 3] << 20 | low[token & 3] >> 12


cases = []
for seed in (0, 1, 42, 2**64 - 1):
    for prompt in ([], [1], [1, 403, 407, 261, 378], list(range(40))):
        for sample, position, token in ((0, 0, 0), (0, 0, 1), (1, 0, 1), (0, 7, 2), (3, 100, 49151), (2**31, 8191, 151935), (0, 5, None)):
            n = bits(seed, prompt, sample, position, token)
            u = (Decimal(n) + Decimal("0.5")) / 2**52
            cases.append({
                "seed": str(seed), "prompt": prompt, "sample": sample, "position": position,
                "token": token, "bits": str(n), "gumbel": float(-(-(1 - u).ln()).ln()),
            })
print(json.dumps({"tools": {"python": platform.python_version()},
                  "hashes": [{"tokens": t, "hash": str(fnv1a(t))} for t in ([], [0x626F6F66], [1, -1, 2**31 - 1])],
                  "cases": cases}, indent=0))
