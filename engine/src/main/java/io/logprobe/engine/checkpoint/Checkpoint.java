package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.WeightsUnreadable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The tensors of a model folder, read straight from its files into the caller's native memory.
///
/// Opening reads and checks all headers and no data. Safe for concurrent use; reads are independent of each other.
public final class Checkpoint implements AutoCloseable {

    private static final long COMPARED_BYTES = 1 << 20;

    private final Path location;
    private final List<TensorFile> files;
    private final Map<String, StoredTensor> tensors;

    private Checkpoint(Path location, List<TensorFile> files, Map<String, StoredTensor> tensors) {
        this.location = location;
        this.files = files;
        this.tensors = tensors;
    }

    /// Opens the weights in a model folder: the first that exists of `model.safetensors`, its sharded form,
    /// `pytorch_model.bin`, its sharded form, and the only GGUF model. A GGUF file may also be named itself, and
    /// any part of one that is split stands for all.
    ///
    /// @throws InvalidCheckpoint when there are none, or a header contradicts itself or its file
    public static Checkpoint open(Path folder) {
        List<TensorFile> files = new ArrayList<>();
        try {
            Checkpoint checkpoint = new Checkpoint(folder, files, locate(folder, files));
            files = List.of();
            return checkpoint;
        } finally {
            files.forEach(TensorFile::close);
        }
    }

    private static Map<String, StoredTensor> locate(Path folder, List<TensorFile> files) {
        return inFile(folder.resolve("model.safetensors"), Safetensors::read, files)
                .or(() -> inShards(folder.resolve("model.safetensors.index.json"), Safetensors::read, files))
                .or(() -> inFile(folder.resolve("pytorch_model.bin"), TorchFile::read, files))
                .or(() -> inShards(folder.resolve("pytorch_model.bin.index.json"), TorchFile::read, files))
                .or(() -> GgufParts.locate(folder).flatMap(parts -> inParts(parts, files)))
                .orElseThrow(() -> new InvalidCheckpoint(folder
                        + ": no model.safetensors, no pytorch_model.bin, no index of shards of either, no GGUF file"));
    }

    private static Optional<Map<String, StoredTensor>> inFile(Path path, Format format, List<TensorFile> files) {
        return Files.exists(path) ? Optional.of(byName(format.read(opened(path, files)))) : Optional.empty();
    }

    private static Optional<Map<String, StoredTensor>> inShards(Path path, Format format, List<TensorFile> files) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        ShardIndex index = ShardIndex.read(path);
        List<StoredTensor> all = new ArrayList<>();
        for (Path shard : index.paths()) {
            all.addAll(format.read(opened(shard, files)));
        }
        Map<String, StoredTensor> tensors = byName(all);
        index.shards().forEach((name, shard) -> {
            StoredTensor tensor = tensors.get(name);
            if (tensor == null || !tensor.file().path().endsWith(shard)) {
                throw new InvalidCheckpoint(path + ": shard '" + shard + "' has no tensor '" + name + "'");
            }
        });
        return Optional.of(tensors);
    }

    private static Optional<Map<String, StoredTensor>> inParts(GgufParts parts, List<TensorFile> files) {
        if (!Files.exists(parts.first())) {
            return Optional.empty();
        }
        List<TensorFile> opened =
                parts.paths().stream().map(path -> opened(path, files)).toList();
        return Optional.of(byName(GgufTensors.read(opened)));
    }

    /// Finds all tensors of a file.
    private interface Format {
        List<StoredTensor> read(TensorFile file);
    }

    private static Map<String, StoredTensor> byName(List<StoredTensor> all) {
        if (all.size() > Limits.TENSORS) {
            throw new InvalidCheckpoint("a checkpoint of " + all.size() + " tensors, more than " + Limits.TENSORS);
        }
        Map<String, StoredTensor> tensors = LinkedHashMap.newLinkedHashMap(all.size());
        for (StoredTensor tensor : all) {
            String name = tensor.info().name();
            StoredTensor other = tensors.putIfAbsent(name, tensor);
            if (other != null) {
                throw new InvalidCheckpoint(tensor.info().file() + ": tensor '" + name + "' is also in "
                        + other.info().file());
            }
        }
        return tensors;
    }

    private static TensorFile opened(Path path, List<TensorFile> files) {
        TensorFile file = TensorFile.open(path);
        files.add(file);
        return file;
    }

    /// Names of all tensors, stray buffers included.
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /// The full name of a tensor that may or may not carry one of several prefixes (`transformer.`, `model.`).
    ///
    /// @return the first of `prefix + name` that exists
    public Optional<String> find(String name, List<String> prefixes) {
        return prefixes.stream().map(prefix -> prefix + name).filter(this::has).findFirst();
    }

    /// What the checkpoint says of a tensor.
    ///
    /// @throws InvalidCheckpoint when there is no such tensor
    public TensorInfo info(String name) {
        return tensor(name).info();
    }

    /// Whether two tensors hold the same values in the same shape. Those that share their storage are not read.
    public boolean equal(String a, String b) {
        StoredTensor first = tensor(a);
        StoredTensor second = tensor(b);
        if (!first.info().shape().equals(second.info().shape())) {
            return false;
        }
        boolean shared = first.file() == second.file()
                && first.offset() == second.offset()
                && first.info().type() == second.info().type()
                && first.layout().equals(second.layout());
        return shared || equalRows(first.info(), second.info());
    }

    private boolean equalRows(TensorInfo a, TensorInfo b) {
        long rows = Math.clamp(COMPARED_BYTES / Math.max(4, 4 * a.rowElements()), 1, Math.max(1, a.rows()));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment left = arena.allocate(4 * rows * a.rowElements(), Long.BYTES);
            MemorySegment right = arena.allocate(4 * rows * a.rowElements(), Long.BYTES);
            for (long row = 0; row < a.rows(); row += rows) {
                long count = Math.min(rows, a.rows() - row);
                readFloat32(a.name(), row, count, left);
                readFloat32(b.name(), row, count, right);
                long size = 4 * count * a.rowElements();
                if (left.asSlice(0, size).mismatch(right.asSlice(0, size)) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Bytes that all tensors take in their files.
    public long totalBytes() {
        return tensors.values().stream()
                .map(StoredTensor::info)
                .mapToLong(info -> info.type().byteSize(info.elements()))
                .sum();
    }

    /// Paths, sizes, times and samples of the files: equal as long as nobody replaces one.
    public String identity() {
        return files.stream().map(TensorFile::identity).collect(Collectors.joining("\n"));
    }

    /// Notices that somebody has written to a file, after tensors have been read from it.
    ///
    /// @throws WeightsUnreadable naming the file
    public void requireUnchanged() {
        files.forEach(TensorFile::requireUnchanged);
    }

    /// Names, types and shapes of all tensors in a fixed order, one per line: equal for equal layouts.
    public String description() {
        return tensors.values().stream()
                .map(StoredTensor::info)
                .map(info -> info.name() + " " + info.type() + " " + info.shape())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /// Reads a whole tensor as float32, row by row (C order).
    ///
    /// @param destination native memory of at least `elements * 4` bytes
    public void readFloat32(String name, MemorySegment destination) {
        readFloat32(name, 0, info(name).rows(), destination);
    }

    /// Reads a whole tensor as bfloat16, rounded to nearest, ties to even.
    ///
    /// @param destination native memory of at least `elements * 2` bytes
    public void readBfloat16(String name, MemorySegment destination) {
        readBfloat16(name, 0, info(name).rows(), destination);
    }

    /// Reads `rowCount` indices of the first dimension as float32.
    public void readFloat32(String name, long firstRow, long rowCount, MemorySegment destination) {
        read(name, firstRow, rowCount, destination, FloatFormat.FLOAT32);
    }

    /// Reads `rowCount` indices of the first dimension as bfloat16.
    public void readBfloat16(String name, long firstRow, long rowCount, MemorySegment destination) {
        read(name, firstRow, rowCount, destination, FloatFormat.BFLOAT16);
    }

    private void read(String name, long firstRow, long rowCount, MemorySegment destination, FloatFormat format) {
        StoredTensor tensor = tensor(name);
        TensorInfo info = tensor.info();
        if (!info.type().isWeight()) {
            throw new InvalidCheckpoint(
                    info.file() + ": tensor '" + name + "' of type " + info.type() + " cannot be used as a weight");
        }
        Objects.checkFromIndexSize(firstRow, rowCount, info.rows());
        long bytes = Math.multiplyExact(Math.multiplyExact(rowCount, info.rowElements()), format.bytes());
        try {
            TensorReader.read(tensor, firstRow, rowCount, destination.asSlice(0, bytes), format);
        } catch (WeightsUnreadable e) {
            throw new WeightsUnreadable("tensor '" + name + "' in " + e.getMessage(), e);
        }
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new InvalidCheckpoint(location + ": no tensor '" + name + "'");
        }
        return tensor;
    }

    @Override
    public void close() {
        files.forEach(TensorFile::close);
    }
}
