#!/usr/bin/env python3
"""Scores tiny GGUF files of every element type with Logprobe, and the values in them with Transformers, and compares.

usage: gguf_variants.py FOLDER [--only PATTERN] [--backend cpu|reference|cuda] [--logprobe PATH]

Llama- and GPT-2-type models are written with the `gguf` package, which also says what the quantised values are. Types
that it cannot quantise get random blocks. Needs: torch, transformers, gguf.
"""
import argparse
import json
import math
import os
import re
import sys

import gguf
import numpy as np
import torch
from gguf.quants import dequantize, quantize
from transformers import AutoModelForCausalLM, CONFIG_MAPPING
from transformers.utils import logging

from variants import END, LOGPROBE, ROWS, TOKEN_TOLERANCE, alphabet, byte_tokenizer, difference, log_probabilities

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
         "IQ4_NL", "IQ4_XS", "MXFP4"]
# For types that the package cannot quantise: where a block has which scale, so that values are like those of others.
SCALES = {"Q2_K": {80: 0.05 / 12, 82: 0.05 / 8}, "Q3_K": {108: 0.05 / 32}, "Q4_K": {0: 0.05 / 248, 2: 0.05 / 32},
          "Q5_K": {0: 0.05 / 496, 2: 0.05 / 32}, "Q6_K": {208: 0.05 / 2048}, "IQ4_NL": {0: 0.05 / 60},
          "IQ4_XS": {0: 0.05 / 960}}
LLAMA = dict(hidden_size=256, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=160, vocab_size=264, bos_token_id=256, eos_token_id=256)
GPT2 = dict(n_embd=256, n_layer=2, n_head=4, n_positions=160, vocab_size=264, bos_token_id=256, eos_token_id=256)
LLAMA3 = dict(rope_type="llama3", rope_theta=10_000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)
LLAMA_NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
GPT2_NAMES = {
    "transformer.wte": "token_embd", "transformer.wpe": "position_embd", "transformer.ln_f": "output_norm",
    "lm_head": "output", "ln_1": "attn_norm", "ln_2": "ffn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output",
    "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}


def gguf_name(name, names):
    stem, _, kind = name.rpartition(".")
    layer = re.fullmatch(r"(?:model\.layers|transformer\.h)\.(\d+)\.(.*)", stem)
    return f"blk.{layer[1]}.{names[layer[2]]}.{kind}" if layer else f"{names[stem]}.{kind}"


def interleaved(weight, heads):
    """Rows of queries and keys in the order of GGUF."""
    return weight.reshape(heads, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def halves(weight, heads):
    return weight.reshape(heads, -1, 2, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def random_blocks(shape, kind, random):
    """Blocks of a type that the package cannot quantise."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (math.prod(shape) // elements, size), dtype=np.uint8)
    for offset, scale in SCALES[kind.name].items():
        blocks[:, offset:offset + 2] = np.frombuffer(np.float16(scale).tobytes(), np.uint8)
    return blocks.reshape(*shape[:-1], -1)


def stored(weight, kind, random):
    """A matrix as it is stored, and the values that this stands for."""
    if kind.name in SCALES:
        data = random_blocks(weight.shape, kind, random)
    else:
        data = quantize(weight, kind)
    return data, dequantize(data, kind).reshape(weight.shape)


def make(folder, family, kind, options, most_tensors=0):
    """model.gguf in `folder`, in parts of some tensors each if there are too many, and its values as a Transformers
    model in `folder`/values."""
    random = np.random.default_rng(1)
    config = CONFIG_MAPPING[family](**options)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    names = LLAMA_NAMES if family == "llama" else GPT2_NAMES
    writer = gguf.GGUFWriter(os.path.join(folder, "model.gguf"), family, split_max_tensors=most_tensors)
    hyperparameters(writer, config, family)
    vocabulary(writer)
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        linear = re.search(r"\.c_\w+\.weight$", name)
        shape = tensor.shape[::-1] if linear else tensor.shape
        heads = {"q_proj": 4, "k_proj": 2}.get(name.split(".")[-2])
        if len(shape) == 1:
            around = 1 if re.search(r"(norm|ln_\w)\.weight$", name) else 0
            values = random.normal(around, 0.2, shape).astype("f4")
            writer.add_tensor(gguf_name(name, names), values)
        else:
            spread = 0.3 if re.search("embed|wte|wpe|lm_head", name) else shape[1] ** -0.5
            weight = random.normal(0, spread, shape).astype("f4")
            data, values = stored(interleaved(weight, heads) if heads else weight, kind, random)
            writer.add_tensor(gguf_name(name, names), data, raw_dtype=kind)
            values = halves(values, heads) if heads else values
        tensor.copy_(torch.from_numpy(np.ascontiguousarray(values.T if linear else values)))
    if "rope_parameters" in options:
        inverse = model.model.rotary_emb.inv_freq.numpy()
        plain = 10_000.0 ** (-np.arange(0, 64, 2, dtype="f4") / 64)
        writer.add_tensor("rope_freqs.weight", (plain / inverse).astype("f4"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model.save_pretrained(os.path.join(folder, "values"))


def hyperparameters(writer, config, family):
    writer.add_block_count(2)
    writer.add_context_length(160)
    writer.add_embedding_length(256)
    writer.add_head_count(4)
    if family == "llama":
        writer.add_feed_forward_length(512)
        writer.add_head_count_kv(2)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_rope_dimension_count(64)
        writer.add_rope_freq_base(10_000.0)
    else:
        writer.add_feed_forward_length(1024)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)


def vocabulary(writer):
    tokens = alphabet() + [END, "éé"] + [f"<unused{i}>" for i in range(6)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 256 + [3, 1] + [5] * 6)
    writer.add_token_merges(["é é"])
    writer.add_bos_token_id(256)
    writer.add_eos_token_id(256)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", default=".")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--logprobe", default=LOGPROBE)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    variants = [(f"{family}-{kind}", family, kind, options, "model.gguf") for kind in TYPES
                for family, options in (("llama", LLAMA), ("gpt2", GPT2))]
    variants.append(("llama-F32-rope-factors", "llama", "F32", dict(LLAMA, rope_parameters=LLAMA3), "model.gguf"))
    variants.append(("llama-F32-tied", "llama", "F32", dict(LLAMA, tie_word_embeddings=True), "model.gguf"))
    variants.append(("llama-F32-split", "llama", "F32", LLAMA, "model-00002-of-00003.gguf"))
    variants.append(("llama-F32-split-folder", "llama", "F32", LLAMA, "."))
    failures = 0
    print("| file | largest difference per token |\n|---|---|")
    for name, family, kind, options, model in variants:
        if not re.search(arguments.only, name):
            continue
        folder = os.path.join(arguments.folder, name)
        os.makedirs(folder, exist_ok=True)
        most_tensors = 10 if "split" in name else 0
        make(folder, family, gguf.GGMLQuantizationType[kind], options, most_tensors)
        with open(os.path.join(folder, "input.jsonl"), "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in ROWS)
        expected = log_probabilities(os.path.join(folder, "values"), byte_tokenizer().encode, False)
        result = difference(folder, expected, arguments, model=model)
        failures += isinstance(result, str) or result > TOKEN_TOLERANCE
        print(f"| {name} | {result if isinstance(result, str) else f'{result:.1e}'} |", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
