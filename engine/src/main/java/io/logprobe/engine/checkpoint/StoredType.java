package io.logprobe.engine.checkpoint;

import java.util.Optional;

/// How a tensor's elements lie in a file. Quantised types store blocks of elements along the last dimension.
public enum StoredType {
    F32(1, 4, true),
    F16(1, 2, true),
    BF16(1, 2, true),
    Q8_0(32, 34, true),
    Q4_0(32, 18, true),
    Q4_1(32, 20, true),
    Q5_0(32, 22, true),
    Q5_1(32, 24, true),
    Q2_K(256, 84, true),
    Q3_K(256, 110, true),
    Q4_K(256, 144, true),
    Q5_K(256, 176, true),
    Q6_K(256, 210, true),
    IQ4_NL(32, 18, true),
    IQ4_XS(256, 136, true),
    MXFP4(32, 17, true),
    F64(1, 8, false),
    F8_E4M3(1, 1, false),
    F8_E5M2(1, 1, false),
    I64(1, 8, false),
    I32(1, 4, false),
    I16(1, 2, false),
    I8(1, 1, false),
    U64(1, 8, false),
    U32(1, 4, false),
    U16(1, 2, false),
    U8(1, 1, false),
    BOOL(1, 1, false);

    private final int blockElements;
    private final int blockBytes;
    private final boolean weight;

    StoredType(int blockElements, int blockBytes, boolean weight) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.weight = weight;
    }

    /// Elements that are stored together: 1, or the block size of a quantised type.
    public int blockElements() {
        return blockElements;
    }

    /// Bytes of one block.
    public int blockBytes() {
        return blockBytes;
    }

    /// Whether tensors of this type can be read as weights; others are buffers that nobody asks for.
    public boolean isWeight() {
        return weight;
    }

    /// Bytes of a whole number of blocks.
    ///
    /// @throws ArithmeticException when the product does not fit into a long
    long byteSize(long elements) {
        return Math.multiplyExact(elements / blockElements, (long) blockBytes);
    }

    /// The type that GGUF calls by this number.
    public static Optional<StoredType> ofGguf(int number) {
        return switch (number) {
            case 0 -> Optional.of(F32);
            case 1 -> Optional.of(F16);
            case 2 -> Optional.of(Q4_0);
            case 3 -> Optional.of(Q4_1);
            case 6 -> Optional.of(Q5_0);
            case 7 -> Optional.of(Q5_1);
            case 8 -> Optional.of(Q8_0);
            case 10 -> Optional.of(Q2_K);
            case 11 -> Optional.of(Q3_K);
            case 12 -> Optional.of(Q4_K);
            case 13 -> Optional.of(Q5_K);
            case 14 -> Optional.of(Q6_K);
            case 20 -> Optional.of(IQ4_NL);
            case 23 -> Optional.of(IQ4_XS);
            case 24 -> Optional.of(I8);
            case 25 -> Optional.of(I16);
            case 26 -> Optional.of(I32);
            case 27 -> Optional.of(I64);
            case 28 -> Optional.of(F64);
            case 30 -> Optional.of(BF16);
            case 39 -> Optional.of(MXFP4);
            default -> Optional.empty();
        };
    }

    /// The type that safetensors calls by this name.
    static Optional<StoredType> ofSafetensors(String dtype) {
        for (StoredType type : values()) {
            if (type.blockElements == 1 && type.name().equals(dtype)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
