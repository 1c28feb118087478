#!/usr/bin/env python3
"""Scores tiny GGUF files of every family that is read with Logprobe, and the same models with Transformers.

usage: gguf_families.py FOLDER [--only PATTERN] [--backend cpu|reference|cuda] [--logprobe PATH]

For each entry of CHOSEN the model of `variants.py` is written in float32 with the `gguf` package, whose own tables name
the tensors, after the rules of llama.cpp's converter. Where Transformers' own reading of such a file gives the same as
the model, which it does where it knows the architecture and all that the file says, that is counted: it proves the
file. Needs: torch, transformers, tokenizers, gguf.
"""
import argparse
import json
import os
import re
import sys

import gguf
import numpy as np
import torch
from safetensors.torch import load_file
from transformers import AutoConfig
from transformers.utils import logging

from variants import (END, LOGPROBE, ROWS, TOKEN_TOLERANCE, VARIANTS, alphabet, byte_tokenizer, difference,
                      log_probabilities, make)

ARCH = gguf.MODEL_ARCH
# family: (architecture, variants that GGUF can express)
CHOSEN = {
    "arcee": (ARCH.ARCEE, ["plain", "biases", "tied", "yarn"]),
    "bloom": (ARCH.BLOOM, ["plain", "3-heads", "12-heads", "untied", "epsilon"]),
    "cohere": (ARCH.COMMAND_R, ["plain", "qk-norm", "scale", "equal-heads", "theta", "yarn"]),
    "cohere2": (ARCH.COHERE2, ["plain", "scale", "types", "yarn"]),
    "ernie4_5": (ARCH.ERNIE4_5, ["plain", "bias", "untied", "linear"]),
    "exaone4": (ARCH.EXAONE4, ["plain", "no-window", "types", "tied"]),
    "falcon": (ARCH.FALCON, ["multi-query", "grouped", "grouped-one-norm", "grouped-equal", "grouped-bias", "ffn",
                             "theta"]),
    "gemma": (ARCH.GEMMA, ["plain", "multi-query", "wide-heads", "theta"]),
    "gemma2": (ARCH.GEMMA2, ["plain", "small-caps", "all-full", "all-sliding", "theta"]),
    "gemma3_text": (ARCH.GEMMA3, ["plain", "all-sliding", "all-full", "cap", "linear"]),
    "gpt_bigcode": (ARCH.STARCODER, ["plain", "inner", "untied"]),
    "gpt_neox": (ARCH.GPTNEOX, ["plain", "sequential", "tied", "all-rotary", "half-rotary"]),
    "granite": (ARCH.GRANITE, ["plain", "factors", "biases", "tied", "theta", "yarn"]),
    "granitemoe": (ARCH.GRANITE_MOE, ["plain", "factors", "bias", "top-1", "tied"]),
    "mixtral": (ARCH.LLAMA, ["plain", "top-1", "top-all", "wide-heads", "tied"]),
    "mpt": (ARCH.MPT, ["plain", "6-heads", "3-heads", "clip", "untied"]),
    "nemotron": (ARCH.NEMOTRON, ["plain", "bias", "wide-heads", "tied", "all-rotary", "quarter-rotary"]),
    "olmo": (ARCH.OLMO, ["plain", "clip", "tied", "equal-heads", "theta"]),
    "olmo2": (ARCH.OLMO2, ["plain", "tied", "equal-heads", "yarn"]),
    "olmo3": (ARCH.OLMO2, ["plain", "types", "tied", "yarn"]),
    "olmoe": (ARCH.OLMOE, ["plain", "equal-heads", "tied", "linear"]),
    "phi": (ARCH.PHI2, ["plain", "equal-heads", "all-rotary"]),
    "phi3": (ARCH.PHI3, ["plain", "window", "tied", "three-quarters", "longrope", "longrope-part", "longrope-window"]),
    "qwen2": (ARCH.QWEN2, ["plain", "tied", "equal-heads", "yarn", "yarn-factors"]),
    "qwen2_moe": (ARCH.QWEN2MOE, ["plain", "no-bias", "top-1", "yarn"]),
    "qwen3": (ARCH.QWEN3, ["plain", "bias", "tied", "yarn"]),
    "qwen3_moe": (ARCH.QWEN3MOE, ["normed", "bias", "yarn"]),
    "seed_oss": (ARCH.SEED_OSS, ["plain", "output-bias", "no-bias", "tied"]),
    "smollm3": (ARCH.SMOLLM3, ["plain", "biases", "untied", "theta", "yarn"]),
    "stablelm": (ARCH.STABLELM, ["plain", "bias", "parallel", "tied", "all", "all-rotary"]),
    "starcoder2": (ARCH.STARCODER2, ["plain", "no-bias", "window", "untied", "theta"]),
}
INTERLEAVED = {ARCH.LLAMA, ARCH.GRANITE, ARCH.GRANITE_MOE, ARCH.OLMO, ARCH.SMOLLM3, ARCH.ARCEE}
ONE_ADDED = {ARCH.GEMMA, ARCH.GEMMA2, ARCH.GEMMA3, ARCH.NEMOTRON}


def permuted(weight, heads):
    """Queries and keys as LlamaModel.permute leaves them."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(1, 2).reshape(weight.shape)


def ungrouped(weight, heads, keys):
    groups = weight.reshape(keys, heads // keys + 2, -1, *weight.shape[1:])
    parts = groups[:, :-2], groups[:, -2:-1], groups[:, -1:]
    return torch.cat([part.reshape(-1, *weight.shape[1:]) for part in parts])


def tensors(state, config, arch, heads, keys):
    """The converter's tensors, still under names of Transformers."""
    stacks = {}
    for name, weight in state.items():
        weight = weight.float()
        stacked = re.fullmatch(r"(.*\.(?:experts|norms))\.(\d+)\.?(.*)\.weight", name)
        if stacked:
            merged = ".".join(filter(None, (stacked[1].removesuffix(".norms"), stacked[3], "weight")))
            stacks.setdefault(merged, {})[int(stacked[2])] = weight
            continue
        if arch in INTERLEAVED and re.search(r"[qk]_proj\.(weight|bias)$", name):
            weight = permuted(weight, heads if "q_proj" in name else keys)
        elif "query_key_value" in name:
            weight = ungrouped(weight, heads, keys)
        elif arch in ONE_ADDED and name.endswith("norm.weight"):
            weight = weight + 1
        elif name.endswith("shared_expert_gate.weight"):
            weight = weight[0]
        if name.endswith("experts.gate_up_proj") or name.endswith("input_linear.weight"):
            half = weight.shape[1] // 2
            base = re.sub(r"gate_up_proj$|input_linear\.weight$", "", name)
            if "input_linear" in name:
                base += "experts."
            yield base + "gate_proj.weight", weight[:, :half]
            yield base + "up_proj.weight", weight[:, half:]
        elif name.endswith("experts.down_proj"):
            yield name + ".weight", weight
        else:
            yield name, weight
    for name, parts in stacks.items():
        yield name, torch.stack([parts[i] for i in range(len(parts))])


def gguf_name(name, names, arch):
    if arch == ARCH.BLOOM:
        name = name.removeprefix("transformer.")
    found = names.get_name(name, try_suffixes=(".weight", ".bias"))
    moe = re.fullmatch(r"model\.layers\.(\d+)\.block_sparse_moe\.(?:experts\.)?(\w+?)(?:\.layer)?\.weight", name)
    if found is None and moe:
        kind = {"gate_proj": "ffn_gate_exps", "up_proj": "ffn_up_exps", "w1": "ffn_gate_exps", "w2": "ffn_down_exps",
                "w3": "ffn_up_exps", "output_linear": "ffn_down_exps", "down_proj": "ffn_down_exps",
                "gate": "ffn_gate_inp", "router": "ffn_gate_inp"}[moe[2]]
        return f"blk.{moe[1]}.{kind}.weight"
    if found is None:
        raise ValueError(f"no name for {name}")
    return found


def first(config, *keys):
    return next((config[key] for key in keys if config.get(key) is not None), None)


def hyperparameters(writer, config, family, arch):
    heads = first(config, "num_attention_heads", "n_head", "n_heads")
    keys = 1 if family == "gpt_bigcode" else first(config, "num_key_value_heads", "num_kv_heads")
    hidden = first(config, "hidden_size", "n_embd", "d_model")
    if family == "falcon" and not config["new_decoder_architecture"]:
        keys = 1 if config["multi_query"] else heads
    for write, value in (
            (writer.add_block_count, first(config, "num_hidden_layers", "n_layer", "n_layers")),
            (writer.add_context_length, first(config, "max_position_embeddings", "n_positions", "max_seq_len")),
            (writer.add_embedding_length, hidden), (writer.add_head_count, heads), (writer.add_head_count_kv, keys),
            (writer.add_feed_forward_length, first(config, "intermediate_size", "n_inner", "ffn_hidden_size") or 4 * hidden),
            (writer.add_layer_norm_rms_eps, config.get("rms_norm_eps")),
            (writer.add_layer_norm_eps, first(config, "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps")),
            (writer.add_key_length, config.get("head_dim")), (writer.add_value_length, config.get("head_dim")),
            (writer.add_expert_count, first(config, "num_local_experts", "num_experts")),
            (writer.add_expert_used_count, config.get("num_experts_per_tok")),
            (writer.add_expert_feed_forward_length, config.get("moe_intermediate_size")),
            (writer.add_expert_shared_feed_forward_length, config.get("shared_expert_intermediate_size")),
            (writer.add_attn_logit_softcapping, config.get("attn_logit_softcapping")),
            (writer.add_final_logit_softcapping, config.get("final_logit_softcapping")),
            (writer.add_attention_scale, config.get("attention_multiplier")),
            (writer.add_embedding_scale, config.get("embedding_multiplier")),
            (writer.add_residual_scale, config.get("residual_multiplier")),
            (writer.add_logit_scale, first(config, "logits_scaling", "logit_scale")),
            (writer.add_clamp_kqv, first(config, "clip_qkv") or config.get("attn_config", {}).get("clip_qkv"))):
        if value is not None:
            write(value)
    if family in ("gpt_neox", "stablelm"):
        writer.add_parallel_residual(config["use_parallel_residual"])
    if family == "mpt":
        writer.add_max_alibi_bias(8.0)
    if family in ("gemma2", "gemma3_text", "phi3", "starcoder2", "cohere2", "olmo3", "exaone4"):
        if config.get("sliding_window") or family == "phi3":
            writer.add_sliding_window(config.get("sliding_window") or 0)
        if "layer_types" in config:
            writer.add_sliding_window_pattern([kind == "sliding_attention" for kind in config["layer_types"]])
    rotation(writer, config, family, config.get("head_dim") or hidden // heads)
    return heads, keys or heads


def rotation(writer, config, family, width):
    parameters = config.get("rope_parameters") or {}
    if "sliding_attention" in parameters:
        if family == "gemma3_text":
            writer.add_rope_freq_base_swa(parameters["sliding_attention"]["rope_theta"])
        parameters = parameters["full_attention"]
    if "rope_theta" in parameters:
        writer.add_rope_freq_base(parameters["rope_theta"])
        writer.add_rope_dimension_count(int(width * parameters.get("partial_rotary_factor", 1)))
    kind = parameters.get("rope_type", "default")
    if family == "phi3":
        writer.add_rope_scaling_orig_ctx_len(config["original_max_position_embeddings"])
    if kind == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(parameters["factor"])
    elif kind == "yarn":
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(parameters["factor"])
        writer.add_rope_scaling_orig_ctx_len(parameters["original_max_position_embeddings"])
        for write, key in ((writer.add_rope_scaling_yarn_attn_factor, "attention_factor"),
                           (writer.add_rope_scaling_yarn_beta_fast, "beta_fast"),
                           (writer.add_rope_scaling_yarn_beta_slow, "beta_slow")):
            if key in parameters:
                write(parameters[key])
    elif kind == "longrope":
        original = config["original_max_position_embeddings"]
        factor = config["max_position_embeddings"] / original
        writer.add_rope_scaling_attn_factors(float(np.sqrt(1 + np.log(factor) / np.log(original))))
        for name in ("long", "short"):
            writer.add_tensor(f"rope_factors_{name}.weight", np.array(parameters[f"{name}_factor"], "f4"))
    elif kind not in ("default", "dynamic"):
        raise ValueError(f"rope_type {kind}")


def vocabulary(writer, size):
    tokens = alphabet() + [END, "éé"]
    tokens += [f"[PAD{i}]" for i in range(len(tokens), size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([1] * 256 + [3, 1] + [5] * (size - 258))
    writer.add_token_merges(["é é"])
    writer.add_bos_token_id(256)
    writer.add_eos_token_id(256)
    writer.add_add_bos_token(False)


def export(folder, family, arch):
    with open(os.path.join(folder, "config.json")) as file:
        stated = json.load(file)
    config = {**AutoConfig.from_pretrained(folder).to_dict(), **stated}
    writer = gguf.GGUFWriter(os.path.join(folder, "model.gguf"), gguf.MODEL_ARCH_NAMES[arch])
    heads, keys = hyperparameters(writer, config, family, arch)
    vocabulary(writer, config["vocab_size"])
    layers = first(config, "num_hidden_layers", "n_layer", "n_layers")
    names = gguf.get_tensor_name_map(arch, layers)
    state = load_file(os.path.join(folder, "model.safetensors"))
    for name, weight in tensors(state, config, arch, heads, keys):
        writer.add_tensor(gguf_name(name, names, arch), np.ascontiguousarray(weight.numpy()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def is_read_alike(folder, expected):
    """Whether Transformers finds the model again in the file."""
    try:
        actual = log_probabilities(folder, byte_tokenizer().encode, False, gguf_file="model.gguf")
    except Exception:  # It has as many ways to fail as architectures.
        return False
    return max(abs(a - b) for ours, theirs in zip(actual, expected, strict=True)
               for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True)) < TOKEN_TOLERANCE


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--only", default=".", help="variants whose name 'family--variant' has this pattern")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--logprobe", default=LOGPROBE)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    failures = 0
    print("| family | files | largest difference per token | files that Transformers reads alike |\n|---|---|---|---|")
    for family, (arch, variants) in CHOSEN.items():
        worst, alike, count = 0.0, 0, 0
        for variant in variants:
            if not re.search(arguments.only, f"{family}--{variant}"):
                continue
            folder = os.path.join(arguments.folder, f"{family}--{variant}")
            base, options = VARIANTS[family]
            if not os.path.exists(os.path.join(folder, "model.safetensors")):
                make(folder, family, {**base, **options[variant]})
            export(folder, family, arch)
            with open(os.path.join(folder, "input.jsonl"), "w") as file:
                file.writelines(json.dumps(row) + "\n" for row in ROWS)
            expected = log_probabilities(folder, byte_tokenizer().encode, False)
            result = difference(folder, expected, arguments, model="model.gguf")
            count += 1
            alike += is_read_alike(folder, expected)
            if isinstance(result, str) or result > TOKEN_TOLERANCE:
                failures += 1
                print(f"{os.path.basename(folder)}: {result}", file=sys.stderr, flush=True)
            else:
                worst = max(worst, result)
        if count:
            print(f"| {family} | {count} | {worst:.1e} | {alike} |", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
