package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which shard holds which tensor.
///
/// @param file the index itself
/// @param shards file name of the shard by tensor name
record ShardIndex(Path file, Map<String, String> shards) {

    static ShardIndex read(Path file) {
        ObjectNode root = JsonDocument.read(file);
        if (!(root.get("weight_map") instanceof ObjectNode map) || map.isEmpty()) {
            throw new InvalidCheckpoint(file + ": weight_map must be a non-empty object");
        }
        Map<String, String> shards = LinkedHashMap.newLinkedHashMap(map.size());
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!entry.getValue().isTextual()) {
                throw new InvalidCheckpoint(file + ": weight_map['" + entry.getKey() + "'] must be a file name");
            }
            shards.put(entry.getKey(), entry.getValue().textValue());
        }
        return new ShardIndex(file, shards);
    }

    /// Paths of all shards.
    List<Path> paths() {
        SortedSet<String> names = new TreeSet<>(shards.values());
        if (names.size() > Limits.SHARDS) {
            throw new InvalidCheckpoint(file + ": " + names.size() + " shards, more than " + Limits.SHARDS);
        }
        return names.stream().map(this::resolve).toList();
    }

    private Path resolve(String name) {
        boolean plain = name.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,254}") && !name.contains("..");
        if (!plain) {
            throw new InvalidCheckpoint(file + ": '" + name + "' is not the name of a file beside the index");
        }
        Path shard = file.resolveSibling(name);
        try {
            requireInside(shard, shard.toRealPath());
        } catch (IOException e) {
            throw new InvalidCheckpoint(file + ": shard '" + name + "' cannot be read: " + FileFault.describe(e), e);
        }
        return shard;
    }

    /// A link must not lead out of the model: its target is in the same folder, or, in the layout of the Hub's own
    /// cache (`snapshots/COMMIT/NAME` → `blobs/HASH`), among the blobs of the same repository.
    private void requireInside(Path shard, Path target) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (target.getParent().equals(folder.toRealPath())) {
            return;
        }
        Path snapshots = folder.getParent();
        if (snapshots != null && snapshots.endsWith("snapshots")) {
            Path blobs = snapshots.resolveSibling("blobs");
            if (Files.isDirectory(blobs) && target.getParent().equals(blobs.toRealPath())) {
                return;
            }
        }
        throw new InvalidCheckpoint(file + ": shard '" + shard.getFileName() + "' is a link out of the model folder");
    }
}
