#!/usr/bin/env python3
"""Scores reference files of a trained model with Logprobe and compares sums, greediness and accuracy.

usage: real_model.py MODEL REFERENCE_FOLDER [--backend cpu|reference|cuda] [--dtype float32|bfloat16] [--logprobe PATH]

A reference file has rows `{"text", "classes", "target", "logprobs", "is_greedy"}`, `logprobs` being the sum per class
that another implementation found. Prints one line per file; exit status 1 if a sum differs by more than 1e-3 in
float32. Greediness may differ where two tokens are as good as equal, so it is counted, not judged. Needs nothing but
Python.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

SUM_TOLERANCE = 1e-3
LOGPROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../logprobe")


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def accuracy(rows, targets):
    return sum(row["logprobs"].index(max(row["logprobs"])) == target for row, target in zip(rows, targets)) / len(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("references")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--logprobe", default=LOGPROBE)
    arguments = parser.parse_args()
    print("| file | rows | pairs | accuracy | reference | largest difference of a sum | greedy differs |")
    print("|---|---|---|---|---|---|---|")
    failed = False
    for path in sorted(glob.glob(os.path.join(arguments.references, "*.jsonl"))):
        reference = read(path)
        if "logprobs" not in reference[0]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "output.jsonl")
            subprocess.run([arguments.logprobe, "score", "--model", arguments.model, "--input", path, "--output", output,
                            "--backend", arguments.backend, "--dtype", arguments.dtype], check=True, stdout=sys.stderr)
            results = read(output)
        targets = [row["target"] for row in reference]
        pairs = [pair for ours, theirs in zip(results, reference, strict=True)
                 for pair in zip(ours["logprobs"], theirs["logprobs"], ours["is_greedy"], theirs["is_greedy"], strict=True)]
        difference = max(abs(ours - theirs) for ours, theirs, _, _ in pairs)
        greedy = sum(ours != theirs for _, _, ours, theirs in pairs)
        failed |= difference > SUM_TOLERANCE
        print(f"| {os.path.basename(path).removesuffix('.jsonl')} | {len(results)} | {len(pairs)} "
              f"| {accuracy(results, targets):.2%} | {accuracy(reference, targets):.2%} | {difference:.1e} | {greedy} |",
              flush=True)
    sys.exit(1 if failed and arguments.dtype == "float32" else 0)


if __name__ == "__main__":
    main()
