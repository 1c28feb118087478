package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.failure.UnsupportedModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The `config.json` that a GGUF file stands for, made of its metadata and of the tensors that it has or lacks.
final class GgufConfig {

    private static final String ROPE_FACTORS = "rope_freqs.weight";

    private final GgufMetadata metadata;
    private final Checkpoint checkpoint;
    private final GgufArchitecture architecture;
    private final ObjectNode config = JsonNodeFactory.instance.objectNode();

    private GgufConfig(GgufMetadata metadata, Checkpoint checkpoint, GgufArchitecture architecture) {
        this.metadata = metadata;
        this.checkpoint = checkpoint;
        this.architecture = architecture;
    }

    static ObjectNode read(Path file) {
        GgufMetadata metadata = GgufMetadata.read(file);
        String key = metadata.text("general.architecture")
                .orElseThrow(() -> metadata.invalid("general.architecture", "is missing"));
        GgufArchitecture architecture = GgufArchitecture.find(key)
                .orElseThrow(() -> new UnsupportedModel(file + ": general.architecture '" + key
                        + "' is not supported as a GGUF file; supported are "
                        + Stream.of(GgufArchitecture.values())
                                .map(GgufArchitecture::key)
                                .collect(Collectors.joining(", "))));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return new GgufConfig(metadata, checkpoint, architecture).config();
        }
    }

    private ObjectNode config() {
        switch (architecture) {
            case LLAMA -> {
                boolean sparse = metadata.integer(name("expert_count")).orElse(0L) > 0;
                llama(sparse ? "mixtral" : "llama", sparse ? "MixtralForCausalLM" : "LlamaForCausalLM");
                if (sparse) {
                    integer("expert_count", "num_local_experts");
                    integer("expert_used_count", "num_experts_per_tok");
                }
            }
            case QWEN2 -> llama("qwen2", "Qwen2ForCausalLM");
            case QWEN3 -> llama("qwen3", "Qwen3ForCausalLM");
            case GPT2 -> gpt2();
        }
        config.put("tie_word_embeddings", !checkpoint.has("lm_head.weight"));
        metadata.integer("tokenizer.ggml.bos_token_id").ifPresent(id -> config.put("bos_token_id", id));
        metadata.integer("tokenizer.ggml.eos_token_id").ifPresent(id -> config.put("eos_token_id", id));
        return config;
    }

    private void llama(String modelType, String model) {
        config.put("model_type", modelType).putArray("architectures").add(model);
        integer("embedding_length", "hidden_size");
        integer("feed_forward_length", "intermediate_size");
        integer("block_count", "num_hidden_layers");
        integer("context_length", "max_position_embeddings");
        integer("attention.head_count", "num_attention_heads");
        integer("attention.head_count_kv", "num_key_value_heads");
        integer(
                metadata.has(name("attention.key_length")) ? "attention.key_length" : "rope.dimension_count",
                "head_dim");
        number("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        number("rope.freq_base", "rope_theta");
        config.put("hidden_act", "silu");
        config.put("attention_bias", checkpoint.has("model.layers.0.self_attn.q_proj.bias"));
        config.put("mlp_bias", checkpoint.has("model.layers.0.mlp.gate_proj.bias"));
        vocabulary("model.embed_tokens.weight");
        ropeScaling();
    }

    private void gpt2() {
        config.put("model_type", "gpt2").putArray("architectures").add("GPT2LMHeadModel");
        integer("embedding_length", "n_embd");
        integer("feed_forward_length", "n_inner");
        integer("block_count", "n_layer");
        integer("context_length", "n_positions");
        integer("attention.head_count", "n_head");
        number("attention.layer_norm_epsilon", "layer_norm_epsilon");
        config.put("activation_function", "gelu_new");
        vocabulary("transformer.wte.weight");
    }

    private void vocabulary(String embedding) {
        config.put("vocab_size", checkpoint.info(embedding).rows());
    }

    private void ropeScaling() {
        String type = metadata.text(name("rope.scaling.type")).orElse("none");
        if (checkpoint.has(ROPE_FACTORS)) {
            factors();
        } else if (!type.equals("none")) {
            ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", type);
            metadata.number(name("rope.scaling.factor")).ifPresent(factor -> scaling.put("factor", factor));
            metadata.integer(name("rope.scaling.original_context_length"))
                    .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
        }
    }

    /// Llama 3.1 and later: one divisor per frequency, for every position. Transformers' LongRoPE with equal short and
    /// long factors and no change of attention is the same.
    private void factors() {
        long count = checkpoint.info(ROPE_FACTORS).elements();
        ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", "longrope");
        scaling.put("attention_factor", 1.0);
        integer("context_length", "original_max_position_embeddings", scaling);
        ArrayNode shortFactors = scaling.putArray("short_factor");
        ArrayNode longFactors = scaling.putArray("long_factor");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(count * Float.BYTES, Float.BYTES);
            checkpoint.readFloat32(ROPE_FACTORS, values);
            for (long i = 0; i < count; i++) {
                float factor = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                shortFactors.add(factor);
                longFactors.add(factor);
            }
        }
    }

    private void integer(String key, String name) {
        integer(key, name, config);
    }

    private void integer(String key, String name, ObjectNode target) {
        metadata.integer(name(key)).ifPresent(value -> target.put(name, value));
    }

    private void number(String key, String name) {
        metadata.number(name(key)).ifPresent(value -> config.put(name, value));
    }

    private String name(String key) {
        return architecture.key() + "." + key;
    }
}
