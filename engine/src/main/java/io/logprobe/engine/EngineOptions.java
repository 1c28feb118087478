package io.logprobe.engine;

import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.tokenizer.BosPolicy;
import java.util.Objects;

/// How to score. None of the options but `dtype`, `backend` and `bos` changes a single bit of the result.
///
/// @param dtype type of weights and matrix-product operands
/// @param memoryBytes bound on weights, hidden states, activations and tiles together, or [#UNBOUNDED]
/// @param maxExamplesPerBlock examples scored per pass over the weights at most; results of a block are delivered
/// together
/// @param checkpointing where the job keeps its state, or null
public record EngineOptions(
        ComputeType dtype,
        BackendChoice backend,
        BosPolicy bos,
        long memoryBytes,
        int maxExamplesPerBlock,
        Checkpointing checkpointing) {

    public static final long UNBOUNDED = Long.MAX_VALUE;

    public static final EngineOptions DEFAULT = new EngineOptions(
            ComputeType.FLOAT32, BackendChoice.AUTO, BosPolicy.TOKENIZER, UNBOUNDED, Integer.MAX_VALUE);

    public EngineOptions {
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(bos, "bos");
        if (memoryBytes <= 0) {
            throw new InvalidInput("memory must be positive, not " + memoryBytes + " bytes");
        }
        if (maxExamplesPerBlock <= 0) {
            throw new InvalidInput("examples per block must be positive, not " + maxExamplesPerBlock);
        }
    }

    public EngineOptions(
            ComputeType dtype, BackendChoice backend, BosPolicy bos, long memoryBytes, int maxExamplesPerBlock) {
        this(dtype, backend, bos, memoryBytes, maxExamplesPerBlock, null);
    }

    public EngineOptions withCheckpointing(Checkpointing other) {
        return new EngineOptions(dtype, backend, bos, memoryBytes, maxExamplesPerBlock, other);
    }

    public EngineOptions withDtype(ComputeType other) {
        return new EngineOptions(other, backend, bos, memoryBytes, maxExamplesPerBlock, checkpointing);
    }

    public EngineOptions withBackend(BackendChoice other) {
        return new EngineOptions(dtype, other, bos, memoryBytes, maxExamplesPerBlock, checkpointing);
    }

    public EngineOptions withBos(BosPolicy other) {
        return new EngineOptions(dtype, backend, other, memoryBytes, maxExamplesPerBlock, checkpointing);
    }

    public EngineOptions withMemoryBytes(long other) {
        return new EngineOptions(dtype, backend, bos, other, maxExamplesPerBlock, checkpointing);
    }

    public EngineOptions withMaxExamplesPerBlock(int other) {
        return new EngineOptions(dtype, backend, bos, memoryBytes, other, checkpointing);
    }
}
