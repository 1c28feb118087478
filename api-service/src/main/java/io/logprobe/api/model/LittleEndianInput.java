package io.logprobe.api.model;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Numbers with their lowest byte first, read one after the other.
final class LittleEndianInput {

    private static final int BUFFER_BYTES = 1 << 16;

    private final Source source;
    private final DataInputStream input;
    private long position;

    LittleEndianInput(InputStream content) {
        this.source = new Source(content);
        this.input = new DataInputStream(new BufferedInputStream(source, BUFFER_BYTES));
    }

    /// Counts what has arrived, asked for or not.
    private static final class Source extends FilterInputStream {

        private long arrived;

        Source(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            arrived += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            arrived += Math.max(0, count);
            return count;
        }

        @Override
        public long skip(long length) throws IOException {
            long count = super.skip(length);
            arrived += count;
            return count;
        }
    }

    /// Bytes that have arrived: all there are, once the end has been met.
    long arrived() {
        return source.arrived;
    }

    /// Bytes read so far.
    long position() {
        return position;
    }

    int readShort() throws IOException {
        int value = Short.toUnsignedInt(Short.reverseBytes(input.readShort()));
        position += Short.BYTES;
        return value;
    }

    int readInt() throws IOException {
        int value = Integer.reverseBytes(input.readInt());
        position += Integer.BYTES;
        return value;
    }

    long readLong() throws IOException {
        long value = Long.reverseBytes(input.readLong());
        position += Long.BYTES;
        return value;
    }

    byte[] readBytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        input.readFully(bytes);
        position += length;
        return bytes;
    }

    void skip(long length) throws IOException {
        input.skipNBytes(length);
        position += length;
    }
}
