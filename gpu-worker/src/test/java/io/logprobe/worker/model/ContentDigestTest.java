package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestTest {

    @TempDir
    Path folder;

    @Test
    void gitBlobIsWhatGitHashObjectPrints() throws IOException {
        Path file = Files.writeString(folder.resolve("greeting"), "hello\n");

        assertThat(new ContentDigest.GitBlob("ce013625030ba8dba906f756967f9e9ca394464a").matches(file))
                .isTrue();
    }

    @Test
    void sha256IsWhatSha256sumPrints() throws IOException {
        Path file = Files.writeString(folder.resolve("greeting"), "hello\n");

        assertThat(new ContentDigest.Sha256("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
                        .matches(file))
                .isTrue();
    }

    @Test
    void changedContentDoesNotMatch() throws IOException {
        Path file = Files.writeString(folder.resolve("greeting"), "Hello\n");

        assertThat(new ContentDigest.GitBlob("ce013625030ba8dba906f756967f9e9ca394464a").matches(file))
                .isFalse();
    }

    @Test
    void digestThatIsAPathIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ContentDigest.Sha256("../../etc/passwd"));
    }
}
