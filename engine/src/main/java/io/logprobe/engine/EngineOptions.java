package io.logprobe.engine;

import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.tokenizer.BosPolicy;
import java.time.Duration;
import java.util.Objects;

/// How to score. None of the options but `dtype`, `backend` and `bos` changes a single bit of the result.
///
/// @param dtype type of weights and matrix-product operands
/// @param memoryBytes bound on weights, hidden states, activations and tiles together, or [#UNBOUNDED]
/// @param deviceMemoryBytes the same where a GPU computes: of its memory, of which [#UNBOUNDED] takes what is free
/// @param maxExamplesPerBlock examples per pass over the weights at most; results of a block are delivered together
/// @param checkpointing where the job keeps its state, or null
/// @param readTimeout how long a disk may take for the weights of one layer
/// @param devices GPUs of this machine that share a job; `deviceMemoryBytes` is for each
public record EngineOptions(
        ComputeType dtype,
        BackendChoice backend,
        BosPolicy bos,
        long memoryBytes,
        long deviceMemoryBytes,
        int maxExamplesPerBlock,
        Checkpointing checkpointing,
        Duration readTimeout,
        int devices) {

    private static final Duration READ_TIMEOUT = Duration.ofMinutes(10);

    public static final long UNBOUNDED = Long.MAX_VALUE;

    public static final EngineOptions DEFAULT = new EngineOptions(
            ComputeType.FLOAT32, BackendChoice.AUTO, BosPolicy.TOKENIZER, UNBOUNDED, Integer.MAX_VALUE);

    public EngineOptions {
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(bos, "bos");
        Objects.requireNonNull(readTimeout, "readTimeout");
        if (memoryBytes <= 0) {
            throw new InvalidInput("memory must be positive, not " + memoryBytes + " bytes");
        }
        if (deviceMemoryBytes <= 0) {
            throw new InvalidInput("device memory must be positive, not " + deviceMemoryBytes + " bytes");
        }
        if (maxExamplesPerBlock <= 0) {
            throw new InvalidInput("examples per block must be positive, not " + maxExamplesPerBlock);
        }
        if (devices <= 0) {
            throw new InvalidInput("devices must be positive, not " + devices);
        }
    }

    public EngineOptions(
            ComputeType dtype, BackendChoice backend, BosPolicy bos, long memoryBytes, int maxExamplesPerBlock) {
        this(dtype, backend, bos, memoryBytes, memoryBytes, maxExamplesPerBlock, null, READ_TIMEOUT, 1);
    }

    public EngineOptions withCheckpointing(Checkpointing other) {
        return new EngineOptions(
                dtype, backend, bos, memoryBytes, deviceMemoryBytes, maxExamplesPerBlock, other, readTimeout, devices);
    }

    public EngineOptions withReadTimeout(Duration other) {
        return new EngineOptions(
                dtype,
                backend,
                bos,
                memoryBytes,
                deviceMemoryBytes,
                maxExamplesPerBlock,
                checkpointing,
                other,
                devices);
    }

    public EngineOptions withDevices(int other) {
        return new EngineOptions(
                dtype,
                backend,
                bos,
                memoryBytes,
                deviceMemoryBytes,
                maxExamplesPerBlock,
                checkpointing,
                readTimeout,
                other);
    }

    public EngineOptions withDtype(ComputeType other) {
        return new EngineOptions(
                other,
                backend,
                bos,
                memoryBytes,
                deviceMemoryBytes,
                maxExamplesPerBlock,
                checkpointing,
                readTimeout,
                devices);
    }

    public EngineOptions withBackend(BackendChoice other) {
        return new EngineOptions(
                dtype,
                other,
                bos,
                memoryBytes,
                deviceMemoryBytes,
                maxExamplesPerBlock,
                checkpointing,
                readTimeout,
                devices);
    }

    public EngineOptions withBos(BosPolicy other) {
        return new EngineOptions(
                dtype,
                backend,
                other,
                memoryBytes,
                deviceMemoryBytes,
                maxExamplesPerBlock,
                checkpointing,
                readTimeout,
                devices);
    }

    /// Bounds the memory of what computes, be it the processor or a GPU.
    public EngineOptions withMemoryBytes(long other) {
        return new EngineOptions(
                dtype, backend, bos, other, other, maxExamplesPerBlock, checkpointing, readTimeout, devices);
    }

    public EngineOptions withDeviceMemoryBytes(long other) {
        return new EngineOptions(
                dtype, backend, bos, memoryBytes, other, maxExamplesPerBlock, checkpointing, readTimeout, devices);
    }

    public EngineOptions withMaxExamplesPerBlock(int other) {
        return new EngineOptions(
                dtype, backend, bos, memoryBytes, deviceMemoryBytes, other, checkpointing, readTimeout, devices);
    }
}
