package io.logprobe.engine.tokenizer;

import io.logprobe.engine.checkpoint.ModelConfig;
import java.util.List;
import java.util.Map;

/// The longest input that lm-evaluation-harness gives to a model (`resolve_max_length` in `lm_eval/models/utils.py`).
public final class MaxLength {

    private static final List<String> NAMES = List.of("n_positions", "max_position_embeddings", "n_ctx");

    /// What Transformers assumes for a family whose `config.json` says nothing.
    private static final Map<String, Integer> FAMILY_DEFAULTS = Map.ofEntries(
            Map.entry("gpt2", 1024),
            Map.entry("gpt_bigcode", 1024),
            Map.entry("gpt_neo", 2048),
            Map.entry("gptj", 2048),
            Map.entry("codegen", 2048),
            Map.entry("gpt_neox", 2048),
            Map.entry("opt", 2048),
            Map.entry("falcon", 2048),
            Map.entry("llama", 2048),
            Map.entry("phi", 2048),
            Map.entry("olmo", 2048),
            Map.entry("olmo2", 2048),
            Map.entry("granite", 2048),
            Map.entry("phi3", 4096),
            Map.entry("stablelm", 4096),
            Map.entry("starcoder2", 4096),
            Map.entry("gemma", 8192),
            Map.entry("gemma2", 8192),
            Map.entry("cohere", 8192),
            Map.entry("qwen2", 32_768),
            Map.entry("qwen2_moe", 32_768),
            Map.entry("qwen3", 32_768),
            Map.entry("qwen3_moe", 32_768),
            Map.entry("smollm3", 32_768),
            Map.entry("mistral", 131_072),
            Map.entry("mixtral", 131_072),
            Map.entry("gemma3_text", 131_072));

    private static final int LAST_RESORT = 2048;

    private MaxLength() {}

    /// Looks into the text model's config, then the tokenizer's.
    public static int resolve(ModelConfig config, Tokenizer tokenizer) {
        ModelConfig text = config.object("text_config").orElse(config);
        for (String name : NAMES) {
            if (text.has(name)) {
                return text.size(name);
            }
        }
        Integer family = FAMILY_DEFAULTS.get(text.textOr("", "model_type"));
        return family != null ? family : tokenizer.maxLength().orElse(LAST_RESORT);
    }
}
