package io.logprobe.api.model;

import io.logprobe.api.hub.Hub;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The weights of a model as far as they can be known without downloading them.
///
/// @param parameterCount numbers in all tensors, 0 where the files do not say
/// @param bytes length of the weight files
record Weights(long parameterCount, long bytes) {

    private static final int MAX_INDEX_BYTES = 32 << 20;
    private static final int HEAD_BYTES = 1 << 16;
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String TORCH_SINGLE = "pytorch_model.bin";
    private static final String TORCH_INDEX = "pytorch_model.bin.index.json";

    /// Whether there are weights in one of the forms that are looked for.
    static boolean present(HubSnapshot snapshot) {
        return Stream.of(SINGLE, INDEX, TORCH_SINGLE, TORCH_INDEX)
                .anyMatch(path -> snapshot.file(path).isPresent());
    }

    /// @throws Unacceptable if there are none
    static void requirePresent(HubSnapshot snapshot) {
        if (!present(snapshot)) {
            throw Unacceptable.invalid(snapshot.repository() + " has neither " + SINGLE + " nor " + TORCH_SINGLE
                    + ", nor an index of shards of either, nor a GGUF file");
        }
    }

    /// Looks at the first that exists, in the order in which a checkpoint is opened.
    static Weights inspect(Hub hub, HubSnapshot snapshot) {
        if (snapshot.file(SINGLE).isPresent()) {
            ModelFile file = ModelFile.of(hub, snapshot, SINGLE);
            return new Weights(header(file).parameterCount(), file.size());
        }
        if (snapshot.file(INDEX).isPresent()) {
            return sharded(hub, snapshot, index(hub, snapshot, INDEX));
        }
        if (snapshot.file(TORCH_SINGLE).isPresent()) {
            return ofTorch(hub, snapshot, List.of(TORCH_SINGLE));
        }
        return ofTorch(
                hub,
                snapshot,
                List.copyOf(index(hub, snapshot, TORCH_INDEX).tensorsOfShard().keySet()));
    }

    private static ShardIndex index(Hub hub, HubSnapshot snapshot, String path) {
        return ShardIndex.parse(ModelFile.of(hub, snapshot, path).read(MAX_INDEX_BYTES), path);
    }

    private static Weights sharded(Hub hub, HubSnapshot snapshot, ShardIndex index) {
        long parameters = 0;
        long bytes = 0;
        for (var shard : index.tensorsOfShard().entrySet()) {
            ModelFile file = ModelFile.of(hub, snapshot, shard.getKey());
            SafetensorsHeader header = header(file);
            requireAll(shard.getValue(), header, file);
            parameters = Math.addExact(parameters, header.parameterCount());
            bytes = Math.addExact(bytes, file.size());
        }
        return new Weights(parameters, bytes);
    }

    private static void requireAll(Set<String> expected, SafetensorsHeader header, ModelFile file) {
        for (String tensor : expected) {
            if (!header.tensors().contains(tensor)) {
                throw Unacceptable.invalid(
                        INDEX + " places tensor " + tensor + " in " + file.path() + ", which does not have it");
            }
        }
    }

    private static SafetensorsHeader header(ModelFile file) {
        byte[] head = file.read(0, HEAD_BYTES);
        int length = SafetensorsHeader.length(head, file.size(), file.path());
        int end = SafetensorsHeader.LENGTH_BYTES + length;
        byte[] json = end <= head.length
                ? Arrays.copyOfRange(head, SafetensorsHeader.LENGTH_BYTES, end)
                : file.read(SafetensorsHeader.LENGTH_BYTES, length);
        if (json.length != length) {
            throw Unacceptable.invalid(file.path() + " ends within its header");
        }
        return SafetensorsHeader.parse(json, file.size(), file.path());
    }

    private static Weights ofTorch(Hub hub, HubSnapshot snapshot, List<String> paths) {
        long bytes = 0;
        for (String path : paths) {
            ModelFile file = ModelFile.of(hub, snapshot, path);
            TorchArchive.requireComplete(file);
            bytes = Math.addExact(bytes, file.size());
        }
        return new Weights(0, bytes);
    }
}
