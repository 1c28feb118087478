package io.logprobe.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.api.problem.Unacceptable;
import io.logprobe.engine.checkpoint.GgufBuilder;
import io.logprobe.engine.checkpoint.TinyGguf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufHeaderTest {

    private static final String FILE = "a.gguf";

    @Test
    void architectureAndParametersAreRead() throws IOException {
        GgufHeader header = new GgufHeader("llama", TinyGguf.PARAMETERS, 11, GgufHeader.Split.NONE);

        assertThat(read(TinyGguf.float32())).isEqualTo(header);
        assertThat(read(TinyGguf.q8())).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 30, 3000, 20_000, 77_000})
    void truncatedFileIsNamed(int length) {
        assertRefused(Arrays.copyOf(TinyGguf.float32(), length), "is truncated");
    }

    @Test
    void brokenDownloadIsNotTheFilesFault() {
        byte[] file = TinyGguf.float32();

        assertThatThrownBy(() -> GgufHeader.read(new ByteArrayInputStream(file, 0, 500), file.length, FILE))
                .isInstanceOf(IOException.class)
                .hasMessage("the connection ended after 500 bytes");
    }

    @Test
    void whatIsNoGgufFileIsNamed() {
        assertRefused(new byte[100], "is no GGUF file");
        assertRefused(new GgufBuilder().version(1).build(), "is of GGUF version 1");
    }

    @Test
    void architectureThatIsNotReadIsNamed() {
        assertRefused(
                new GgufBuilder().text("general.architecture", "mamba").build(),
                "is of architecture 'mamba', which cannot be scored as a GGUF file yet; supported are arcee, bloom,");
    }

    @Test
    void laterPartNeedsNoArchitecture() throws IOException {
        List<byte[]> parts = TinyGguf.q8InParts(2);

        assertThat(read(parts.getFirst()).architecture()).isEqualTo("llama");
        assertThat(read(parts.getFirst()).split()).isEqualTo(new GgufHeader.Split(1, 2, 11));
        assertThat(read(parts.getLast()).architecture()).isEmpty();
        assertThat(read(parts.getLast()).split()).isEqualTo(new GgufHeader.Split(2, 2, 11));
    }

    @Test
    void whatAPartSaysOfItselfHasToBeANumber() {
        assertRefused(new GgufBuilder().text("split.no", "1").build(), "under split.no, which is no integer");
    }

    @Test
    void tensorOfAnUnreadableTypeIsNamedWithThoseThatAreRead() {
        assertRefused(
                llama().tensor("blk.0.attn_q.weight", 18, new byte[98], 1, 256).build(),
                "has the tensor blk.0.attn_q.weight as IQ3_XXS, which cannot be read; readable are F32, F16,");
        assertRefused(llama().tensor("t", 77, new byte[4], 1).build(), "has the tensor t as type 77, which");
    }

    @Test
    void impossibleShapeIsRefused() {
        assertRefused(llama().tensor("t", 0, new byte[4], 1L << 40, 1L << 40).build(), "impossible shape");
        assertRefused(llama().tensor("t", 0, new byte[4], -1).build(), "with a dimension of -1");
    }

    /// Whatever a file says, the answer is a header or a refusal.
    @Test
    void damagedFilesAreReadOrRefused() {
        Random random = new Random(7);
        byte[] sound = TinyGguf.q8();
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = sound.clone();
            for (int change = 0; change < 3; change++) {
                damaged[random.nextInt(8000)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(damaged).parameterCount()).isPositive();
            } catch (Unacceptable e) {
                assertThat(e).hasMessageStartingWith(FILE + " ");
            } catch (IOException e) {
                throw new AssertionError("round " + round, e);
            }
        }
    }

    private static GgufBuilder llama() {
        return new GgufBuilder().text("general.architecture", "llama");
    }

    private static GgufHeader read(byte[] file) throws IOException {
        return GgufHeader.read(new ByteArrayInputStream(file), file.length, FILE);
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(Unacceptable.class)
                .hasMessageStartingWith(FILE + " ")
                .hasMessageContaining(message);
    }
}
