package io.logprobe.engine.checkpoint.gguf;

import java.util.List;
import java.util.Optional;

/// All architectures of GGUF files that are read.
public final class GgufArchitectures {

    private static final List<GgufArchitecture> ALL = List.of(
            new Arcee(),
            new Bloom(),
            new Cohere2(),
            new CommandR(),
            new Ernie45(),
            new Exaone4(),
            new Falcon(),
            new Gemma(),
            new Gemma2(),
            new Gemma3(),
            new Gpt2(),
            new GptNeoX(),
            new Granite(),
            new GraniteMoe(),
            new Llama(),
            new Mpt(),
            new Nemotron(),
            new Olmo(),
            new Olmo2(),
            new Olmoe(),
            new Phi2(),
            new Phi3(),
            new Qwen2(),
            new Qwen2Moe(),
            new Qwen3(),
            new Qwen3Moe(),
            new SeedOss(),
            new SmolLm3(),
            new StableLm(),
            new Starcoder(),
            new Starcoder2());

    private GgufArchitectures() {}

    public static Optional<GgufArchitecture> find(String key) {
        return ALL.stream()
                .filter(architecture -> architecture.key().equals(key))
                .findFirst();
    }

    /// Their keys, in alphabetical order.
    public static List<String> keys() {
        return ALL.stream().map(GgufArchitecture::key).sorted().toList();
    }
}
