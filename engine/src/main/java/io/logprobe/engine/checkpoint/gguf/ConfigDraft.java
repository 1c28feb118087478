package io.logprobe.engine.checkpoint.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// The `config.json` that a GGUF file stands for, while its sheet writes it. What the file does not state is left out:
/// the family has its own default.
public final class ConfigDraft {

    private static final String LAYERS = "model.layers.";

    /// More than any family takes.
    private static final long MOST_LAYERS = 1 << 16;

    private final String prefix;
    private final GgufFacts facts;
    private final ObjectNode config = JsonNodeFactory.instance.objectNode();

    private ConfigDraft(GgufArchitecture architecture, GgufFacts facts) {
        this.prefix = architecture.key() + ".";
        this.facts = facts;
    }

    /// The config of a file.
    public static ObjectNode of(GgufArchitecture architecture, GgufFacts facts) {
        ConfigDraft draft = new ConfigDraft(architecture, facts);
        architecture.describe(draft);
        facts.integer("tokenizer.ggml.bos_token_id").ifPresent(id -> draft.config.put("bos_token_id", id));
        facts.integer("tokenizer.ggml.eos_token_id").ifPresent(id -> draft.config.put("eos_token_id", id));
        return draft.config;
    }

    /// Family and class in Transformers.
    void model(String modelType, String model) {
        config.put("model_type", modelType).putArray("architectures").add(model);
    }

    /// What Llama's config and those of most other families have in common.
    void llama() {
        integer("embedding_length", "hidden_size");
        integer("feed_forward_length", "intermediate_size");
        integer("block_count", "num_hidden_layers");
        integer("context_length", "max_position_embeddings");
        integer("attention.head_count", "num_attention_heads");
        integer("attention.head_count_kv", "num_key_value_heads");
        integer("attention.key_length", "head_dim");
        number("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        tokens("model.embed_tokens", "lm_head");
        rope();
    }

    /// Names of the two matrices with a row for every token.
    void tokens(String embedding, String head) {
        config.put("vocab_size", facts.rows(embedding + ".weight"));
        config.put("tie_word_embeddings", !has(head + ".weight"));
    }

    /// Base frequency and its scaling.
    void rope() {
        number("rope.freq_base", "rope_theta");
        String type = text("rope.scaling.type").orElse("none");
        if (has("rope_freqs.weight")) {
            ObjectNode scaling = longRope("rope_freqs", "rope_freqs");
            scaling.put("attention_factor", 1.0);
            integer("context_length", "original_max_position_embeddings", scaling);
        } else if (has("rope_factors_long.weight")) {
            ObjectNode scaling = longRope("rope_factors_short", "rope_factors_long");
            number("rope.scaling.attn_factor", "attention_factor", scaling);
            integer("rope.scaling.original_context_length", "original_max_position_embeddings");
        } else if (!type.equals("none")) {
            ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", type);
            number("rope.scaling.factor", "factor", scaling);
            integer("rope.scaling.original_context_length", "original_max_position_embeddings", scaling);
            number("rope.scaling.yarn_attn_factor", "attention_factor", scaling);
            number("rope.scaling.yarn_beta_fast", "beta_fast", scaling);
            number("rope.scaling.yarn_beta_slow", "beta_slow", scaling);
        }
    }

    /// One divisor per frequency. Those of Llama 3.1 hold for inputs of every length, which is LongRoPE with equal
    /// lists and no change of attention.
    private ObjectNode longRope(String forShort, String forLong) {
        ObjectNode scaling = config.putObject("rope_scaling").put("rope_type", "longrope");
        ArrayNode shortFactors = scaling.putArray("short_factor");
        facts.values(forShort + ".weight").forEach(shortFactors::add);
        ArrayNode longFactors = scaling.putArray("long_factor");
        facts.values(forLong + ".weight").forEach(longFactors::add);
        return scaling;
    }

    /// The share of each head that turns, such that the family computes the number of dimensions that the file states.
    void partialRotation() {
        integer("rope.dimension_count").ifPresent(turned -> {
            long width = headWidth();
            double share = (double) turned / width;
            config.put("partial_rotary_factor", (long) (width * share) < turned ? Math.nextUp(share) : share);
        });
    }

    /// Width of a head, stated or shared out.
    long headWidth() {
        return integer("attention.key_length")
                .orElseGet(() -> required("embedding_length") / required("attention.head_count"));
    }

    /// Which layers slide. GGUF has a list, or the period at whose end one layer does not.
    void slidingLayers(long period) {
        String key = prefix + "attention.sliding_window_pattern";
        long layers = layers().count();
        List<Boolean> sliding = facts.isList(key)
                ? facts.flags(key).orElseThrow()
                : periodic(facts.integer(key).orElse(period));
        if (sliding.size() < layers) {
            throw facts.invalid(key, "has " + sliding.size() + " elements for " + layers + " layers");
        }
        ArrayNode types = config.putArray("layer_types");
        sliding.stream().limit(layers).forEach(slides -> types.add(slides ? "sliding_attention" : "full_attention"));
    }

    private List<Boolean> periodic(long period) {
        return layers().mapToObj(layer -> period < 1 || layer % period < period - 1)
                .toList();
    }

    /// Layers under `model.` that lack a tensor, by number.
    List<Long> layersWithout(String tensor) {
        return layers().boxed().filter(i -> !has(LAYERS + i + "." + tensor)).toList();
    }

    /// First dimension of a tensor in the first layer under `model.` that has it.
    Optional<Long> firstRows(String tensor) {
        return layers().mapToObj(i -> LAYERS + i + "." + tensor)
                .filter(this::has)
                .map(facts::rows)
                .findFirst();
    }

    private LongStream layers() {
        return LongStream.range(0, Math.min(required("block_count"), MOST_LAYERS));
    }

    boolean has(String tensor) {
        return facts.hasTensor(tensor);
    }

    Optional<String> text(String key) {
        return facts.text(prefix + key);
    }

    Optional<Long> integer(String key) {
        return facts.integer(prefix + key);
    }

    Optional<Double> number(String key) {
        return facts.number(prefix + key);
    }

    Optional<Boolean> flag(String key) {
        return facts.flag(prefix + key);
    }

    /// An integer that no file of the architecture lacks.
    long required(String key) {
        long value = integer(key).orElseThrow(() -> facts.invalid(prefix + key, "is missing"));
        if (value < 1) {
            throw facts.invalid(prefix + key, "must be positive, not " + value);
        }
        return value;
    }

    RuntimeException unsupported(String key, String problem) {
        return facts.unsupported(prefix + key, problem);
    }

    /// Copies an integer, if the file states it.
    void integer(String key, String name) {
        integer(key, name, config);
    }

    private void integer(String key, String name, ObjectNode target) {
        integer(key).ifPresent(value -> target.put(name, value));
    }

    /// Copies a number, if the file states it.
    void number(String key, String name) {
        number(key, name, config);
    }

    private void number(String key, String name, ObjectNode target) {
        number(key).ifPresent(value -> target.put(name, value));
    }

    void put(String name, String value) {
        config.put(name, value);
    }

    void put(String name, boolean value) {
        config.put(name, value);
    }

    void put(String name, long value) {
        config.put(name, value);
    }

    void put(String name, double value) {
        config.put(name, value);
    }

    /// What the file says it has none of, where absence would mean a default.
    void putNull(String name) {
        config.putNull(name);
    }

    void put(String name, List<Long> values) {
        ArrayNode array = config.putArray(name);
        values.forEach(array::add);
    }

    /// A nested object.
    ObjectNode object(String name) {
        return config.putObject(name);
    }
}
