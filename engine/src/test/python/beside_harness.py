#!/usr/bin/env python3
"""Logprobe beside the machine's limit and lm-evaluation-harness, in turns, each in a fresh process.

    beside_harness.py PEERS MODEL FILE --rows N [--dtype TYPE] [--batch N] [--rounds N] [--ours MODEL]

PEERS is the folder with `limit.py` and `lm_eval_score.py`. The harness scores the first --rows rows, Logprobe all.
--ours names the same model in another form, such as GGUF, for Logprobe. Run it from the repository's folder, with the
Python that has torch and lm_eval; prints every round and the medians.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile


def output(command, **environment):
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, **environment}).stdout.strip()


def limit(options):
    script = os.path.join(options.peers, "limit.py")
    line = output(
        [sys.executable, script, sys.executable, options.model, options.file, options.dtype, "16", "0", "0"],
        ONLY_LIMIT="1")
    found = re.search(r"GEMM (\d+) GFLOP/s, limit ([\d.]+) pairs/s", line)
    return float(found[1]), float(found[2])


def ours(options):
    with tempfile.TemporaryDirectory() as folder:
        command = ["./logprobe", "score", "--model", options.ours or options.model, "--input", options.file]
        command += ["--output", os.path.join(folder, "out.jsonl"), "--dtype", options.dtype, "--backend", "cpu"]
        summary = json.loads(output(command + ["--summary", "json"]).splitlines()[-1])
    return summary["pairs_per_s"], summary["seconds"]["start_to_first_layer"]


def theirs(options):
    script = os.path.join(options.peers, "lm_eval_score.py")
    command = [sys.executable, script, options.model, options.file, options.dtype, str(options.batch)]
    return json.loads(output(command + [str(options.rows)]).splitlines()[-1])["pairs_per_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers")
    parser.add_argument("model")
    parser.add_argument("file")
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ours")
    options = parser.parse_args()
    form = "torch {:.0f} GFLOP/s, limit {:.1f} pairs/s; Logprobe {:.1f}, {:.0%} of it, first layer after {:.1f} s; " \
           "harness {:.1f}, ratio {:.1f}"
    rounds = []
    for _ in range(options.rounds):
        gflops, most = limit(options)
        pairs, start = ours(options)
        peer = theirs(options)
        rounds.append((gflops, most, pairs, pairs / most, start, peer, pairs / peer))
        print(form.format(*rounds[-1]), flush=True)
    print("median:", form.format(*(statistics.median(column) for column in zip(*rounds))))


if __name__ == "__main__":
    main()
