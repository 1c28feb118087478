package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tensors of a GGUF model as Transformers would have them: its names, its order of dimensions and rows, one
/// tensor per expert. A file of an unknown architecture keeps its own names.
final class GgufTensors {

    private final TensorFile file;

    /// Of the model's first file; the others have none.
    private final GgufMetadata metadata;

    private GgufTensors(TensorFile file, GgufMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
    }

    /// Reads the only file of a model or all its parts.
    static List<StoredTensor> read(List<TensorFile> files) {
        List<GgufHeader> headers = files.stream()
                .map(file -> GgufHeader.read(file, GgufHeader.Arrays.SKIPPED))
                .toList();
        GgufParts.requireOneModel(files, headers);
        GgufMetadata metadata =
                new GgufMetadata(files.getFirst().path(), headers.getFirst().metadata());
        List<StoredTensor> tensors = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            new GgufTensors(files.get(i), metadata).addAll(headers.get(i), tensors);
        }
        return tensors;
    }

    private void addAll(GgufHeader header, List<StoredTensor> tensors) {
        Optional<GgufArchitecture> architecture =
                metadata.text("general.architecture").flatMap(GgufArchitecture::find);
        for (GgufHeader.RawTensor raw : header.tensors()) {
            if (architecture.isEmpty()) {
                tensors.add(located(raw.name(), raw, raw.shape(), new Layout.RowMajor()));
            } else {
                add(raw, architecture.get(), tensors);
            }
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
