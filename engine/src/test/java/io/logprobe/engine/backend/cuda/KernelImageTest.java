package io.logprobe.engine.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The compiled kernels in the engine's jar are those of the sources beside it.
class KernelImageTest {

    private static final Path SOURCES = Path.of("src/main/cuda");
    private static final Pattern ENTRY = Pattern.compile("^KERNEL void (\\w+)\\(", Pattern.MULTILINE);

    @Test
    void compiledKernelsAreThoseOfTheSources() throws IOException, NoSuchAlgorithmException {
        StringBuilder list = new StringBuilder();
        for (String suffix : List.of(".cu", ".cuh")) {
            for (Path source : sources(suffix)) {
                list.append(sha256(Files.readAllBytes(source)))
                        .append("  ")
                        .append(source.getFileName())
                        .append('\n');
            }
        }

        assertThat(sha256(list.toString().getBytes(StandardCharsets.UTF_8)))
                .as("digest of the kernels' sources; where they changed: ./logprobe kernels")
                .isEqualTo(text("kernels.sha256").strip());
    }

    @Test
    void everyKernelOfTheSourcesHasALauncherAndTheOtherWayRound() {
        List<String> entries = sources(".cu").stream()
                .flatMap(source -> ENTRY.matcher(read(source)).results())
                .map(match -> match.group(1))
                .toList();

        assertThat(entries)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Kernel.values()).map(Kernel::symbol).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernels-sm_80.cubin", "kernels-sm_90.cubin", "kernels.ptx"})
    void everyImageHoldsEveryKernel(String image) {
        String content = text(image);

        assertThat(Kernel.values()).allSatisfy(kernel -> assertThat(content).contains(kernel.symbol()));
    }

    @Test
    void ptxIsForAnyDriverOfCuda12AndAnyCardFrom80() {
        assertThat(text("kernels.ptx")).contains("\n.version 8.0\n.target sm_80\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 10, 12})
    void cardsWithoutMachineCodeOfTheirOwnGetPtx(int computeMajor) {
        KernelImage image = KernelImage.of(computeMajor);

        assertThat(image.machineCode() == null).isEqualTo(computeMajor >= 10);
        assertThat(image.ptx()).endsWith((byte) 0);
    }

    private static List<Path> sources(String suffix) {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String resource) {
        return new String(KernelImage.resource(resource), StandardCharsets.ISO_8859_1);
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
