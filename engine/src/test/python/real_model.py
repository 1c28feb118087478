#!/usr/bin/env python3
"""Scores reference files of a trained model with Logprobe and compares sums, greediness and accuracy.

usage: real_model.py MODEL REFERENCE_FOLDER [--judge FOLDER] [--backend cpu|reference|cuda]
                     [--dtype float32|bfloat16] [--logprobe PATH]

A reference file has rows `{"text", "classes", "target", "logprobs", "is_greedy"}`, `logprobs` being the sum per class
that another implementation found in float32. Prints one line per file. Greediness may differ where two tokens are as
good as equal, so it is counted, not judged.

Sums that differ by more than 1e-3 are listed. With `--judge` Transformers computes them once more, from the folder
that has the same weights as safetensors, in float64: it says who is how far from the truth. Exit status 1 in float32
if there are such sums and they were not judged, or if Logprobe's greatest distance from float64 is greater than the
reference's. Needs nothing but Python, and torch and transformers for `--judge`.
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


def exact_sums(folder, pairs):
    """Sums of (text, class) pairs in float64, one sequence at a time."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for text, completion in pairs:
        stripped = text.rstrip()
        text, completion = stripped, text[len(stripped):] + completion
        prompt = tokenizer.encode(text) if text else [tokenizer.bos_token_id]
        whole = tokenizer.encode(text + completion) if text else prompt + tokenizer.encode(completion)
        continuation = whole[len(prompt):]
        ids = torch.tensor([(prompt + continuation)[:-1]])
        with torch.no_grad():
            logits = model(ids, use_cache=False).logits[0, -len(continuation):]
        yield torch.log_softmax(logits, -1).gather(1, torch.tensor(continuation)[:, None]).sum().item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("references")
    parser.add_argument("--judge", help="safetensors folder of the same model")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--logprobe", default=LOGPROBE)
    arguments = parser.parse_args()
    print("| file | rows | pairs | accuracy | reference | largest difference of a sum | above 1e-3 | greedy differs |")
    print("|---|---|---|---|---|---|---|---|")
    apart = []
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
        pairs = [(theirs["text"], *pair) for ours, theirs in zip(results, reference, strict=True)
                 for pair in zip(theirs["classes"], ours["logprobs"], theirs["logprobs"], ours["is_greedy"],
                                 theirs["is_greedy"], strict=True)]
        above = [pair[:4] for pair in pairs if abs(pair[2] - pair[3]) > SUM_TOLERANCE]
        apart += above
        print(f"| {os.path.basename(path).removesuffix('.jsonl')} | {len(results)} | {len(pairs)} "
              f"| {accuracy(results, targets):.2%} | {accuracy(reference, targets):.2%} "
              f"| {max(abs(pair[2] - pair[3]) for pair in pairs):.1e} | {len(above)} "
              f"| {sum(pair[4] != pair[5] for pair in pairs)} |", flush=True)
    if arguments.dtype == "float32" and apart:
        sys.exit(judge(apart, arguments.judge))


def judge(apart, folder):
    """Lists sums that differ, and returns the exit status."""
    if not folder:
        for text, completion, ours, theirs in apart:
            print(f"{ours - theirs:+.1e}: {text[-40:]!r} + {completion!r}", file=sys.stderr)
        return 1
    exact = list(exact_sums(folder, [pair[:2] for pair in apart]))
    print("\n| sums above 1e-3 | class | float64 | Logprobe less float64 | reference less float64 |\n|---|---|---|---|---|")
    for i, ((_, completion, ours, theirs), truth) in enumerate(zip(apart, exact)):
        print(f"| {i + 1} | {completion} | {truth:.5f} | {ours - truth:+.1e} | {theirs - truth:+.1e} |")
    distances = [(abs(ours - truth), abs(theirs - truth)) for (_, _, ours, theirs), truth in zip(apart, exact)]
    return int(max(ours for ours, _ in distances) > max(theirs for _, theirs in distances))


if __name__ == "__main__":
    main()
