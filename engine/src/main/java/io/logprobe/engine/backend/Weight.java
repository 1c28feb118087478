package io.logprobe.engine.backend;

import java.lang.foreign.MemorySegment;

/// A weight matrix in host memory, row by row, `[outputs, inputs]`.
///
/// @param data float32 or bfloat16 values, as `type` says
public record Weight(MemorySegment data, ComputeType type, int outputs, int inputs) {}
