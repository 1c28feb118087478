package io.logprobe.engine.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFaultTest {

    @TempDir
    private Path folder;

    @Test
    void aFileThatIsNotThereIsSaidToBeMissing() {
        IOException fault = faultOfReading(folder.resolve("rows.jsonl"));

        assertThat(FileFault.describe(fault)).isEqualTo("no such file or folder");
    }

    @Test
    void whatTheSystemSaysIsSaidWithoutTheNameOfAnException() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");

        assertThat(FileFault.describe(faultOfReading(file.resolve("below")))).isEqualTo("Not a directory");
        assertThat(FileFault.describe(faultOfReading(folder))).isEqualTo("Is a directory");
    }

    @Test
    void permissionsAreSaidToBeMissing() {
        assertThat(FileFault.describe(new AccessDeniedException("rows.jsonl"))).isEqualTo("permission denied");
    }

    @Test
    void aFaultWithoutWordsIsCalledByItsName() {
        assertThat(FileFault.describe(new IOException())).isEqualTo("IOException");
    }

    private static IOException faultOfReading(Path file) {
        return catchThrowableOfType(IOException.class, () -> Files.readAllBytes(file));
    }
}
