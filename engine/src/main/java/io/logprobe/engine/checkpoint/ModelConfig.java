package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The values of `config.json`, checked when they are asked for: a getter either answers or names the file, the key
/// and what is wrong with it.
///
/// Getters take several names where families spell the same attribute differently (`n_embd`, `hidden_size`). A key
/// that is `null` counts as absent, as in Transformers. Two names with different values contradict each other and are
/// refused.
public final class ModelConfig {

    /// Largest dimension, vocabulary or context length that a config may state.
    public static final int MAX_SIZE = 1 << 25;

    private final String source;
    private final String path;
    private final ObjectNode values;

    private ModelConfig(String source, String path, ObjectNode values) {
        this.source = source;
        this.path = path;
        this.values = values;
    }

    /// Reads `config.json` of a model folder. A GGUF model, named itself or alone in a folder without
    /// `config.json`, states the same in its metadata.
    public static ModelConfig open(Path folder) {
        Path file = folder.resolve("config.json");
        if (Files.exists(file)) {
            return of(file.toString(), JsonDocument.read(file));
        }
        return GgufMetadata.locate(folder)
                .map(gguf -> of(gguf.toString(), GgufConfig.read(gguf)))
                .orElseThrow(() -> new InvalidCheckpoint(folder + ": neither config.json nor a GGUF file"));
    }

    /// Wraps values that come from elsewhere; `source` is named in failures.
    public static ModelConfig of(String source, ObjectNode values) {
        return new ModelConfig(source, "", values);
    }

    /// Family name, such as `llama`.
    public String modelType() {
        return text("model_type");
    }

    /// Class names, such as `LlamaForCausalLM`; empty when absent.
    public List<String> architectures() {
        return has("architectures") ? texts("architectures") : List.of();
    }

    /// Whether a key is there and not `null`.
    public boolean has(String name) {
        return values.hasNonNull(name);
    }

    /// Whether a key is there and `null`: some families mean "none" by it where its absence means a default.
    public boolean isNull(String name) {
        return values.path(name).isNull();
    }

    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        values.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /// A dimension or count between 1 and [#MAX_SIZE].
    public int size(String... names) {
        return checkedSize(required(names));
    }

    public int sizeOr(int fallback, String... names) {
        return first(names).map(this::checkedSize).orElse(fallback);
    }

    /// Any integer that fits into 32 bits.
    public int integer(String... names) {
        return checkedInteger(required(names), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public int integerOr(int fallback, String... names) {
        return first(names)
                .map(entry -> checkedInteger(entry, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .orElse(fallback);
    }

    /// A finite number.
    public double number(String... names) {
        return checkedNumber(required(names));
    }

    public double numberOr(double fallback, String... names) {
        return first(names).map(this::checkedNumber).orElse(fallback);
    }

    public boolean flag(String... names) {
        return checkedFlag(required(names));
    }

    public boolean flagOr(boolean fallback, String... names) {
        return first(names).map(this::checkedFlag).orElse(fallback);
    }

    public String text(String... names) {
        return checkedText(required(names));
    }

    public String textOr(String fallback, String... names) {
        return first(names).map(this::checkedText).orElse(fallback);
    }

    /// A list of finite numbers.
    public List<Double> numbers(String... names) {
        Entry list = required(names);
        return elements(list).stream().map(this::checkedNumber).toList();
    }

    public List<Integer> integers(String... names) {
        Entry list = required(names);
        return elements(list).stream()
                .map(entry -> checkedInteger(entry, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .toList();
    }

    public List<String> texts(String... names) {
        Entry list = required(names);
        return elements(list).stream().map(this::checkedText).toList();
    }

    /// A nested object, such as MPT's `attn_config`.
    public Optional<ModelConfig> object(String... names) {
        return first(names).map(this::checkedObject);
    }

    /// As [#object], an object without keys where there is none.
    public ModelConfig objectOrEmpty(String name) {
        return object(name)
                .orElseGet(() -> new ModelConfig(source, path + name + ".", JsonNodeFactory.instance.objectNode()));
    }

    /// A list of strings that repeats.
    public record Run(List<String> values, int times) {}

    /// Runs in the form of GPT-Neo's `attention_types`: `[[["global", "local"], 12]]`.
    public List<Run> runs(String name) {
        return elements(required(name)).stream()
                .map(entry -> {
                    List<Entry> run = elements(entry);
                    if (run.size() != 2) {
                        throw invalid(entry.name, "must be a list of strings and a count, not " + shown(entry.value));
                    }
                    List<String> values = elements(run.getFirst()).stream()
                            .map(this::checkedText)
                            .toList();
                    return new Run(values, checkedInteger(run.getLast(), 0, MAX_SIZE));
                })
                .toList();
    }

    /// The element type that the weights are said to have, under its Transformers 5 or 4 name; without `torch.`.
    public Optional<String> dtype() {
        return first("dtype", "torch_dtype").map(this::checkedText).map(name -> name.replaceFirst("^torch\\.", ""));
    }

    /// Rotary parameters of a layer type (`full_attention`, `sliding_attention`), in the form of Transformers 5:
    /// `rope_type`, `rope_theta` and the parameters of that type, whichever of these forms the file has:
    /// `rope_parameters` (flat or by layer type), or `rope_theta`, `rope_local_base_freq` and `rope_scaling` with
    /// `rope_type` or `type`. `rope_theta` is absent when the file does not state it.
    public ModelConfig rope(String layerType) {
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        Optional<ModelConfig> parameters = object("rope_parameters");
        boolean byLayerType = parameters.isPresent()
                && parameters.get().values.properties().stream()
                        .anyMatch(entry -> entry.getValue().isObject());
        // Gemma 3 scales its global layers only.
        boolean local = layerType.equals("sliding_attention");
        JsonNode theta = values.get(local ? "rope_local_base_freq" : "rope_theta");
        if (theta != null && !theta.isNull()) {
            merged.set("rope_theta", theta);
        }
        if (!local) {
            object("rope_scaling").ifPresent(scaling -> merged.setAll(scaling.values));
        }
        parameters
                .flatMap(all -> byLayerType ? all.object(layerType) : Optional.of(all))
                .ifPresent(own -> merged.setAll(own.values));
        String where = parameters.isPresent() ? "rope_parameters." : "rope_scaling.";
        ModelConfig rope = new ModelConfig(source, path + where, merged);
        String type = rope.textOr("default", "rope_type", "type");
        merged.put("rope_type", type);
        merged.remove("type");
        return rope;
    }

    /// A failure that names a key of this config whose value is sound, but not supported.
    public UnsupportedModel unsupported(String name, String problem) {
        return new UnsupportedModel(source + ": " + path + name + " " + problem);
    }

    /// A failure that names a key of this config.
    public InvalidCheckpoint invalid(String name, String problem) {
        return new InvalidCheckpoint(source + ": " + path + name + " " + problem);
    }

    private record Entry(String name, JsonNode value) {}

    private Optional<Entry> first(String... names) {
        Entry found = null;
        for (String name : names) {
            if (!has(name)) {
                continue;
            }
            Entry entry = new Entry(name, values.get(name));
            if (found == null) {
                found = entry;
            } else if (!sameValue(found.value, entry.value)) {
                throw invalid(
                        found.name, "is " + shown(found.value) + " but " + path + name + " is " + shown(entry.value));
            }
        }
        return Optional.ofNullable(found);
    }

    private static boolean sameValue(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return Double.compare(a.doubleValue(), b.doubleValue()) == 0;
        }
        return Objects.equals(a, b);
    }

    private Entry required(String... names) {
        return first(names).orElseThrow(() -> invalid(String.join(" or ", names), "is missing"));
    }

    private int checkedSize(Entry entry) {
        return checkedInteger(entry, 1, MAX_SIZE);
    }

    private int checkedInteger(Entry entry, int least, int most) {
        JsonNode value = entry.value;
        // Some published configs write sizes as 4096.0.
        boolean integral = value.isIntegralNumber() || (value.isNumber() && value.doubleValue() % 1 == 0);
        if (!integral) {
            throw invalid(entry.name, "must be an integer, not " + shown(value));
        }
        if (value.doubleValue() < least || value.doubleValue() > most) {
            throw invalid(entry.name, "must be between " + least + " and " + most + ", not " + shown(value));
        }
        return (int) value.doubleValue();
    }

    private double checkedNumber(Entry entry) {
        if (!entry.value.isNumber() || !Double.isFinite(entry.value.doubleValue())) {
            throw invalid(entry.name, "must be a finite number, not " + shown(entry.value));
        }
        return entry.value.doubleValue();
    }

    private boolean checkedFlag(Entry entry) {
        if (!entry.value.isBoolean()) {
            throw invalid(entry.name, "must be true or false, not " + shown(entry.value));
        }
        return entry.value.booleanValue();
    }

    private String checkedText(Entry entry) {
        if (!entry.value.isTextual()) {
            throw invalid(entry.name, "must be a string, not " + shown(entry.value));
        }
        return entry.value.textValue();
    }

    private ModelConfig checkedObject(Entry entry) {
        if (entry.value instanceof ObjectNode object) {
            return new ModelConfig(source, path + entry.name + ".", object);
        }
        throw invalid(entry.name, "must be an object, not " + shown(entry.value));
    }

    private List<Entry> elements(Entry list) {
        if (!list.value.isArray()) {
            throw invalid(list.name, "must be a list, not " + shown(list.value));
        }
        List<Entry> elements = new ArrayList<>(list.value.size());
        for (int i = 0; i < list.value.size(); i++) {
            elements.add(new Entry(list.name + "[" + i + "]", list.value.get(i)));
        }
        return elements;
    }

    private static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
