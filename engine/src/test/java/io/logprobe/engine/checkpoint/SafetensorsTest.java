package io.logprobe.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidCheckpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

    @TempDir
    Path path;

    private ModelFolder folder;

    @BeforeEach
    void useTheFolder() {
        folder = new ModelFolder(path);
    }

    @Test
    void opensTensorsScalarsAndEmptyTensors() {
        folder.safetensors("""
                {"__metadata__":{"format":"pt"},
                 "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
                 "empty":{"dtype":"F32","shape":[0,5],"data_offsets":[24,24]},
                 "mask":{"dtype":"BOOL","shape":[2],"data_offsets":[24,26]},
                 "scalar":{"dtype":"BF16","shape":[],"data_offsets":[26,28]}}   \
                """, 28);

        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            assertThat(checkpoint.names()).containsExactly("a", "empty", "mask", "scalar");
            assertThat(checkpoint.info("a").shape()).containsExactly(2L, 3L);
            assertThat(checkpoint.totalBytes()).isEqualTo(28);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,header of 0 bytes", "-1,header of 18446744073709551615 bytes", "1000000,header of 1000000 bytes"})
    void rejectsHeaderLengthThatDoesNotFitTheFile(long length, String message) {
        byte[] file = ModelFolder.safetensorsBytes("{}", 0);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        folder.write("model.safetensors", file);

        assertRejected(message);
    }

    @Test
    void rejectsFileThatIsTooShort() {
        folder.write("model.safetensors", new byte[9]);

        assertRejected("9 bytes are too few");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,2]                 | header does not start with '{'",
                "{\"a\":               | header is not valid JSON",
                "{} {}                 | something follows the header's JSON object",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | header is not valid JSON: line 1, column 58: field 'a' is there twice",
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,4]}} | header is not valid JSON: line 1, column 28: field 'dtype' is there twice",
                "{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}         | unknown field 'a'",
                "{\"__metadata__\":{\"a\":{\"b\":{\"c\":{\"d\":1}}}}} | '__metadata__': expected a text in the header, found an object at byte 21",
                "{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}} | tensor 'a': unknown dtype 'F33'",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}  | tensor 'a': must have dtype, shape and two data_offsets",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}} | '-1' is not a size",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}} | is not a size",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}} | expected an integer in the header, found a fraction at byte 29",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}} | has too many elements",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}} | has too many elements",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | shape [2] of F32 needs 8 bytes, data_offsets 0..4 hold 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | data_offsets 4..0 in 4 bytes of data",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | data_offsets 0..8 in 4 bytes of data",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}} | tensor 'b': overlaps the tensor before it",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | tensor 'b': leaves a hole before it",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]}} | tensor 'b': overlaps",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}} | 1 bytes at the end belong to no tensor",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,4],\"data_offsets\":[0,4]}} | a list of more than 8 numbers",
            })
    void rejectsHeader(String header, String message) {
        folder.safetensors(header, 4);

        assertRejected(message);
    }

    @Test
    void rejectsOverlongTensorName() {
        folder.safetensors("{\"" + "a".repeat(2000) + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0);

        assertRejected("header is not valid JSON");
    }

    @Test
    void rejectsDeepHeader() {
        folder.safetensors("{\"a\":{\"shape\":" + "[".repeat(100_000), 0);

        assertRejected("tensor 'a'");
    }

    private void assertRejected(String message) {
        assertThatThrownBy(() -> Checkpoint.open(path))
                .isInstanceOf(InvalidCheckpoint.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining(message);
    }
}
