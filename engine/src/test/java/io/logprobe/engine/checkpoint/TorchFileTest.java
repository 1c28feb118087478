package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

    private static final long[] ONE = {1};
    private static final byte[] SIX = ModelFolder.floats(1, 2, 3, 4, 5, 6);

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void useTheFolder() {
        folder = new ModelFolder(path);
    }

    @Test
    void readsTwoViewsOfOneStorage() {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("whole")
                        .tensor("FloatStorage", "0", 6, 0, new long[] {2, 3}, new long[] {3, 1})
                        .text("last")
                        .tensor("FloatStorage", "0", 6, 4, new long[] {2}, ONE)),
                SIX);

        assertThat(read("whole")).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(read("last")).containsExactly(5, 6);
    }

    @Test
    void readsTransposedTensor() {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("t")
                        .tensor("FloatStorage", "0", 6, 0, new long[] {3, 2}, new long[] {1, 3})),
                SIX);

        assertThat(read("t")).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void readsSomeRowsOfTransposedTensor() {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("t")
                        .tensor("FloatStorage", "0", 6, 0, new long[] {3, 2}, new long[] {1, 3})),
                SIX);

        try (Checkpoint checkpoint = Checkpoint.open(path);
                Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate(8, 4);
            checkpoint.readFloat32("t", 1, 1, row);
            assertThat(row.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(2, 5);
        }
    }

    @Test
    void readsParameterAndIgnoresOtherValues() {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("p")
                        .global("torch._utils", "_rebuild_parameter")
                        .op('(')
                        .tensor("FloatStorage", "0", 6, 0, new long[] {6}, ONE)
                        .op(0x88)
                        .emptyOrderedDict()
                        .op('t')
                        .op('R')
                        .text("step")
                        .integer(7)),
                SIX);

        assertThat(read("p")).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @CsvSource({
        "posix, system, global 'posix.system' is not allowed",
        "builtins, eval, global 'builtins.eval' is not allowed",
        "torch._utils, _rebuild_device_tensor_from_numpy, is not allowed",
        "torch, load, global 'torch.load' is not allowed",
        "collections, OrderedDict.fromkeys, is not allowed"
    })
    void rejectsForbiddenGlobal(String module, String name, String message) {
        folder.torch(new PickleBuilder().global(module, name).stop());

        assertRejected(message);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {'i', 'o', 0x81, 0x92, 'P', 0x82, 0x83, 0x84, 'S', 'I', 'L', '2', '0', '1', 'd', 'l', 'B', 0xFF})
    void rejectsForbiddenOpcode(int opcode) {
        folder.torch(new PickleBuilder().op('N').op(opcode).stop());

        assertRejected("opcode 0x%02x".formatted(opcode));
    }

    @Test
    void rejectsForbiddenGlobalFromTheStack() {
        folder.torch(new PickleBuilder().text("os").text("system").op(0x93).stop());

        assertRejected("global 'os.system' is not allowed");
    }

    @Test
    void rejectsCallOfSomethingElse() {
        folder.torch(new PickleBuilder().text("f").op(')').op('R').stop());

        assertRejected("a call of something that is not a function");
    }

    @Test
    void rejectsStateOfTensor() {
        folder.torch(
                new PickleBuilder()
                        .tensor("FloatStorage", "0", 6, 0, new long[] {6}, ONE)
                        .op('}')
                        .op('b')
                        .stop(),
                SIX);

        assertRejected("sets the state of something that is not a dict");
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0, 1, leaves its storage '0' of 6 elements",
        "6, 1, 1, leaves its storage",
        "3, 0, 3, leaves its storage",
        "1000000, 0, 0, leaves its storage",
        "4611686018427387903, 0, 3, a tensor with too many elements",
        "-1, 0, 1, a size that is not a natural number",
        "1, -1, 1, a size that is not a natural number",
        "1, 0, -1, a size that is not a natural number",
        "9223372036854775807, 0, 1, a size that is not a natural number"
    })
    void rejectsTensorOutsideOfItsStorage(long size, long offset, long stride, String message) {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("t")
                        .tensor("FloatStorage", "0", 6, offset, new long[] {size}, new long[] {stride})),
                SIX);

        assertRejected(message);
    }

    @Test
    void rejectsShapeWhoseProductOverflows() {
        long[] shape = {1L << 32, 1L << 32};
        folder.torch(
                dictOf(new PickleBuilder().op('(').text("t").tensor("FloatStorage", "0", 6, 0, shape, new long[] {0, 0
                })),
                SIX);

        assertRejected("a tensor with too many elements");
    }

    @Test
    void rejectsStorageOfAnotherSize() {
        folder.torch(dictOf(new PickleBuilder().op('(').text("t").tensor("FloatStorage", "0", 7, 0, ONE, ONE)), SIX);

        assertRejected("storage '0' of 28 bytes has 24");
    }

    @Test
    void rejectsMissingStorage() {
        folder.torch(dictOf(new PickleBuilder().op('(').text("t").tensor("FloatStorage", "../0", 6, 0, ONE, ONE)), SIX);

        assertRejected("storage '../0' of 24 bytes is missing");
    }

    @Test
    void rejectsDuplicateTensor() {
        folder.torch(
                dictOf(new PickleBuilder()
                        .op('(')
                        .text("t")
                        .tensor("FloatStorage", "0", 6, 0, ONE, ONE)
                        .text("t")
                        .tensor("FloatStorage", "0", 6, 1, ONE, ONE)),
                SIX);

        assertRejected("duplicate key 't'");
    }

    @Test
    void rejectsSomethingAfterTheStateDict() {
        byte[] pickle = dictOf(new PickleBuilder().op('(').text("t").tensor("FloatStorage", "0", 6, 0, ONE, ONE));
        folder.torch(Arrays.copyOf(pickle, pickle.length + 1), SIX);

        assertRejected("something follows the state dict");
    }

    @Test
    void rejectsPickleWithoutEnd() {
        folder.torch(new byte[] {(byte) 0x80, 2, '}'});

        assertRejected("ends in the middle of a value");
    }

    @Test
    void rejectsMoreOpcodesThanAnyStateDictHas() {
        byte[] pickle = new byte[Limits.PICKLE_OPCODES + 10];
        Arrays.fill(pickle, (byte) '}');
        folder.torch(pickle);

        assertRejected("more than 2097152 opcodes");
    }

    @Test
    void rejectsHugeString() {
        folder.torch(new PickleBuilder()
                .op('X')
                .raw(PickleBuilder.int32(Integer.MAX_VALUE))
                .stop());

        assertRejected("a string of 2147483647 bytes");
    }

    @Test
    void sharesValuesOfMemosInsteadOfCopyingThem() {
        PickleBuilder bomb = new PickleBuilder()
                .op('}')
                .text("level 0")
                .op(']')
                .op('q')
                .op(0)
                .op('s');
        for (int level = 1; level < 250; level++) {
            bomb.text("level " + level).op(']').op('q').op(level).op('(');
            for (int i = 0; i < 100; i++) {
                bomb.op('h').op(level - 1);
            }
            bomb.op('e').op('s');
        }
        folder.torch(bomb.stop());

        assertRejected("a dict without tensors");
    }

    @Test
    void rejectsCompressedEntries() {
        byte[] zip = ModelFolder.zip(Map.of("archive/data.pkl", new byte[100_000]), ZipEntry.DEFLATED);
        folder.write("pytorch_model.bin", zip);

        assertRejected("entry 'archive/data.pkl' is compressed (method 8)");
    }

    @Test
    void rejectsBigEndianArchive() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", new PickleBuilder().op('}').stop());
        entries.put("archive/byteorder", "big".getBytes(StandardCharsets.UTF_8));
        folder.write("pytorch_model.bin", ModelFolder.zip(entries, ZipEntry.STORED));

        assertRejected("byte order 'big' is not supported");
    }

    @Test
    void rejectsArchiveWithoutOrWithSeveralPickles() {
        folder.write("pytorch_model.bin", ModelFolder.zip(Map.of("a", new byte[1]), ZipEntry.STORED));
        assertRejected("0 entries named data.pkl");

        folder.write(
                "pytorch_model.bin",
                ModelFolder.zip(Map.of("a/data.pkl", new byte[1], "b/data.pkl", new byte[1]), ZipEntry.STORED));
        assertRejected("2 entries named data.pkl");
    }

    @Test
    void rejectsTruncatedArchive() {
        byte[] zip = ModelFolder.zip(Map.of("archive/data.pkl", new byte[10]), ZipEntry.STORED);
        folder.write("pytorch_model.bin", Arrays.copyOf(zip, zip.length - 3));

        assertRejected("no end of the ZIP directory");
    }

    @Test
    void rejectsFileThatIsNoStateDict() {
        folder.write("pytorch_model.bin", "version https://git-lfs.github.com/spec/v1\n");

        assertRejected("neither a ZIP archive nor a pickle");
    }

    @Test
    void rejectsPickleThatIsNotOfTorchSave() {
        folder.write("pytorch_model.bin", new PickleBuilder().op('}').stop());

        assertRejected("wrong magic number");
    }

    private static byte[] dictOf(PickleBuilder items) {
        byte[] body = items.op('u').stop();
        byte[] dict = new byte[body.length + 1];
        dict[0] = body[0];
        dict[1] = body[1];
        dict[2] = '}';
        System.arraycopy(body, 2, dict, 3, body.length - 2);
        return dict;
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
