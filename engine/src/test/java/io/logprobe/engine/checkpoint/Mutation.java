package io.logprobe.engine.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/// One random change of a file: flipped bits, other bytes or numbers, parts moved, cut off, doubled or removed. Most
/// changes hit the structure, which is where a reader can be fooled.
public final class Mutation {

    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        0x7F,
        0xFF,
        0x7FFF,
        0xFFFF,
        0x7FFF_FFFFL,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 40,
        1L << 61
    };

    private final Random random;

    public Mutation(Random random) {
        this.random = random;
    }

    /// Some of the ways to harm a file at once.
    ///
    /// @param structure how many bytes at the start are structure
    /// @param structureAtEnd how many at the end are
    public byte[] of(byte[] file, int structure, int structureAtEnd) {
        byte[] mutated = file;
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            mutated = change(mutated, place(mutated.length, structure, structureAtEnd));
        }
        return mutated;
    }

    private int place(int length, int structure, int structureAtEnd) {
        if (length == 0) {
            return 0;
        }
        int choice = random.nextInt(structure + structureAtEnd + structure / 8 + 1);
        if (choice < structure) {
            return Math.min(choice, length - 1);
        }
        if (choice < structure + structureAtEnd) {
            return Math.max(0, length - 1 - (choice - structure));
        }
        return random.nextInt(length);
    }

    private byte[] change(byte[] file, int at) {
        byte[] copy = file.clone();
        int most = file.length - at;
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                if (most > 0) {
                    copy[at] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> {
                if (most > 0) {
                    copy[at] = (byte) random.nextInt(256);
                }
            }
            case 3 -> {
                if (most >= 8) {
                    number(copy, at);
                }
            }
            case 4 -> {
                if (most > 0) {
                    digit(copy, at);
                }
            }
            case 5 -> {
                return Arrays.copyOf(file, at);
            }
            case 6 -> {
                return join(file, at, Arrays.copyOfRange(file, at, at + random.nextInt(Math.min(most, 64) + 1)), at);
            }
            case 7 -> {
                return join(file, at, new byte[0], Math.min(file.length, at + 1 + random.nextInt(64)));
            }
            default -> {
                if (file.length > 0) {
                    int length = random.nextInt(Math.min(most, 64) + 1);
                    int from = random.nextInt(file.length - length + 1);
                    System.arraycopy(file, from, copy, at, length);
                }
            }
        }
        return copy;
    }

    private void number(byte[] file, int at) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long value = NUMBERS[random.nextInt(NUMBERS.length)];
        if (random.nextBoolean()) {
            buffer.putLong(at, value);
        } else {
            buffer.putInt(at, (int) value);
        }
    }

    /// Changes the next decimal digit, so that JSON stays JSON.
    private void digit(byte[] file, int at) {
        for (int i = at; i < Math.min(file.length, at + 200); i++) {
            if (file[i] >= '0' && file[i] <= '9') {
                file[i] = (byte) ('0' + random.nextInt(10));
                return;
            }
        }
    }

    private static byte[] join(byte[] file, int head, byte[] between, int tailStart) {
        byte[] joined = Arrays.copyOf(file, head + between.length + file.length - tailStart);
        System.arraycopy(between, 0, joined, head, between.length);
        System.arraycopy(file, tailStart, joined, head + between.length, file.length - tailStart);
        return joined;
    }
}
