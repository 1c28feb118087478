package io.logprobe.engine.checkpoint;

import io.logprobe.engine.checkpoint.gguf.GgufArchitectures;
import io.logprobe.engine.checkpoint.gguf.TensorNames;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tensors of a GGUF model as Transformers would have them: its names, its order of dimensions and rows, one
/// tensor per expert. A file of an unknown architecture keeps its own names.
final class GgufTensors {

    private final TensorFile file;

    /// Of the model's first file; the others have none.
    private final GgufMetadata metadata;

    private final TensorNames names;
    private final List<StoredTensor> tensors = new ArrayList<>();

    private GgufTensors(TensorFile file, GgufMetadata metadata, TensorNames names) {
        this.file = file;
        this.metadata = metadata;
        this.names = names;
    }

    /// Reads the only file of a model or all its parts.
    static List<StoredTensor> read(List<TensorFile> files) {
        List<GgufHeader> headers = files.stream()
                .map(file -> GgufHeader.read(file, GgufHeader.Arrays.SKIPPED))
                .toList();
        GgufParts.requireOneModel(files, headers);
        GgufMetadata metadata =
                new GgufMetadata(files.getFirst().path(), headers.getFirst().metadata());
        TensorNames names = names(metadata, headers);
        List<StoredTensor> all = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            GgufTensors tensors = new GgufTensors(files.get(i), metadata, names);
            headers.get(i).tensors().forEach(tensors::add);
            all.addAll(tensors.tensors);
        }
        return all;
    }

    private static TensorNames names(GgufMetadata metadata, List<GgufHeader> headers) {
        Set<String> present = new HashSet<>();
        headers.forEach(header -> header.tensors().forEach(tensor -> present.add(tensor.name())));
        return metadata.text("general.architecture")
                .flatMap(GgufArchitectures::find)
                .map(architecture -> architecture.names(present::contains))
                .orElse(new TensorNames("", Map.of()));
    }

    private void add(GgufHeader.RawTensor raw) {
        TensorNames.Place place = names.find(raw.name());
        String name = place.name();
        switch (place.form()) {
            case AS_IT_IS -> add(name, raw, raw.shape(), new Layout.RowMajor());
            case INTERLEAVED_QUERIES -> add(name, raw, raw.shape(), interleaved(raw, queryHeads()));
            case INTERLEAVED_KEYS -> add(name, raw, raw.shape(), interleaved(raw, keyHeads()));
            case UNGROUPED_HEADS -> add(name, raw, raw.shape(), grouped(raw));
            case JOINED_HEADS -> addHeads(name, raw);
            case STACKED -> addStacked(name, raw);
            case TRANSPOSED -> {
                boolean matrix = raw.shape().size() == 2;
                List<Long> shape = matrix ? raw.shape().reversed() : raw.shape();
                add(name, raw, shape, matrix ? new Layout.Transposed() : new Layout.RowMajor());
            }
            case ONE_ROW -> {
                boolean vector = raw.shape().size() == 1;
                List<Long> shape = vector ? List.of(1L, raw.shape().getFirst()) : raw.shape();
                add(name, raw, shape, new Layout.RowMajor());
            }
            case ONE_ADDED -> add(name, raw, raw.shape(), new Layout.OneAdded());
        }
    }

    private void add(String name, GgufHeader.RawTensor raw, List<Long> shape, Layout layout) {
        TensorInfo info = new TensorInfo(name, raw.type(), shape, file.path());
        tensors.add(new StoredTensor(info, file, raw.start(), layout));
    }

    private void addStacked(String name, GgufHeader.RawTensor raw) {
        if (raw.shape().size() < 2) {
            throw invalid(raw, "must have more than one dimension, not " + raw.shape());
        }
        long count = raw.shape().getFirst();
        if (count > Limits.EXPERTS) {
            throw invalid(raw, "has " + count + " experts or heads, more than " + Limits.EXPERTS);
        }
        List<Long> shape = raw.shape().subList(1, raw.shape().size());
        for (int i = 0; i < count; i++) {
            addPart(name.replace("*", Integer.toString(i)), raw, shape, raw.start() + i * (raw.bytes() / count));
        }
    }

    private void addHeads(String name, GgufHeader.RawTensor raw) {
        long headRows = headRows(raw);
        long rowBytes = raw.bytes() / raw.shape().getFirst();
        long start = raw.start();
        for (String part : List.of("q", "k", "v")) {
            long rows = headRows * (part.equals("q") ? queryHeads() : keyHeads());
            List<Long> shape = new ArrayList<>(raw.shape());
            shape.set(0, rows);
            addPart(name.replace("*", part), raw, shape, start);
            start += rows * rowBytes;
        }
    }

    private void addPart(String name, GgufHeader.RawTensor raw, List<Long> shape, long start) {
        TensorInfo info = new TensorInfo(name, raw.type(), shape, file.path());
        tensors.add(new StoredTensor(info, file, start, new Layout.RowMajor()));
    }

    private Layout interleaved(GgufHeader.RawTensor raw, long heads) {
        long rows = raw.shape().getFirst();
        if (rows % heads != 0 || rows / heads % 2 != 0) {
            throw invalid(raw, "has " + rows + " rows, which " + heads + " heads of an even size cannot share");
        }
        return new Layout.InterleavedHeads(rows / heads);
    }

    private Layout grouped(GgufHeader.RawTensor raw) {
        long headRows = headRows(raw);
        return new Layout.GroupedHeads(keyHeads(), queryHeads() / keyHeads() * headRows, headRows);
    }

    /// Rows of one head, in a tensor of all queries, keys and values.
    private long headRows(GgufHeader.RawTensor raw) {
        long rows = raw.shape().getFirst();
        long heads = queryHeads() + 2 * keyHeads();
        if (raw.shape().size() == 1 && raw.type().blockElements() > 1) {
            throw invalid(raw, "is a bias stored as " + raw.type() + ", which cannot be cut into heads");
        }
        if (rows % heads != 0 || queryHeads() % keyHeads() != 0) {
            throw invalid(
                    raw,
                    "has " + rows + " rows, which " + queryHeads() + " query heads, " + keyHeads()
                            + " key heads and as many value heads cannot share");
        }
        return rows / heads;
    }

    private long queryHeads() {
        return count("head_count").orElseThrow(() -> metadata.invalid(attention("head_count"), "is missing"));
    }

    private long keyHeads() {
        return count("head_count_kv").orElseGet(this::queryHeads);
    }

    private Optional<Long> count(String key) {
        Optional<Long> count = metadata.integer(attention(key));
        count.filter(value -> value < 1 || value > Limits.HEADS).ifPresent(value -> {
            throw metadata.invalid(attention(key), "must be between 1 and " + Limits.HEADS + ", not " + value);
        });
        return count;
    }

    private String attention(String key) {
        return metadata.text("general.architecture").orElseThrow() + ".attention." + key;
    }

    private InvalidCheckpoint invalid(GgufHeader.RawTensor tensor, String problem) {
        return new InvalidCheckpoint(file.path() + ": tensor '" + tensor.name() + "' " + problem);
    }
}
