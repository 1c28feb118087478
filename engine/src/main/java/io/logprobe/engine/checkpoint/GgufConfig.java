package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.gguf.ConfigDraft;
import io.logprobe.engine.checkpoint.gguf.GgufArchitecture;
import io.logprobe.engine.checkpoint.gguf.GgufArchitectures;
import io.logprobe.engine.checkpoint.gguf.GgufFacts;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.UnsupportedModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `config.json` that a GGUF file stands for, made of its metadata and of the tensors that it has or lacks.
final class GgufConfig {

    /// Far more than a list of rotary divisors has.
    private static final long MOST_VALUES = 1 << 16;

    private GgufConfig() {}

    static ObjectNode read(Path file) {
        GgufMetadata metadata = GgufMetadata.read(file);
        String key = metadata.text("general.architecture")
                .orElseThrow(() -> metadata.invalid("general.architecture", "is missing"));
        GgufArchitecture architecture = GgufArchitectures.find(key)
                .orElseThrow(() -> new UnsupportedModel(file + ": general.architecture '" + key
                        + "' is not supported as a GGUF file; supported are "
                        + String.join(", ", GgufArchitectures.keys())));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            return ConfigDraft.of(architecture, new Facts(metadata, checkpoint));
        }
    }

    private record Facts(GgufMetadata metadata, Checkpoint checkpoint) implements GgufFacts {

        @Override
        public Optional<String> text(String key) {
            return metadata.text(key);
        }

        @Override
        public Optional<Long> integer(String key) {
            return metadata.integer(key);
        }

        @Override
        public Optional<Double> number(String key) {
            return metadata.number(key);
        }

        @Override
        public Optional<Boolean> flag(String key) {
            return metadata.flag(key);
        }

        @Override
        public boolean isList(String key) {
            return metadata.isList(key);
        }

        @Override
        public Optional<List<Boolean>> flags(String key) {
            return metadata.flags(key);
        }

        @Override
        public boolean hasTensor(String name) {
            return checkpoint.has(name);
        }

        @Override
        public long rows(String tensor) {
            return checkpoint.info(tensor).rows();
        }

        @Override
        public List<Float> values(String tensor) {
            TensorInfo info = checkpoint.info(tensor);
            if (info.elements() > MOST_VALUES) {
                throw new InvalidCheckpoint(info.file() + ": tensor '" + tensor + "' has shape " + info.shape());
            }
            List<Float> values = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = arena.allocate(info.elements() * Float.BYTES, Float.BYTES);
                checkpoint.readFloat32(tensor, memory);
                for (long i = 0; i < info.elements(); i++) {
                    values.add(memory.getAtIndex(ValueLayout.JAVA_FLOAT, i));
                }
            }
            return values;
        }

        @Override
        public UnsupportedModel unsupported(String key, String problem) {
            return new UnsupportedModel(metadata.file() + ": " + key + " " + problem);
        }

        @Override
        public InvalidCheckpoint invalid(String key, String problem) {
            return metadata.invalid(key, problem);
        }
    }
}
