package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tensors of a GGUF file as Transformers would have them: its names, its order of dimensions and rows, one tensor
/// per expert. A file of an unknown architecture keeps its own names.
final class GgufTensors {

    private final TensorFile file;
    private final GgufMetadata metadata;

    private GgufTensors(TensorFile file, GgufMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    static List<StoredTensor> read(TensorFile file) {
        GgufHeader header = GgufHeader.read(file, GgufHeader.Arrays.SKIPPED);
        GgufTensors reader = new GgufTensors(file, new GgufMetadata(file.path(), header.metadata()));
        reader.requireWhole();
        Optional<GgufArchitecture> architecture =
                reader.metadata.text("general.architecture").flatMap(GgufArchitecture::find);
        List<StoredTensor> tensors = new ArrayList<>();
        for (GgufHeader.RawTensor raw : header.tensors()) {
            if (architecture.isEmpty()) {
                tensors.add(reader.located(raw.name(), raw, raw.shape(), new Layout.RowMajor()));
            } else {
                reader.add(raw, architecture.get(), tensors);
            }
        }
        return tensors;
    }

    private void requireWhole() {
        if (metadata.integer("split.count").orElse(1L) > 1) {
            throw new InvalidCheckpoint(
                    file.path() + ": one of several parts of a split GGUF file; merge them into one first");
        }
    }

    private void add(GgufHeader.RawTensor raw, GgufArchitecture architecture, List<StoredTensor> tensors) {
        String name = architecture.name(raw.name());
        if (name.contains(".experts.*.")) {
            addExperts(name, raw, tensors);
        } else if (architecture.interleavesHeads(raw.name())) {
            tensors.add(located(name, raw, raw.shape(), interleaved(raw, architecture)));
        } else if (architecture.transposes(raw.name()) && raw.shape().size() == 2) {
            tensors.add(located(name, raw, raw.shape().reversed(), new Layout.Transposed()));
        } else {
            tensors.add(located(name, raw, raw.shape(), new Layout.RowMajor()));
        }
    }

    private void addExperts(String name, GgufHeader.RawTensor raw, List<StoredTensor> tensors) {
        if (raw.shape().size() != 3) {
            throw invalid(raw, "must have three dimensions, not " + raw.shape());
        }
        long experts = raw.shape().getFirst();
        if (experts > Limits.EXPERTS) {
            throw invalid(raw, "has " + experts + " experts, more than " + Limits.EXPERTS);
        }
        List<Long> shape = raw.shape().subList(1, 3);
        long bytes = raw.bytes() / experts;
        for (int i = 0; i < experts; i++) {
            String expert = name.replace("*", Integer.toString(i));
            TensorInfo info = new TensorInfo(expert, raw.type(), shape, file.path());
            tensors.add(new StoredTensor(info, file, raw.start() + i * bytes, new Layout.RowMajor()));
        }
    }

    private Layout interleaved(GgufHeader.RawTensor raw, GgufArchitecture architecture) {
        String prefix = architecture.key() + ".attention.";
        Optional<Long> heads = metadata.integer(prefix + "head_count");
        if (raw.name().contains("attn_k")) {
            heads = metadata.integer(prefix + "head_count_kv").or(() -> metadata.integer(prefix + "head_count"));
        }
        long rows = raw.shape().getFirst();
        long count = heads.orElseThrow(() -> metadata.invalid(prefix + "head_count", "is missing"));
        if (count < 1 || rows % count != 0 || rows / count % 2 != 0) {
            throw invalid(raw, "has " + rows + " rows, which " + count + " heads of an even size cannot share");
        }
        return new Layout.InterleavedHeads(rows / count);
    }

    private StoredTensor located(String name, GgufHeader.RawTensor raw, List<Long> shape, Layout layout) {
        return new StoredTensor(new TensorInfo(name, raw.type(), shape, file.path()), file, raw.start(), layout);
    }

    private InvalidCheckpoint invalid(GgufHeader.RawTensor tensor, String problem) {
        return new InvalidCheckpoint(file.path() + ": tensor '" + tensor.name() + "' " + problem);
    }
}
