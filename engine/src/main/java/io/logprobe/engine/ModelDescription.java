package io.logprobe.engine;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.tokenizer.BosPolicy;

/// What a [Scorer] scores with; goes into every result's provenance.
///
/// @param backend `reference`, `cpu` or `cuda`
/// @param backendDetail what it computes with, e.g. `oneDNN 3.13.0, avx512_core_bf16`
/// @param architecture `model_type` of config.json
/// @param parameters number of distinct stored weights
/// @param maxLength longest input in tokens; longer ones lose their beginning
/// @param tokenizerDigest SHA-256 over the tokenizer's files, hexadecimal
public record ModelDescription(
        String backend,
        String backendDetail,
        ComputeType dtype,
        String architecture,
        long parameters,
        BosPolicy bos,
        int maxLength,
        String tokenizerDigest) {}
