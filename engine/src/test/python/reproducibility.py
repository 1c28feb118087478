#!/usr/bin/env python3
"""How far Transformers in float32 is from reference sums that Transformers made in float32.

usage: reproducibility.py FOLDER REFERENCE_FOLDER BEGINNING... [--mkl-as-on-intel]

Scores all completions after an empty prompt in REFERENCE_FOLDER that begin with one of the words: as
lm-evaluation-harness does (longest first, padded on the right, no mask), by both implementations of attention, with
several batch sizes and numbers of threads. Prints how many sums differ from the reference by more than 1e-3, and the
range of the differences (Transformers less reference) for each beginning.

PyTorch's float32 products are those of MKL, which asks who made the processor and adds in another order on one that
is not Intel's. `--mkl-as-on-intel` overrides the answer within this process (x86-64 Linux with AVX-512).
Needs: torch, transformers.
"""
import argparse
import ctypes
import glob
import json
import mmap
import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning starves a busy machine; read when torch is loaded

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

SUM_TOLERANCE = 1e-3
RETURN_1 = b"\xb8\x01\x00\x00\x00\xc3"  # mov eax, 1; ret


def take_processor_for_intel():
    torch_cpu = ctypes.CDLL(os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cpu.so"))
    libc = ctypes.CDLL(None, use_errno=True)
    everything = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
    for name in ("mkl_serv_intel_cpu", "mkl_serv_intel_cpu_true"):
        address = ctypes.cast(getattr(torch_cpu, name), ctypes.c_void_p).value
        page = address // mmap.PAGESIZE * mmap.PAGESIZE
        if libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(2 * mmap.PAGESIZE), everything) != 0:
            raise OSError(ctypes.get_errno(), f"cannot override {name}")
        ctypes.memmove(address, RETURN_1, len(RETURN_1))


def sentences(references, beginnings):
    """(beginning, completion, reference sum)."""
    for path in sorted(glob.glob(os.path.join(references, "*.jsonl"))):
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row.get("logprobs") and row["text"] == "":
                    for completion, logprob in zip(row["classes"], row["logprobs"], strict=True):
                        yield from ((word, completion, logprob) for word in beginnings if completion.startswith(word))


def sums(model, prefix, continuations, batch):
    """Sum of the log-probabilities of each continuation's tokens."""
    order = sorted(range(len(continuations)), key=lambda i: -len(continuations[i]))
    result = [0.0] * len(continuations)
    for first in range(0, len(order), batch):
        chosen = order[first:first + batch]
        ids = torch.zeros(len(chosen), len(continuations[chosen[0]]), dtype=torch.long)
        for row, i in enumerate(chosen):
            ids[row, :len(continuations[i])] = torch.tensor([prefix] + continuations[i][:-1])
        with torch.no_grad():
            logprobs = torch.log_softmax(model(ids, use_cache=False).logits, -1)
        for row, i in enumerate(chosen):
            tokens = torch.tensor(continuations[i])
            result[i] = logprobs[row, :len(tokens)].gather(1, tokens[:, None]).sum().item()
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("references")
    parser.add_argument("beginning", nargs="+")
    parser.add_argument("--mkl-as-on-intel", action="store_true")
    arguments = parser.parse_args()
    if arguments.mkl_as_on_intel:
        take_processor_for_intel()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(arguments.folder)
    chosen = list(sentences(arguments.references, arguments.beginning))
    continuations = [tokenizer.encode(completion) for _, completion, _ in chosen]
    print(f"| attention | threads | batch | above 1e-3 of {len(chosen)} | {' | '.join(arguments.beginning)} |")
    print("|---" * (4 + len(arguments.beginning)) + "|")
    for attention in ("sdpa", "eager"):
        model = AutoModelForCausalLM.from_pretrained(
            arguments.folder, dtype=torch.float32, attn_implementation=attention).eval()
        for threads in (1, 2):
            torch.set_num_threads(threads)
            for batch in (1, 2, 4, 8, 16, 32):
                found = sums(model, tokenizer.bos_token_id, continuations, batch)
                differences = [ours - theirs for ours, (_, _, theirs) in zip(found, chosen, strict=True)]
                above = sum(abs(difference) > SUM_TOLERANCE for difference in differences)
                ranges = []
                for word in arguments.beginning:
                    those = [difference for difference, (own, _, _) in zip(differences, chosen) if own == word]
                    ranges.append(f"{min(those):+.1e} to {max(those):+.1e}")
                print(f"| {attention} | {threads} | {batch} | {above} | {' | '.join(ranges)} |", flush=True)


if __name__ == "__main__":
    main()
