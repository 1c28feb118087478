#!/usr/bin/env python3
"""Prints how far Logprobe is from Transformers' float32 log-probabilities, in float32 and in bfloat16, per model.

usage: numerics.py GOLDEN_FOLDER [--backend cpu|reference|cuda] [--logprobe PATH]

Each folder in GOLDEN_FOLDER is a model with a golden.json: `cases` with `results[].token_logprobs` in float32, and
`noise` with what Transformers' own bfloat16 errs per token on the same cases. Needs nothing but Python.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

LOGPROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../logprobe")


def scored_cases(golden):
    """Rows to score and the expected log-probabilities of their tokens; classes that lm-evaluation-harness refuses are
    left out."""
    for case in golden["cases"]:
        pairs = [(text, result) for text, result in zip(case["classes"], case["results"]) if "hflm_error" not in result]
        if pairs:
            yield (dict(text=case["text"], classes=[text for text, _ in pairs]),
                   [result["token_logprobs"] for _, result in pairs])


def differences(model, cases, dtype, arguments):
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, name) for name in ("input.jsonl", "output.jsonl")]
        with open(files[0], "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row, _ in cases)
        subprocess.run([arguments.logprobe, "score", "--model", model, "--input", files[0], "--output", files[1],
                        "--dtype", dtype, "--backend", arguments.backend], check=True, stdout=sys.stderr)
        with open(files[1]) as lines:
            results = [json.loads(line)["token_logprobs"] for line in lines]
    return [abs(a - b) for ours, (_, theirs) in zip(results, cases, strict=True)
            for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("golden")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--logprobe", default=LOGPROBE)
    arguments = parser.parse_args()
    print("| model | tokens | float32: largest | bfloat16: mean | Transformers' bfloat16: mean | ratio |")
    print("|---|---|---|---|---|---|")
    ratios = []
    for name in sorted(os.listdir(arguments.golden)):
        model = os.path.join(arguments.golden, name)
        if not os.path.exists(os.path.join(model, "golden.json")):
            continue
        with open(os.path.join(model, "golden.json"), encoding="utf-8") as file:
            golden = json.load(file)
        cases = list(scored_cases(golden))
        exact = differences(model, cases, "float32", arguments)
        rounded = differences(model, cases, "bfloat16", arguments)
        mean = sum(rounded) / len(rounded)
        theirs = golden["noise"]["bfloat16_per_token_diff_mean_abs"]
        ratios.append(mean / theirs)
        print(f"| {name} | {len(exact)} | {max(exact):.1e} | {mean:.4f} | {theirs:.4f} | {mean / theirs:.2f} |", flush=True)
    print(f"\n{len(ratios)} models; ratio {min(ratios):.2f} to {max(ratios):.2f}, mean {sum(ratios) / len(ratios):.2f}")


if __name__ == "__main__":
    main()
