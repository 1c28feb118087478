package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.gguf.GgufArchitectures;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Metadata of a GGUF file; each getter answers or names the file and the key.
public final class GgufMetadata {

    private final Path file;
    private final Map<String, GgufValue> values;

    GgufMetadata(Path file, Map<String, GgufValue> values) {
        this.file = file;
        this.values = values;
    }

    /// Reads the metadata of a file, arrays included.
    public static GgufMetadata read(Path file) {
        try (TensorFile opened = TensorFile.open(file)) {
            return new GgufMetadata(
                    file, GgufHeader.read(opened, GgufHeader.Arrays.KEPT).metadata());
        }
    }

    /// The GGUF file with the metadata of the model that a path belongs to or, if it is a folder, of the only one in
    /// it. Of a model that is split into parts, that is the first part.
    ///
    /// @throws InvalidCheckpoint when a folder has several models, or a part is missing
    public static Optional<Path> locate(Path path) {
        return GgufParts.locate(path).map(GgufParts::first);
    }

    /// The values of `general.architecture` that are read.
    public static Set<String> architectures() {
        return Set.copyOf(GgufArchitectures.keys());
    }

    /// The file that the metadata came from.
    public Path file() {
        return file;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /// A string, if the key is there.
    public Optional<String> text(String key) {
        return find(key).map(value -> switch (value) {
            case GgufValue.Text(String text) -> text;
            case GgufValue.Int _, GgufValue.Real _, GgufValue.Flag _, GgufValue.Array _ ->
                throw invalid(key, "must be a string");
        });
    }

    /// An integer, if the key is there.
    public Optional<Long> integer(String key) {
        return find(key).map(value -> integer(key, value));
    }

    /// A number, if the key is there.
    public Optional<Double> number(String key) {
        return find(key).map(value -> number(key, value));
    }

    /// A truth value, if the key is there.
    public Optional<Boolean> flag(String key) {
        return find(key).map(value -> flag(key, value));
    }

    /// Whether the key is there and has many values.
    public boolean isList(String key) {
        return values.get(key) instanceof GgufValue.Array;
    }

    /// A list of truth values, if the key is there.
    public Optional<List<Boolean>> flags(String key) {
        return elements(key)
                .map(elements ->
                        elements.stream().map(element -> flag(key, element)).toList());
    }

    /// A list of strings, if the key is there.
    public Optional<List<String>> texts(String key) {
        return elements(key).map(elements -> {
            List<String> texts = new ArrayList<>(elements.size());
            for (GgufValue element : elements) {
                if (!(element instanceof GgufValue.Text(String text))) {
                    throw invalid(key, "must be an array of strings");
                }
                texts.add(text);
            }
            return texts;
        });
    }

    /// A list of integers, if the key is there.
    public Optional<List<Long>> integers(String key) {
        return elements(key)
                .map(elements ->
                        elements.stream().map(element -> integer(key, element)).toList());
    }

    /// A list of numbers, if the key is there.
    public Optional<List<Double>> numbers(String key) {
        return elements(key)
                .map(elements ->
                        elements.stream().map(element -> number(key, element)).toList());
    }

    /// A key that both have, each with another value, if there is one.
    Optional<String> differing(GgufMetadata other, Set<String> ignored) {
        return values.keySet().stream()
                .filter(key -> other.has(key) && !ignored.contains(key))
                .filter(key -> !values.get(key).equals(other.values.get(key)))
                .findFirst();
    }

    /// A failure that names a key.
    public InvalidCheckpoint invalid(String key, String problem) {
        return new InvalidCheckpoint(file + ": " + key + " " + problem);
    }

    private Optional<GgufValue> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    private Optional<List<GgufValue>> elements(String key) {
        return find(key).map(value -> switch (value) {
            case GgufValue.Array(long length, List<GgufValue> elements) when elements.size() == length -> elements;
            case GgufValue.Array _ -> throw invalid(key, "was not read");
            case GgufValue.Int _, GgufValue.Real _, GgufValue.Flag _, GgufValue.Text _ ->
                throw invalid(key, "must be an array");
        });
    }

    private boolean flag(String key, GgufValue value) {
        return switch (value) {
            case GgufValue.Flag(boolean flag) -> flag;
            case GgufValue.Int _, GgufValue.Real _, GgufValue.Text _, GgufValue.Array _ ->
                throw invalid(key, "must be true or false");
        };
    }

    private long integer(String key, GgufValue value) {
        return switch (value) {
            case GgufValue.Int(long number) -> number;
            case GgufValue.Real _, GgufValue.Flag _, GgufValue.Text _, GgufValue.Array _ ->
                throw invalid(key, "must be an integer");
        };
    }

    private double number(String key, GgufValue value) {
        return switch (value) {
            case GgufValue.Int(long number) -> number;
            case GgufValue.Real(double number) -> number;
            case GgufValue.Flag _, GgufValue.Text _, GgufValue.Array _ -> throw invalid(key, "must be a number");
        };
    }
}
