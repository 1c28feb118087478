package io.logprobe.api.rows;

import io.logprobe.api.problem.Unacceptable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Counts what is read and refuses to read more than is allowed.
final class CappedStream extends FilterInputStream {

    private final long max;
    private final String file;
    private long count;

    CappedStream(InputStream in, long max, String file) {
        super(in);
        this.max = max;
        this.file = file;
    }

    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        counted(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        counted(Math.max(0, read));
        return read;
    }

    private void counted(int bytes) {
        count += bytes;
        if (count > max) {
            throw Unacceptable.invalid(
                    file + ": the split is longer than this service reads (logprobe.dataset.max-bytes)");
        }
    }
}
