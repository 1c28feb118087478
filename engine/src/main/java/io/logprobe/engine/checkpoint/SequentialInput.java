package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// A part of a file that is read in order and never past its end.
final class SequentialInput {

    private static final int WINDOW_BYTES = 64 << 10;

    private final TensorFile file;
    private final String what;
    private final long end;
    private final byte[] window = new byte[WINDOW_BYTES];
    private final ByteBuffer numbers = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN);
    private long windowStart;
    private int windowLength;
    private int next;

    /// Reads from `start` to `end`.
    ///
    /// @param what name of the part, for failures
    SequentialInput(TensorFile file, String what, long start, long end) {
        this.file = file;
        this.what = what;
        this.end = end;
        this.windowStart = start;
    }

    /// Position in the file of the byte that is read next.
    long position() {
        return windowStart + next;
    }

    int readByte() {
        require(1);
        return window[next++] & 0xFF;
    }

    int readShort() {
        require(2);
        next += 2;
        return numbers.getShort(next - 2) & 0xFFFF;
    }

    int readInt() {
        require(4);
        next += 4;
        return numbers.getInt(next - 4);
    }

    long readLong() {
        require(8);
        next += 8;
        return numbers.getLong(next - 8);
    }

    double readBigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(readLong()));
    }

    byte[] readBytes(int length) {
        if (length > WINDOW_BYTES) {
            requireAvailable(length);
            byte[] bytes = file.readBytes(position(), length);
            skip(length);
            return bytes;
        }
        require(length);
        byte[] bytes = new byte[length];
        System.arraycopy(window, next, bytes, 0, length);
        next += length;
        return bytes;
    }

    void skip(long length) {
        requireAvailable(length);
        if (length <= windowLength - next) {
            next += (int) length;
        } else {
            windowStart = position() + length;
            windowLength = 0;
            next = 0;
        }
    }

    /// Text of `length` bytes.
    String readText(long length, long most, Charset charset) {
        if (length < 0 || length > most) {
            throw invalid("a string of " + Long.toUnsignedString(length) + " bytes");
        }
        return decode(readBytes((int) length), charset);
    }

    /// Text up to the end of the line, which is consumed.
    String readLine() {
        int length = 0;
        while (length <= Limits.NAME_LENGTH) {
            require(length + 1);
            if (window[next + length] == '\n') {
                String line = decode(readBytes(length), StandardCharsets.UTF_8);
                next++;
                return line;
            }
            length++;
        }
        throw invalid("a line of more than " + Limits.NAME_LENGTH + " bytes");
    }

    InvalidCheckpoint invalid(String problem) {
        return new InvalidCheckpoint(file.path() + ": " + what + " at byte " + position() + ": " + problem);
    }

    private String decode(byte[] bytes, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw invalid("text that is not " + charset);
        }
    }

    /// Makes the next `count` bytes lie in the window.
    private void require(int count) {
        if (windowLength - next >= count) {
            return;
        }
        requireAvailable(count);
        windowStart += next;
        next = 0;
        windowLength = (int) Math.min(WINDOW_BYTES, end - windowStart);
        file.read(MemorySegment.ofArray(window).asSlice(0, windowLength), windowStart);
    }

    private void requireAvailable(long count) {
        if (count < 0 || count > end - position()) {
            throw invalid("ends in the middle of a value");
        }
    }
}
