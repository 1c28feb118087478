package io.logprobe.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.engine.checkpoint.Checkpoint;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.tokenizer.GgufVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes a model folder as a GGUF file in float32, as llama.cpp's converter does: written after that, not after what
/// is tested.
final class GgufExport {

    private static final int UNUSED = 5;

    private static final Map<String, String> ARCHITECTURES = Map.ofEntries(
            Map.entry("gemma3_text", "gemma3"),
            Map.entry("phi", "phi2"),
            Map.entry("gpt_neox", "gptneox"),
            Map.entry("gpt_bigcode", "starcoder"),
            Map.entry("cohere", "command-r"),
            Map.entry("mixtral", "llama"),
            Map.entry("qwen2_moe", "qwen2moe"),
            Map.entry("qwen3_moe", "qwen3moe"),
            Map.entry("olmo3", "olmo2"));

    private static final Map<String, String> INTEGERS = Map.ofEntries(
            Map.entry("hidden_size", "embedding_length"),
            Map.entry("n_embd", "embedding_length"),
            Map.entry("d_model", "embedding_length"),
            Map.entry("intermediate_size", "feed_forward_length"),
            Map.entry("n_inner", "feed_forward_length"),
            Map.entry("num_hidden_layers", "block_count"),
            Map.entry("n_layer", "block_count"),
            Map.entry("n_layers", "block_count"),
            Map.entry("max_position_embeddings", "context_length"),
            Map.entry("n_positions", "context_length"),
            Map.entry("max_seq_len", "context_length"),
            Map.entry("num_attention_heads", "attention.head_count"),
            Map.entry("n_head", "attention.head_count"),
            Map.entry("n_heads", "attention.head_count"),
            Map.entry("num_key_value_heads", "attention.head_count_kv"),
            Map.entry("num_kv_heads", "attention.head_count_kv"),
            Map.entry("head_dim", "attention.key_length"),
            Map.entry("num_local_experts", "expert_count"),
            Map.entry("num_experts", "expert_count"),
            Map.entry("num_experts_per_tok", "expert_used_count"),
            Map.entry("moe_intermediate_size", "expert_feed_forward_length"),
            Map.entry("shared_expert_intermediate_size", "expert_shared_feed_forward_length"),
            Map.entry("original_max_position_embeddings", "rope.scaling.original_context_length"));

    private static final Map<String, String> NUMBERS = Map.ofEntries(
            Map.entry("layer_norm_eps", "attention.layer_norm_epsilon"),
            Map.entry("layer_norm_epsilon", "attention.layer_norm_epsilon"),
            Map.entry("norm_epsilon", "attention.layer_norm_epsilon"),
            Map.entry("norm_eps", "attention.layer_norm_epsilon"),
            Map.entry("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
            Map.entry("rope_local_base_freq", "rope.freq_base_swa"),
            Map.entry("attn_logit_softcapping", "attn_logit_softcapping"),
            Map.entry("final_logit_softcapping", "final_logit_softcapping"),
            Map.entry("clip_qkv", "attention.clamp_kqv"),
            Map.entry("attention_multiplier", "attention.scale"),
            Map.entry("embedding_multiplier", "embedding_scale"),
            Map.entry("residual_multiplier", "residual_scale"),
            Map.entry("logits_scaling", "logit_scale"),
            Map.entry("logit_scale", "logit_scale"));

    private final Path model;
    private final JsonNode config;
    private final String architecture;
    private final GgufBuilder file = new GgufBuilder();

    private GgufExport(Path model) throws IOException {
        this.model = model;
        this.config = new ObjectMapper().readTree(model.resolve("config.json").toFile());
        String modelType = config.get("model_type").textValue();
        this.architecture = ARCHITECTURES.getOrDefault(modelType, modelType);
    }

    /// The bytes of the file.
    ///
    /// @param pre value of `tokenizer.ggml.pre`, `default` for a SentencePiece vocabulary
    static byte[] of(Path model, String pre, boolean beginning) throws IOException {
        GgufExport export = new GgufExport(model);
        export.file.text("general.architecture", export.architecture);
        export.hyperparameters();
        export.vocabulary(pre, beginning);
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            new GgufExportTensors(export.architecture, export.config, checkpoint).addTo(export.file);
        }
        return export.file.build();
    }

    private void hyperparameters() {
        INTEGERS.forEach((name, key) ->
                stated(config, name).ifPresent(value -> file.uint32(architecture + "." + key, value.longValue())));
        NUMBERS.forEach((name, key) -> stated(config, name).ifPresent(value -> number(key, value.doubleValue())));
        switch (architecture) {
            case "falcon" -> {
                if (!config.has("num_kv_heads")) {
                    integer("attention.head_count_kv", 1);
                }
                if (!config.has("max_position_embeddings")) {
                    integer("context_length", 2048);
                }
            }
            case "bloom" -> integer("context_length", 2048);
            case "mpt" -> {
                JsonNode attention = config.get("attn_config");
                boolean alibi = attention.get("alibi").booleanValue();
                number("attention.max_alibi_bias", alibi ? 8 : 0);
                stated(attention, "clip_qkv").ifPresent(value -> number("attention.clamp_kqv", value.doubleValue()));
            }
            case "starcoder" -> integer("attention.head_count_kv", 1);
            case "gptneox", "stablelm" ->
                // Of StableLM, also where the config says nothing and Transformers means false.
                file.flag(
                        architecture + ".use_parallel_residual",
                        config.path("use_parallel_residual").asBoolean(true));
            case "olmoe", "qwen3moe" ->
                file.flag(
                        architecture + ".expert_weights_norm",
                        config.get("norm_topk_prob").booleanValue());
            default -> {}
        }
        slidingWindow();
        rotation();
    }

    private void slidingWindow() {
        boolean stated = List.of("gemma2", "gemma3", "phi3", "starcoder2", "cohere2", "exaone4")
                        .contains(architecture)
                || config.get("model_type").textValue().equals("olmo3");
        if (!stated) {
            return;
        }
        Optional<JsonNode> window = stated(config, "sliding_window");
        if (window.isPresent() || architecture.equals("phi3")) {
            integer("attention.sliding_window", window.map(JsonNode::longValue).orElse(0L));
        }
        if (config.has("layer_types")) {
            List<Boolean> pattern = new ArrayList<>();
            config.get("layer_types")
                    .forEach(type -> pattern.add(type.textValue().equals("sliding_attention")));
            file.flags(architecture + ".attention.sliding_window_pattern", pattern);
        } else {
            stated(config, "sliding_window_pattern")
                    .ifPresent(period -> integer("attention.sliding_window_pattern", period.longValue()));
        }
    }

    private void rotation() {
        JsonNode parameters = config.path("rope_parameters").has("full_attention")
                ? config.get("rope_parameters").get("full_attention")
                : config.path("rope_parameters");
        stated(config, "rope_theta")
                .or(() -> stated(parameters, "rope_theta"))
                .or(() -> stated(config, "rotary_emb_base"))
                .ifPresent(theta -> number("rope.freq_base", theta.doubleValue()));
        stated(config, "partial_rotary_factor")
                .or(() -> stated(config, "rotary_pct"))
                .ifPresent(share -> integer("rope.dimension_count", (long) (share.doubleValue()
                        * config.get("hidden_size").intValue()
                        / config.get("num_attention_heads").intValue())));
        JsonNode scaling = config.path("rope_scaling").isObject() ? config.get("rope_scaling") : parameters;
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        if (type.equals("linear") || type.equals("yarn")) {
            file.text(architecture + ".rope.scaling.type", type);
            number("rope.scaling.factor", scaling.get("factor").doubleValue());
            stated(scaling, "original_max_position_embeddings")
                    .ifPresent(length -> integer("rope.scaling.original_context_length", length.longValue()));
        } else if (type.equals("llama3")) {
            file.tensor("rope_freqs.weight", 0, GgufExportTensors.bytes(llama3Divisors(scaling)), headPairs());
        } else if (type.equals("longrope")) {
            double original = config.get("original_max_position_embeddings").doubleValue();
            double factor = config.get("max_position_embeddings").doubleValue() / original;
            file.text(architecture + ".rope.scaling.type", type);
            number("rope.scaling.attn_factor", Math.sqrt(1 + Math.log(factor) / Math.log(original)));
            file.tensor("rope_factors_long.weight", 0, floats(scaling.get("long_factor")), headPairs());
            file.tensor("rope_factors_short.weight", 0, floats(scaling.get("short_factor")), headPairs());
        }
    }

    private int headPairs() {
        return config.get("hidden_size").intValue()
                / config.get("num_attention_heads").intValue()
                / 2;
    }

    private float[] llama3Divisors(JsonNode scaling) {
        double factor = scaling.get("factor").doubleValue();
        double low = scaling.get("low_freq_factor").doubleValue();
        double high = scaling.get("high_freq_factor").doubleValue();
        double original = scaling.get("original_max_position_embeddings").doubleValue();
        float[] divisors = new float[headPairs()];
        for (int i = 0; i < divisors.length; i++) {
            double theta = config.get("rope_theta").doubleValue();
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / divisors.length);
            double smooth = Math.clamp((original / wavelength - low) / (high - low), 0, 1);
            divisors[i] = (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }

    private static byte[] floats(JsonNode numbers) {
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i).floatValue();
        }
        return GgufExportTensors.bytes(values);
    }

    private void vocabulary(String pre, boolean beginning) throws IOException {
        GgufVocabulary vocabulary = GgufVocabulary.of(model);
        List<String> tokens = new ArrayList<>(vocabulary.tokens());
        List<Integer> types = new ArrayList<>(vocabulary.types());
        List<Float> scores = new ArrayList<>(vocabulary.scores());
        for (int id = tokens.size(); id < config.get("vocab_size").intValue(); id++) {
            tokens.add("[PAD" + id + "]");
            types.add(UNUSED);
            scores.add(-1e6f);
        }
        file.texts("tokenizer.ggml.tokens", tokens).int32s("tokenizer.ggml.token_type", types);
        file.text("tokenizer.ggml.pre", pre).flag("tokenizer.ggml.add_bos_token", beginning);
        if (pre.equals("default")) {
            file.text("tokenizer.ggml.model", "llama").float32s("tokenizer.ggml.scores", scores);
        } else {
            file.text("tokenizer.ggml.model", "gpt2").texts("tokenizer.ggml.merges", vocabulary.merges());
        }
        if (architecture.startsWith("gemma")) {
            file.flag("tokenizer.ggml.add_space_prefix", false);
        }
        // What a reference model's tokenizer declares is beside it; of the others, config.json says the same.
        Path golden = model.resolve("golden.json");
        JsonNode declared = Files.exists(golden) ? new ObjectMapper().readTree(golden.toFile()) : config;
        for (String token : List.of("bos", "eos")) {
            stated(declared, token + "_token_id")
                    .ifPresent(id -> file.uint32("tokenizer.ggml." + token + "_token_id", id.longValue()));
        }
    }

    private void integer(String key, long value) {
        file.uint32(architecture + "." + key, value);
    }

    private void number(String key, double value) {
        file.float32(architecture + "." + key, (float) value);
    }

    private static Optional<JsonNode> stated(JsonNode object, String name) {
        return Optional.ofNullable(object.get(name)).filter(JsonNode::isNumber);
    }
}
