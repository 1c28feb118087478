#!/usr/bin/env python3
"""Scores tiny random models of every supported family with Transformers and with Logprobe, and compares.

usage: variants.py FOLDER [--only PATTERN] [--backend cpu|reference|cuda] [--logprobe PATH]

For each entry of VARIANTS a model is made in FOLDER, with the options that its family's config knows; where the
config has rotary parameters a second time with config.json in the form of Transformers 4. Transformers loads each
folder, computes in float32 with eager attention, one sequence at a time; `logprobe score` reads the same folder.
Prints one line per family, and every variant that differs; exit status 1 if one does.
Needs: torch, transformers, tokenizers.
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, CONFIG_MAPPING
from transformers.utils import logging

TOKEN_TOLERANCE = 2e-4
VOCABULARY = 264
LENGTH = 160
LOGPROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../logprobe")
END = "<|end|>"

SIZES = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=LENGTH)
GPT = dict(n_embd=64, n_layer=3, n_head=4, n_positions=LENGTH)
MOE = dict(num_experts=5, num_experts_per_tok=2, moe_intermediate_size=40)

LINEAR = dict(rope_type="linear", factor=3.0)
DYNAMIC = dict(rope_type="dynamic", factor=4.0)
YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=40)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=64)


def longrope(pairs, **more):
    return dict(rope_type="longrope", short_factor=[1 + 0.1 * i for i in range(pairs)],
                long_factor=[1.5 + 0.7 * i for i in range(pairs)], original_max_position_embeddings=60, **more)


def rope(theta=10_000.0, **parameters):
    return dict(rope_parameters=dict(dict(rope_type="default"), **parameters, rope_theta=theta))


def every_rope(pairs, **always):
    return {
        "theta": rope(theta=500.0, **always),
        "linear": rope(**LINEAR, **always),
        "dynamic": rope(**DYNAMIC, **always),
        "yarn": rope(**YARN, **always),
        "yarn-factors": rope(**YARN, beta_fast=16.0, beta_slow=2.0, attention_factor=1.3, **always),
        "yarn-mscale": rope(**YARN, mscale=0.8, mscale_all_dim=0.4, truncate=False, **always),
        "llama3": rope(theta=500_000.0, **LLAMA3, **always),
        "longrope": rope(**longrope(pairs), **always),
        "longrope-factor": rope(**longrope(pairs, factor=4.0, attention_factor=1.1), **always),
    }


def types(*letters):
    return ["sliding_attention" if letter == "s" else "full_attention" for letter in letters]


# family: (options of all its variants, {variant: its options})
VARIANTS = {
    "arcee": (SIZES, {
        "plain": {}, "biases": dict(attention_bias=True, mlp_bias=True), "wide-heads": dict(head_dim=24),
        "tied": dict(tie_word_embeddings=True), "yarn": rope(**YARN), "longrope": rope(**longrope(8))}),
    "bloom": (dict(hidden_size=60, n_layer=3, n_head=4), {
        "plain": {}, "post-norm": dict(apply_residual_connection_post_layernorm=True), "3-heads": dict(n_head=3),
        "12-heads": dict(n_head=12), "5-heads": dict(n_head=5, slow_but_exact=True),
        "untied": dict(tie_word_embeddings=False), "epsilon": dict(layer_norm_epsilon=1e-2)}),
    "codegen": (dict(GPT, n_ctx=LENGTH, rotary_dim=8), {
        "plain": {}, "8-heads": dict(n_head=8, rotary_dim=4), "rotary-all": dict(rotary_dim=16), "inner": dict(n_inner=100),
        "gelu": dict(activation_function="gelu")}),
    "cohere": (SIZES, {
        "plain": {}, "qk-norm": dict(use_qk_norm=True), "scale": dict(logit_scale=0.7), "bias": dict(attention_bias=True),
        "untied": dict(tie_word_embeddings=False), "equal-heads": dict(num_key_value_heads=4),
        "all": dict(use_qk_norm=True, attention_bias=True, num_key_value_heads=1, hidden_act="gelu"),
        **every_rope(8)}),
    "cohere2": (dict(SIZES, num_hidden_layers=5, sliding_window=7), {
        "plain": {}, "bias": dict(attention_bias=True), "scale": dict(logit_scale=0.7),
        "types": dict(layer_types=types(*"fsffs")), "untied": dict(tie_word_embeddings=False), "yarn": rope(**YARN)}),
    "ernie4_5": (dict(SIZES, head_dim=24), {
        "plain": {}, "bias": dict(use_bias=True), "untied": dict(tie_word_embeddings=False), "linear": rope(**LINEAR)}),
    "exaone4": (dict(SIZES, num_hidden_layers=5), {
        "plain": dict(sliding_window=7), "pattern-2": dict(sliding_window=7, sliding_window_pattern=2),
        "no-window": dict(sliding_window=None, layer_types=types(*"fffff")),
        "types": dict(sliding_window=7, sliding_window_pattern="LLLG", layer_types=types(*"sfssf")),
        "tied": dict(tie_word_embeddings=True), "llama3": rope(**LLAMA3)}),
    "falcon": (dict(hidden_size=64, num_hidden_layers=3, num_attention_heads=4, max_position_embeddings=LENGTH), {
        "multi-query": {}, "multi-head": dict(multi_query=False, num_kv_heads=4),
        "bias": dict(bias=True), "sequential": dict(parallel_attn=False, bias=True, multi_query=False, num_kv_heads=4),
        "sequential-mq": dict(parallel_attn=False), "grouped": dict(new_decoder_architecture=True, num_kv_heads=2),
        "grouped-one-norm": dict(new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1),
        "grouped-bias": dict(new_decoder_architecture=True, num_kv_heads=1, bias=True),
        "grouped-equal": dict(new_decoder_architecture=True, num_kv_heads=4),
        "alibi": dict(alibi=True), "alibi-multi-head": dict(alibi=True, multi_query=False, num_kv_heads=4, bias=True),
        "alibi-6-heads": dict(alibi=True, num_attention_heads=6, hidden_size=72),
        "alibi-sequential": dict(alibi=True, parallel_attn=False, multi_query=False, num_kv_heads=4, bias=True),
        "alibi-grouped": dict(alibi=True, new_decoder_architecture=True, num_kv_heads=2),
        "relu": dict(activation="relu"), "ffn": dict(ffn_hidden_size=100), "untied": dict(tie_word_embeddings=False),
        **every_rope(8)}),
    "gemma": (dict(SIZES, head_dim=24), {
        "plain": {}, "multi-query": dict(num_key_value_heads=1), "wide-heads": dict(head_dim=40),
        "gelu": dict(hidden_act="gelu"), "bias": dict(attention_bias=True), "untied": dict(tie_word_embeddings=False),
        **every_rope(12)}),
    "gemma2": (dict(SIZES, head_dim=24, query_pre_attn_scalar=24, sliding_window=9), {
        "plain": {}, "no-caps": dict(attn_logit_softcapping=None, final_logit_softcapping=None),
        "small-caps": dict(attn_logit_softcapping=2.0, final_logit_softcapping=3.0), "scalar": dict(query_pre_attn_scalar=100),
        "all-full": dict(layer_types=types("f", "f", "f")), "all-sliding": dict(layer_types=types("s", "s", "s")),
        "bias": dict(attention_bias=True), "relu": dict(hidden_activation="relu"), **every_rope(12)}),
    "gemma3_text": (dict(SIZES, head_dim=24, query_pre_attn_scalar=24, sliding_window=9, num_hidden_layers=4), {
        "plain": dict(layer_types=types("s", "s", "f", "s")), "all-sliding": dict(layer_types=types(*"ssss")),
        "all-full": dict(layer_types=types(*"ffff")), "cap": dict(final_logit_softcapping=3.0, layer_types=types(*"sfsf")),
        "bias": dict(attention_bias=True, layer_types=types(*"sfsf")),
        "linear": dict(layer_types=types(*"sfsf"), rope_parameters=dict(
            full_attention=dict(LINEAR, rope_theta=1e6), sliding_attention=dict(rope_type="default", rope_theta=1e3))),
        "yarn": dict(layer_types=types(*"sfsf"), rope_parameters=dict(
            full_attention=dict(LLAMA3, rope_theta=1e5), sliding_attention=dict(rope_type="default", rope_theta=1e4))),
        "relu": dict(hidden_activation="relu")}),
    "glm": (dict(SIZES, head_dim=24, pad_token_id=0), {
        "plain": {}, "no-bias": dict(attention_bias=False), "tied": dict(tie_word_embeddings=True),
        "all-rotary": rope(partial_rotary_factor=1.0), **every_rope(6, partial_rotary_factor=0.5)}),
    "glm4": (dict(SIZES, head_dim=24, pad_token_id=0), {
        "plain": {}, "no-bias": dict(attention_bias=False), "tied": dict(tie_word_embeddings=True),
        "yarn": rope(**YARN, partial_rotary_factor=0.5)}),
    "gpt2": (GPT, {
        "plain": {}, "inner": dict(n_inner=100), "by-layer": dict(scale_attn_by_inverse_layer_idx=True),
        "upcast": dict(reorder_and_upcast_attn=True, scale_attn_by_inverse_layer_idx=True),
        "unscaled": dict(scale_attn_weights=False), "relu": dict(activation_function="relu"),
        "gelu": dict(activation_function="gelu"), "quick-gelu": dict(activation_function="quick_gelu"),
        "silu": dict(activation_function="silu"), "untied": dict(tie_word_embeddings=False)}),
    "gpt_bigcode": (GPT, {
        "plain": {}, "multi-head": dict(multi_query=False), "inner": dict(n_inner=100),
        "gelu": dict(activation_function="gelu"), "unscaled": dict(scale_attn_weights=False),
        "softmax": dict(attention_softmax_in_fp32=False, scale_attention_softmax_in_fp32=False),
        "untied": dict(tie_word_embeddings=False)}),
    "gptj": (dict(GPT, rotary_dim=8), {
        "plain": {}, "rotary-4": dict(rotary_dim=4), "rotary-all": dict(rotary_dim=16), "inner": dict(n_inner=100),
        "gelu": dict(activation_function="gelu"), "tied": dict(tie_word_embeddings=True)}),
    "gpt_neo": (dict(hidden_size=64, num_layers=4, num_heads=4, window_size=7, max_position_embeddings=LENGTH,
                     attention_types=[[["global", "local"], 2]]), {
        "plain": {}, "all-local": dict(attention_types=[[["local"], 4]]), "all-global": dict(attention_types=[[["global"], 4]]),
        "mixed": dict(attention_types=[[["local"], 1], [["global"], 1], [["local", "local"], 1]]),
        "inner": dict(intermediate_size=100), "relu": dict(activation_function="relu"),
        "untied": dict(tie_word_embeddings=False)}),
    "gpt_neox": ({key: value for key, value in SIZES.items() if key != "num_key_value_heads"}, {
        "plain": {}, "sequential": dict(use_parallel_residual=False), "no-bias": dict(attention_bias=False),
        "tied": dict(tie_word_embeddings=True), "gelu-new": dict(hidden_act="gelu_new"), "relu": dict(hidden_act="relu"),
        "all-rotary": rope(partial_rotary_factor=1.0), "half-rotary": rope(partial_rotary_factor=0.5),
        "odd-rotary": rope(partial_rotary_factor=0.33), **every_rope(2, partial_rotary_factor=0.25)}),
    "granite": (dict(SIZES, attention_multiplier=0.25), {
        "plain": {}, "factors": dict(embedding_multiplier=5.0, logits_scaling=3.0, residual_multiplier=0.3,
                                     attention_multiplier=0.05),
        "biases": dict(attention_bias=True, mlp_bias=True), "tied": dict(tie_word_embeddings=True), **every_rope(8)}),
    "granitemoe": (dict(SIZES, attention_multiplier=0.25, num_local_experts=5), {
        "plain": {}, "factors": dict(embedding_multiplier=5.0, logits_scaling=3.0, residual_multiplier=0.3,
                                     attention_multiplier=0.05),
        "bias": dict(attention_bias=True), "top-1": dict(num_experts_per_tok=1), "tied": dict(tie_word_embeddings=True)}),
    "helium": (dict(SIZES, head_dim=16), {
        "plain": {}, "bias": dict(attention_bias=True), "mlp-bias": dict(mlp_bias=True), "tied": dict(tie_word_embeddings=True),
        "linear": rope(**LINEAR)}),
    "llama": (SIZES, {
        "plain": {}, "equal-heads": dict(num_key_value_heads=4), "multi-query": dict(num_key_value_heads=1),
        "wide-heads": dict(head_dim=24), "narrow-heads": dict(head_dim=8), "attention-bias": dict(attention_bias=True),
        "mlp-bias": dict(mlp_bias=True), "tied": dict(tie_word_embeddings=True), "gelu": dict(hidden_act="gelu"),
        "relu2": dict(hidden_act="relu2"), "epsilon": dict(rms_norm_eps=1e-2), "tp": dict(pretraining_tp=2),
        "six-heads": dict(hidden_size=96, num_attention_heads=6, num_key_value_heads=3), **every_rope(8)}),
    "mistral": (SIZES, {
        "plain": dict(sliding_window=None), "window": dict(sliding_window=7), "window-1": dict(sliding_window=1),
        "wide-heads": dict(head_dim=32, sliding_window=None), "tied": dict(tie_word_embeddings=True), **every_rope(8)}),
    "mixtral": (dict(SIZES, num_local_experts=4), {
        "plain": {}, "top-1": dict(num_experts_per_tok=1), "top-all": dict(num_experts_per_tok=4),
        "window": dict(sliding_window=6), "wide-heads": dict(head_dim=24), "tied": dict(tie_word_embeddings=True),
        "yarn": dict(rope(**YARN), head_dim=16)}),
    "mpt": (dict(d_model=64, n_heads=4, n_layers=3, max_seq_len=LENGTH, learned_pos_emb=False), {
        "plain": {}, "6-heads": dict(d_model=72, n_heads=6), "3-heads": dict(d_model=72, n_heads=3),
        "12-heads": dict(d_model=96, n_heads=12),
        "clip": dict(attn_config=dict(clip_qkv=0.6)), "scale": dict(attn_config=dict(softmax_scale=0.5)),
        "untied": dict(tie_word_embeddings=False), "epsilon": dict(layer_norm_epsilon=1e-2)}),
    "nemotron": (SIZES, {
        "plain": {}, "bias": dict(attention_bias=True, mlp_bias=True), "wide-heads": dict(head_dim=24),
        "tied": dict(tie_word_embeddings=True), "gelu": dict(hidden_act="gelu"),
        "all-rotary": rope(partial_rotary_factor=1.0), "quarter-rotary": rope(partial_rotary_factor=0.25),
        **every_rope(4, partial_rotary_factor=0.5)}),
    "olmo": (SIZES, {
        "plain": {}, "clip": dict(clip_qkv=0.5), "bias": dict(attention_bias=True), "tied": dict(tie_word_embeddings=True),
        "equal-heads": dict(num_key_value_heads=4), **every_rope(8)}),
    "olmo2": (SIZES, {
        "plain": {}, "bias": dict(attention_bias=True), "tied": dict(tie_word_embeddings=True),
        "equal-heads": dict(num_key_value_heads=4), **every_rope(8)}),
    "olmo3": (dict(SIZES, num_hidden_layers=5, sliding_window=7), {
        "plain": {}, "types": dict(layer_types=types(*"fsffs")), "bias": dict(attention_bias=True),
        "tied": dict(tie_word_embeddings=True), "yarn": dict(rope_parameters=dict(
            full_attention=dict(YARN, rope_theta=5e5), sliding_attention=dict(rope_type="default", rope_theta=5e5)))}),
    "olmoe": (dict(SIZES, num_experts=5, num_experts_per_tok=2), {
        "plain": {}, "normed": dict(norm_topk_prob=True), "bias": dict(attention_bias=True),
        "equal-heads": dict(num_key_value_heads=4), "tied": dict(tie_word_embeddings=True), "linear": rope(**LINEAR)}),
    "opt": (dict(hidden_size=64, word_embed_proj_dim=64, ffn_dim=96, num_hidden_layers=3, num_attention_heads=4,
                 max_position_embeddings=LENGTH), {
        "plain": {}, "post-norm": dict(do_layer_norm_before=False), "projected": dict(word_embed_proj_dim=24),
        "350m": dict(do_layer_norm_before=False, word_embed_proj_dim=24), "no-bias": dict(enable_bias=False),
        "no-affine": dict(layer_norm_elementwise_affine=False, activation_function="gelu"),
        "no-final-norm": dict(_remove_final_layer_norm=True), "untied": dict(tie_word_embeddings=False),
        "post-norm-gelu": dict(do_layer_norm_before=False, activation_function="gelu", enable_bias=False),
        "untied-projected": dict(tie_word_embeddings=False, word_embed_proj_dim=24)}),
    "phi": (SIZES, {
        "plain": {}, "qk-norm": dict(qk_layernorm=True), "equal-heads": dict(num_key_value_heads=4),
        "tied": dict(tie_word_embeddings=True), "relu": dict(hidden_act="relu"),
        "all-rotary": rope(partial_rotary_factor=1.0), "odd-rotary": rope(partial_rotary_factor=0.4),
        **every_rope(4, partial_rotary_factor=0.5)}),
    "phi3": (dict(SIZES, pad_token_id=0, original_max_position_embeddings=60), {
        "plain": {}, "window": dict(sliding_window=11), "tied": dict(tie_word_embeddings=True),
        "three-quarters": rope(partial_rotary_factor=0.75), "equal-heads": dict(num_key_value_heads=4),
        "longrope": rope(**longrope(8)), "longrope-part": rope(**longrope(6), partial_rotary_factor=0.75),
        "longrope-window": dict(rope(**longrope(8)), sliding_window=11)}),
    "qwen2": (SIZES, {
        "plain": {}, "window": dict(use_sliding_window=True, sliding_window=7, max_window_layers=1),
        "window-unused": dict(use_sliding_window=False, sliding_window=7, max_window_layers=1),
        "types": dict(use_sliding_window=True, sliding_window=7, layer_types=types("s", "f", "s")),
        "tied": dict(tie_word_embeddings=True), "equal-heads": dict(num_key_value_heads=4), **every_rope(8)}),
    "qwen2_moe": (dict(SIZES, **MOE, shared_expert_intermediate_size=72), {
        "plain": {}, "normed": dict(norm_topk_prob=True), "sparse-step": dict(decoder_sparse_step=2),
        "dense-layers": dict(mlp_only_layers=[1]), "no-bias": dict(qkv_bias=False), "top-1": dict(num_experts_per_tok=1),
        "top-all": dict(num_experts_per_tok=5, norm_topk_prob=True),
        "window": dict(use_sliding_window=True, sliding_window=7, max_window_layers=2), "yarn": rope(**YARN)}),
    "qwen3": (dict(SIZES, head_dim=24), {
        "plain": {}, "bias": dict(attention_bias=True), "tied": dict(tie_word_embeddings=True),
        "window": dict(use_sliding_window=True, sliding_window=7, max_window_layers=1),
        "types": dict(use_sliding_window=True, sliding_window=7, layer_types=types("s", "f", "s")), **every_rope(12)}),
    "qwen3_moe": (dict(SIZES, **MOE, head_dim=24), {
        "plain": {}, "normed": dict(norm_topk_prob=True), "sparse-step": dict(decoder_sparse_step=3),
        "dense-layers": dict(mlp_only_layers=[0, 2]), "bias": dict(attention_bias=True), "top-1": dict(num_experts_per_tok=1),
        "window": dict(use_sliding_window=True, sliding_window=7), "yarn": rope(**YARN)}),
    "seed_oss": (dict(SIZES, head_dim=24), {
        "plain": {}, "output-bias": dict(attention_out_bias=True), "no-bias": dict(attention_bias=False),
        "mlp-bias": dict(mlp_bias=True), "tied": dict(tie_word_embeddings=True), "yarn": rope(**YARN)}),
    "smollm3": (dict(SIZES, num_hidden_layers=4, pad_token_id=0), {
        "plain": {}, "interval-2": dict(no_rope_layer_interval=2), "layers": dict(no_rope_layers=[0, 1, 1, 0]),
        "window": dict(use_sliding_window=True, sliding_window=7), "biases": dict(attention_bias=True, mlp_bias=True),
        "untied": dict(tie_word_embeddings=False), **every_rope(8)}),
    "stablelm": (SIZES, {
        "plain": {}, "bias": dict(use_qkv_bias=True), "qk-norm": dict(qk_layernorm=True),
        "parallel": dict(use_parallel_residual=True), "tied": dict(tie_word_embeddings=True),
        "all": dict(use_parallel_residual=True, qk_layernorm=True, use_qkv_bias=True, num_key_value_heads=4),
        "all-rotary": rope(partial_rotary_factor=1.0), "half-rotary": rope(partial_rotary_factor=0.5),
        **every_rope(2, partial_rotary_factor=0.25)}),
    "starcoder2": (SIZES, {
        "plain": {}, "no-bias": dict(use_bias=False), "window": dict(sliding_window=7),
        "untied": dict(tie_word_embeddings=False), "relu": dict(hidden_act="relu"), "gelu": dict(hidden_act="gelu"),
        "epsilon": dict(norm_epsilon=1e-2), **every_rope(8)}),
}

TEXT = ("It was a bright cold day, and the clocks struck thirteen. Nobody in the street looked up; "
        "a clock that strikes thirteen is nothing new here.")
ROWS = [
    dict(text="The doctor", classes=[" said", " says that she", "?"]),
    dict(text="The doctor said that", classes=[" he", " she", " they"]),
    dict(text=TEXT[:40], classes=[" yes", " no, never"]),
    dict(text=TEXT[:59], classes=["x", "yz and more"]),
    dict(text=TEXT[:100], classes=[" and", " or else"]),
    dict(text=TEXT[:130], classes=[" and then", " or"]),
]


def alphabet():
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def byte_tokenizer():
    """Bytes are tokens."""
    tokenizer = Tokenizer(models.BPE({symbol: i for i, symbol in enumerate(alphabet())}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([END])
    return tokenizer


def write_tokenizer(folder):
    byte_tokenizer().save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
        json.dump(dict(tokenizer_class="PreTrainedTokenizerFast", bos_token=END, eos_token=END), file)


def randomise(model):
    """Weights under which every part of the model matters."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(0.2 * noise)
            elif any(part in name for part in ("embed", "wte", "wpe", "lm_head")):
                parameter.copy_(0.3 * noise)
            else:
                parameter.copy_(noise / math.sqrt(parameter.shape[-1]))


def form_of_transformers_4(config):
    """config.json as Transformers 4 wrote it, or None where it is the same."""
    old = dict(config)
    parameters = old.pop("rope_parameters", None)
    if parameters is None:
        return None
    if "full_attention" in parameters:
        old["rope_local_base_freq"] = parameters["sliding_attention"]["rope_theta"]
        parameters = parameters["full_attention"]
    parameters = dict(parameters)
    part = parameters.pop("partial_rotary_factor", None)
    neox = old["model_type"] == "gpt_neox"
    old["rotary_emb_base" if neox else "rope_theta"] = parameters.pop("rope_theta")
    if part is not None:
        old["rotary_pct" if neox else "partial_rotary_factor"] = part
    if parameters["rope_type"] != "default":
        old["rope_scaling"] = parameters
    old["torch_dtype"] = old.pop("dtype", "float32")
    return old


def make(folder, family, options):
    os.makedirs(folder, exist_ok=True)
    config = CONFIG_MAPPING[family](vocab_size=VOCABULARY, bos_token_id=256, eos_token_id=256, **options)
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32)
    randomise(model)
    model.save_pretrained(folder)


def log_probabilities(folder, encode, alibi_in_falcon, **more):
    # Transformers' eager attention of Falcon adds ALiBi twice.
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa" if alibi_in_falcon else "eager", **more).eval()
    results = []
    for row in ROWS:
        context = encode(row["text"]).ids
        scores = []
        for completion in row["classes"]:
            continuation = encode(completion).ids
            ids = torch.tensor([(context + continuation)[:-1]])
            with torch.no_grad():
                logits = model(ids, use_cache=False).logits[0, -len(continuation):]
            chosen = torch.log_softmax(logits.double(), -1).gather(1, torch.tensor(continuation)[:, None])
            scores.append(chosen[:, 0].tolist())
        results.append(scores)
    return results


def difference(folder, expected, arguments, model="."):
    """Largest difference per token, or what logprobe complains about."""
    output = os.path.join(folder, "output.jsonl")
    done = subprocess.run(
        [arguments.logprobe, "score", "--model", os.path.join(folder, model), "--input", os.path.join(folder, "input.jsonl"), "--output", output,
         "--backend", arguments.backend], capture_output=True, text=True)
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    with open(output) as lines:
        results = [json.loads(line)["token_logprobs"] for line in lines]
    return max(abs(a - b) for ours, theirs in zip(results, expected, strict=True)
               for x, y in zip(ours, theirs, strict=True) for a, b in zip(x, y, strict=True))


def folders(root, family, variant, options):
    """The model in both forms of its config.json."""
    first = os.path.join(root, f"{family}--{variant}")
    if not os.path.exists(os.path.join(first, "model.safetensors")):
        make(first, family, options)
    with open(os.path.join(first, "config.json")) as file:
        old = form_of_transformers_4(json.load(file))
    if old is None:
        return [first]
    second = first + "--4"
    os.makedirs(second, exist_ok=True)
    with open(os.path.join(second, "config.json"), "w") as file:
        json.dump(old, file, indent=2)
    weights = os.path.join(second, "model.safetensors")
    if not os.path.exists(weights):
        os.link(os.path.join(first, "model.safetensors"), weights)
    return [first, second]


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
    print("| family | models | tokens | largest difference per token |\n|---|---|---|---|")
    for family, (base, variants) in VARIANTS.items():
        worst, count = 0.0, 0
        for variant, options in variants.items():
            if not re.search(arguments.only, f"{family}--{variant}"):
                continue
            for folder in folders(arguments.folder, family, variant, {**base, **options}):
                write_tokenizer(folder)
                with open(os.path.join(folder, "input.jsonl"), "w") as file:
                    file.writelines(json.dumps(row) + "\n" for row in ROWS)
                expected = log_probabilities(folder, byte_tokenizer().encode, family == "falcon" and options.get("alibi", False))
                result = difference(folder, expected, arguments)
                count += 1
                if isinstance(result, str) or result > TOKEN_TOLERANCE:
                    failures += 1
                    print(f"{os.path.basename(folder)}: {result}", file=sys.stderr, flush=True)
                else:
                    worst = max(worst, result)
        if count:
            tokens = count * sum(len(completion) for row in ROWS for completion in row["classes"])
            print(f"| {family} | {count} | {tokens} | {worst:.1e} |", flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
