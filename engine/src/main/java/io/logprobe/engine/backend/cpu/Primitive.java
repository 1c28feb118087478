package io.logprobe.engine.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What oneDNN has compiled for one shape. Every thread executes it by an [Execution] of its own.
interface Primitive {

    /// Memory objects and arguments for one thread, which frees the execution before the primitive.
    ///
    /// @param arena lives as long as the execution
    Execution execution(MemorySegment stream, Arena arena);
}
