package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchLegacyTest {

    private static final byte[] MAGIC = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e");
    private static final byte[] VERSION = new PickleBuilder().integer(1001).stop();
    private static final byte[] SYSTEM =
            new PickleBuilder().op('}').text("little_endian").op(0x88).op('s').stop();

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void useTheFolder() {
        folder = new ModelFolder(path);
    }

    @Test
    void readsStoragesInTheirListedOrder() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k1"));
        write(storage(1, 5f), storage(2, 6f, 7f));

        assertThat(read("a")).containsExactly(6, 7);
        assertThat(read("b")).containsExactly(5);
    }

    @Test
    void rejectsStorageOfAnotherSize() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k1"));
        write(storage(1, 5f), storage(3, 6f, 7f, 8f));

        assertRejected("storage 'k1' of 2 elements has 3");
    }

    @Test
    void rejectsStorageThatLeavesTheFile() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k1"));
        write(storage(1, 5f), storage(2, 6f));

        assertRejected("storage 'k1' of 2 elements has 1");
    }

    @Test
    void rejectsTrailingBytes() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k1"));
        write(storage(1, 5f), storage(2, 6f, 7f), new byte[3]);

        assertRejected("3 bytes follow the last storage");
    }

    @Test
    void rejectsStorageThatIsNotListed() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2"));
        write(storage(1, 5f));

        assertRejected("a storage of the state dict is missing");
    }

    @Test
    void rejectsUnknownStorage() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k3"));
        write(storage(1, 5f), storage(2, 6f, 7f));

        assertRejected("a storage that the state dict does not mention");
    }

    @Test
    void rejectsStorageThatIsListedTwice() {
        write(MAGIC, VERSION, SYSTEM, twoTensors(), keys("k2", "k2"));
        write(storage(1, 5f), storage(1, 6f));

        assertRejected("storage 'k2' is listed twice");
    }

    @Test
    void rejectsBigEndianSystem() {
        byte[] big = new PickleBuilder()
                .op('}')
                .text("little_endian")
                .op(0x89)
                .op('s')
                .stop();
        write(MAGIC, VERSION, big);

        assertRejected("not written by a little-endian system");
    }

    @Test
    void rejectsUnknownVersion() {
        write(MAGIC, new PickleBuilder().integer(1002).stop());

        assertRejected("unknown version of the legacy format");
    }

    private static byte[] twoTensors() {
        long[] one = {1};
        return new PickleBuilder()
                .op('}')
                .op('(')
                .text("a")
                .tensor("FloatStorage", "k1", 2, 0, new long[] {2}, one)
                .text("b")
                .tensor("FloatStorage", "k2", 1, 0, one, one)
                .op('u')
                .stop();
    }

    private static byte[] keys(String... keys) {
        PickleBuilder list = new PickleBuilder().op(']').op('(');
        Arrays.stream(keys).forEach(list::text);
        return list.op('e').stop();
    }

    private static byte[] storage(long elements, float... values) {
        return ByteBuffer.allocate(8 + values.length * 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(elements)
                .put(ModelFolder.floats(values))
                .array();
    }

    private void write(byte[]... parts) {
        Arrays.stream(parts).forEach(file::writeBytes);
        folder.write("pytorch_model.bin", file.toByteArray());
    }

    private float[] read(String name) {
        try (Checkpoint checkpoint = Checkpoint.open(path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(checkpoint.info(name).elements() * 4, 4);
            checkpoint.readFloat32(name, values);
            return values.toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private void assertRejected(String message) {
        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("pytorch_model.bin")
                .hasMessageContaining(message);
    }
}
