package io.logprobe.engine.checkpoint;

import java.util.List;

/// A value of GGUF metadata.
sealed interface GgufValue {

    record Int(long value) implements GgufValue {}

    record Real(double value) implements GgufValue {}

    record Flag(boolean value) implements GgufValue {}

    record Text(String value) implements GgufValue {}

    /// An array, or only its length where the elements were not asked for.
    record Array(long length, List<GgufValue> elements) implements GgufValue {}
}
