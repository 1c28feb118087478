#!/usr/bin/env python3
"""Writes what FamilyFixtureTest compares with: tiny models by their configs and tensor names, and what Transformers
makes of them.

usage: family_fixtures.py ENGINE_TEST_RESOURCES

The weights are not in the file: every element follows from the number of its tensor and its own by a hash, here and in
the test. Needs: torch, transformers, tokenizers, safetensors, numpy.
"""
import json
import os
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING
from transformers.utils import logging

from variants import ROWS, VARIANTS, VOCABULARY, byte_tokenizer, log_probabilities

# Families without a reference model, and options that no reference model has.
CHOSEN = {
    "arcee": ["biases"], "codegen": ["8-heads"], "cohere2": ["bias", "types"], "ernie4_5": ["bias"],
    "exaone4": ["types", "no-window"], "falcon": ["sequential", "grouped-one-norm", "alibi"], "gemma": ["bias"],
    "gemma2": ["small-caps"], "glm": ["plain"], "glm4": ["plain"], "gpt2": ["upcast"], "gpt_bigcode": ["multi-head"],
    "gpt_neo": ["mixed"], "gpt_neox": ["no-bias"], "granite": ["biases"], "granitemoe": ["factors"],
    "helium": ["bias"], "llama": ["wide-heads", "mlp-bias"], "mixtral": ["top-1"], "mpt": ["6-heads"],
    "nemotron": ["bias"], "olmo": ["bias"], "olmo2": ["bias"], "olmo3": ["types", "yarn"],
    "olmoe": ["normed"], "opt": ["350m", "no-affine"], "phi": ["qk-norm"], "qwen2": ["types"],
    "qwen2_moe": ["sparse-step"], "qwen3": ["bias"], "qwen3_moe": ["dense-layers"], "seed_oss": ["output-bias"],
    "smollm3": ["layers"], "stablelm": ["all"], "starcoder2": ["no-bias"]}


def hashed(tensor, count):
    """Elements of one tensor, between -1 and 1."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(tensor * 0x9E3779B1 % 2**32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x / 2.0**31 - 1


def fixture(family, variant):
    base, variants = VARIANTS[family]
    options = {**base, **variants[variant]}
    config = CONFIG_MAPPING[family](vocab_size=VOCABULARY, bos_token_id=256, eos_token_id=256, **options)
    torch.manual_seed(0)
    tensors = []
    with tempfile.TemporaryDirectory() as folder:
        AutoModelForCausalLM.from_config(config, dtype=torch.float32).save_pretrained(folder)
        path = os.path.join(folder, "model.safetensors")
        state = load_file(path)
        for number, (name, value) in enumerate(sorted(state.items())):
            middle = 1.0 if value.dim() == 1 and bool((value == 1).all()) else 0.0
            token = any(part in name for part in ("embed", "wte", "wpe", "lm_head"))
            spread = 0.35 if value.dim() == 1 else 0.5 if token else round(1.7 / value.shape[-1] ** 0.5, 3)
            elements = (middle + spread * hashed(number, value.numel())).astype(np.float32)
            state[name] = torch.from_numpy(elements.reshape(tuple(value.shape)))
            tensors.append([name, list(value.shape), middle, spread])
        save_file(state, path, metadata={"format": "pt"})
        results = log_probabilities(folder, byte_tokenizer().encode, options.get("alibi", False))
        with open(os.path.join(folder, "config.json")) as file:
            stated = json.load(file)
    for name in ("dtype", "transformers_version", "_name_or_path"):
        stated.pop(name, None)
    logprobs = [[[round(token, 6) for token in tokens] for tokens in row] for row in results]
    return dict(name=f"{family}--{variant}", config=stated, tensors=tensors, logprobs=logprobs)


def main():
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    resources = sys.argv[1]
    byte_tokenizer().save(os.path.join(resources, "byte-tokenizer.json"), pretty=False)
    with open(os.path.join(resources, "family-rows.jsonl"), "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in ROWS[1:5])
    with open(os.path.join(resources, "family-fixtures.jsonl"), "w") as file:
        for family, variants in CHOSEN.items():
            for variant in variants:
                fixed = fixture(family, variant)
                fixed["logprobs"] = fixed["logprobs"][1:5]
                file.write(json.dumps(fixed, separators=(",", ":")) + "\n")
                print(fixed["name"], flush=True)


if __name__ == "__main__":
    main()
