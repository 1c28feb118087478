package io.logprobe.api.model;

import io.logprobe.api.problem.Unacceptable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A file written by `torch.save`: a ZIP archive, whose end is a directory, or, before PyTorch 1.6, a bare pickle.
final class TorchArchive {

    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int END_OF_DIRECTORY = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 65_535;

    private TorchArchive() {}

    /// A ZIP archive that was cut off has lost its end. Of a bare pickle nothing can be said from afar.
    static void requireComplete(ModelFile file) {
        byte[] head = file.read(0, Integer.BYTES);
        if (head.length < Integer.BYTES) {
            throw Unacceptable.invalid(file.path() + " is truncated: it has " + file.size() + " bytes");
        }
        if (at(head, 0) != LOCAL_HEADER) {
            return;
        }
        int length = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
        byte[] tail = file.read(file.size() - length, length);
        for (int start = tail.length - END_BYTES; start >= 0; start--) {
            if (at(tail, start) == END_OF_DIRECTORY) {
                return;
            }
        }
        throw Unacceptable.invalid(file.path() + " is truncated: the directory at the end of the archive is missing");
    }

    private static int at(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }
}
