package io.logprobe.engine.checkpoint;

/// Bounds on what a checkpoint may declare. Generous for every published model, small enough that reading a hostile
/// file cannot exhaust memory or time.
final class Limits {

    /// As the reference implementation of safetensors.
    static final long SAFETENSORS_HEADER_BYTES = 100_000_000;

    static final int TENSORS = 1 << 20;
    static final int NAME_LENGTH = 1024;
    static final int DIMENSIONS = 8;
    static final int EXPERTS = 4096;
    static final int HEADS = 1 << 16;
    static final int SHARDS = 4096;

    static final long JSON_BYTES = 64L << 20;
    static final int JSON_DEPTH = 64;
    static final int JSON_STRING_LENGTH = 16 << 20;
    static final int JSON_NUMBER_LENGTH = 100;

    /// A tensor takes about 30 opcodes.
    static final int PICKLE_OPCODES = 1 << 21;

    static final int PICKLE_STRING_BYTES = 32 << 10;

    static final int ZIP_ENTRIES = 1 << 17;
    static final int ZIP_DIRECTORY_BYTES = 64 << 20;

    static final long GGUF_METADATA_BYTES = 256L << 20;
    static final int GGUF_KEYS = 1 << 16;
    static final int GGUF_STRING_BYTES = 4 << 20;
    static final int GGUF_ARRAY_ELEMENTS = 4 << 20;

    private Limits() {}
}
