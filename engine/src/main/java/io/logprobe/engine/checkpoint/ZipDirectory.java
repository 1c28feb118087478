package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the entries of a ZIP archive lie. Only stored entries are accepted, as PyTorch writes them, so that there is
/// nothing to inflate and tensors can be read in place.
final class ZipDirectory {

    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int LOCATOR64_SIGNATURE = 0x07064b50;

    private static final int LOCAL_BYTES = 30;
    private static final int ENTRY_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END64_BYTES = 56;
    private static final int LOCATOR64_BYTES = 20;
    private static final int MAX_COMMENT_BYTES = 0xFFFF;

    private static final int ZIP64_EXTRA = 1;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;

    /// Bytes of an entry's content in the file.
    record Entry(String name, long start, long length) {

        long end() {
            return start + length;
        }
    }

    private record Directory(long start, long length, long entries) {}

    private final TensorFile file;

    private ZipDirectory(TensorFile file) {
        this.file = file;
    }

    /// All entries by name.
    static Map<String, Entry> read(TensorFile file) {
        ZipDirectory reader = new ZipDirectory(file);
        Directory directory = reader.directory();
        List<Entry> entries = reader.entries(directory);
        Map<String, Entry> byName = LinkedHashMap.newLinkedHashMap(entries.size());
        for (Entry entry : entries) {
            if (byName.putIfAbsent(entry.name(), entry) != null) {
                throw reader.invalid("two entries '" + entry.name() + "'");
            }
        }
        reader.requireDisjoint(entries, directory);
        return byName;
    }

    private Directory directory() {
        int tailLength = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
        long tailStart = file.size() - tailLength;
        ByteBuffer tail = bytes(tailStart, tailLength);
        for (int i = tailLength - END_BYTES; i >= 0; i--) {
            boolean isEnd =
                    tail.getInt(i) == END_SIGNATURE && i + END_BYTES + unsigned(tail.getShort(i + 20)) == tailLength;
            if (isEnd) {
                return directory(tail, i, tailStart + i);
            }
        }
        throw invalid("no end of the ZIP directory");
    }

    private Directory directory(ByteBuffer tail, int end, long position) {
        Directory directory = new Directory(
                unsigned(tail.getInt(end + 16)), unsigned(tail.getInt(end + 12)), unsigned(tail.getShort(end + 10)));
        long limit = position;
        boolean has64 = position >= LOCATOR64_BYTES
                && bytes(position - LOCATOR64_BYTES, LOCATOR64_BYTES).getInt(0) == LOCATOR64_SIGNATURE;
        if (has64) {
            limit = bytes(position - LOCATOR64_BYTES, LOCATOR64_BYTES).getLong(8);
            if (limit < 0 || limit > position - LOCATOR64_BYTES - END64_BYTES) {
                throw invalid("the ZIP64 directory's end is outside of the file");
            }
            ByteBuffer end64 = bytes(limit, END64_BYTES);
            if (end64.getInt(0) != END64_SIGNATURE) {
                throw invalid("no ZIP64 directory where it should be");
            }
            directory = new Directory(end64.getLong(48), end64.getLong(40), end64.getLong(32));
        }
        boolean fits = directory.start() >= 0
                && directory.length() >= 0
                && directory.start() <= limit
                && directory.length() == limit - directory.start();
        if (!fits) {
            throw invalid("the ZIP directory does not lie right before its end");
        }
        if (directory.length() > Limits.ZIP_DIRECTORY_BYTES
                || directory.entries() < 0
                || directory.entries() > Limits.ZIP_ENTRIES) {
            throw invalid(
                    "a ZIP directory of " + directory.length() + " bytes and " + directory.entries() + " entries");
        }
        return directory;
    }

    private List<Entry> entries(Directory directory) {
        ByteBuffer buffer = bytes(directory.start(), (int) directory.length());
        List<Entry> entries = new ArrayList<>();
        while (buffer.hasRemaining()) {
            entries.add(entry(buffer, directory.start()));
        }
        if (entries.size() != directory.entries()) {
            throw invalid("a ZIP directory of " + entries.size() + " entries that claims " + directory.entries());
        }
        return entries;
    }

    private Entry entry(ByteBuffer buffer, long dataEnd) {
        int at = buffer.position();
        if (buffer.remaining() < ENTRY_BYTES || buffer.getInt(at) != ENTRY_SIGNATURE) {
            throw invalid("the ZIP directory is damaged");
        }
        int nameLength = unsigned(buffer.getShort(at + 28));
        int extraLength = unsigned(buffer.getShort(at + 30));
        int commentLength = unsigned(buffer.getShort(at + 32));
        int total = ENTRY_BYTES + nameLength + extraLength + commentLength;
        if (total > buffer.remaining() || nameLength > Limits.NAME_LENGTH) {
            throw invalid("the ZIP directory is damaged");
        }
        String name = StandardCharsets.UTF_8
                .decode(buffer.slice(at + ENTRY_BYTES, nameLength))
                .toString();
        boolean encrypted = (buffer.getShort(at + 8) & 1) != 0;
        int method = unsigned(buffer.getShort(at + 10));
        if (encrypted || method != 0) {
            throw invalid("entry '" + name + "' is " + (encrypted ? "encrypted" : "compressed (method " + method + ")")
                    + "; only stored entries are read");
        }
        ByteBuffer extra =
                buffer.slice(at + ENTRY_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN);
        Zip64 zip64 = new Zip64(extra);
        long size = zip64.orField(unsigned(buffer.getInt(at + 24)), name);
        long storedSize = zip64.orField(unsigned(buffer.getInt(at + 20)), name);
        long header = zip64.orField(unsigned(buffer.getInt(at + 42)), name);
        if (size != storedSize) {
            throw invalid("entry '" + name + "' of " + size + " bytes is stored in " + storedSize);
        }
        buffer.position(at + total);
        return located(name, header, size, dataEnd);
    }

    private Entry located(String name, long header, long size, long dataEnd) {
        if (header < 0 || header > dataEnd - LOCAL_BYTES) {
            throw invalid("entry '" + name + "' lies outside of the file");
        }
        ByteBuffer local = bytes(header, LOCAL_BYTES);
        if (local.getInt(0) != LOCAL_SIGNATURE || local.getShort(8) != 0) {
            throw invalid("entry '" + name + "' has a damaged header");
        }
        long start = header + LOCAL_BYTES + unsigned(local.getShort(26)) + unsigned(local.getShort(28));
        if (size < 0 || start > dataEnd || size > dataEnd - start) {
            throw invalid("entry '" + name + "' of " + Long.toUnsignedString(size) + " bytes leaves the file");
        }
        return new Entry(name, start, size);
    }

    private void requireDisjoint(List<Entry> entries, Directory directory) {
        List<Entry> inOrder = entries.stream()
                .sorted(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end))
                .toList();
        long position = 0;
        for (Entry entry : inOrder) {
            if (entry.start() < position || entry.end() > directory.start()) {
                throw invalid("entry '" + entry.name() + "' overlaps another one");
            }
            position = entry.end();
        }
    }

    /// The fields that did not fit into 32 bits, in the order of the entry's fields.
    private final class Zip64 {

        private final ByteBuffer values;

        Zip64(ByteBuffer extra) {
            ByteBuffer found = ByteBuffer.allocate(0);
            while (extra.remaining() >= 4) {
                int id = unsigned(extra.getShort());
                int length = unsigned(extra.getShort());
                if (length > extra.remaining()) {
                    throw invalid("the ZIP directory is damaged");
                }
                if (id == ZIP64_EXTRA) {
                    found = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                }
                extra.position(extra.position() + length);
            }
            values = found;
        }

        long orField(long field, String name) {
            if (field != IN_ZIP64) {
                return field;
            }
            if (values.remaining() < Long.BYTES) {
                throw invalid("entry '" + name + "' lacks its ZIP64 sizes");
            }
            return values.getLong();
        }
    }

    private ByteBuffer bytes(long position, int length) {
        return ByteBuffer.wrap(file.readBytes(position, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int unsigned(short value) {
        return value & 0xFFFF;
    }

    private static long unsigned(int value) {
        return value & IN_ZIP64;
    }

    private InvalidCheckpoint invalid(String problem) {
        return new InvalidCheckpoint(file.path() + ": " + problem);
    }
}
