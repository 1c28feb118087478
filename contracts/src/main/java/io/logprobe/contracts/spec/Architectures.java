package io.logprobe.contracts.spec;

import java.util.Set;

/// The model families that can be scored, as `model_type` of `config.json` or a GGUF file names them.
public final class Architectures {

    /// Every family that the engine of the same release describes.
    public static final Set<String> SUPPORTED = Set.of(
            "arcee",
            "bloom",
            "codegen",
            "cohere",
            "cohere2",
            "ernie4_5",
            "exaone4",
            "falcon",
            "gemma",
            "gemma2",
            "gemma3",
            "gemma3_text",
            "glm",
            "glm4",
            "gpt2",
            "gpt_bigcode",
            "gpt_neo",
            "gpt_neox",
            "gptj",
            "granite",
            "granitemoe",
            "helium",
            "llama",
            "mistral",
            "mixtral",
            "mpt",
            "nemotron",
            "olmo",
            "olmo2",
            "olmo3",
            "olmoe",
            "opt",
            "phi",
            "phi3",
            "qwen2",
            "qwen2_moe",
            "qwen3",
            "qwen3_moe",
            "seed_oss",
            "smollm3",
            "stablelm",
            "starcoder2");

    /// `general.architecture` of the GGUF files that the engine of the same release reads.
    public static final Set<String> GGUF = Set.of(
            "arcee",
            "bloom",
            "cohere2",
            "command-r",
            "ernie4_5",
            "exaone4",
            "falcon",
            "gemma",
            "gemma2",
            "gemma3",
            "gpt2",
            "gptneox",
            "granite",
            "granitemoe",
            "llama",
            "mpt",
            "nemotron",
            "olmo",
            "olmo2",
            "olmoe",
            "phi2",
            "phi3",
            "qwen2",
            "qwen2moe",
            "qwen3",
            "qwen3moe",
            "seed_oss",
            "smollm3",
            "stablelm",
            "starcoder",
            "starcoder2");

    private Architectures() {}
}
