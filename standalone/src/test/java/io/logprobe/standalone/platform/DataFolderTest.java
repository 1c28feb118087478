package io.logprobe.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final String ELSEWHERE = "https://huggingface.co";

    @TempDir
    Path root;

    @Test
    void itsLossIsNoticed() throws Exception {
        try (DataFolder folder = DataFolder.take(root.resolve("data"))) {
            CompletableFuture<Void> lost = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    folder.awaitLoss();
                    lost.complete(null);
                } catch (InterruptedException e) {
                    lost.completeExceptionally(e);
                }
            });

            Files.move(root.resolve("data"), root.resolve("elsewhere"));

            assertThat(lost).succeedsWithin(Duration.ofMinutes(1));
        }
    }

    @Test
    void keepsWorkingWithItsHub() {
        try (DataFolder folder = DataFolder.take(root)) {
            folder.belongTo(ELSEWHERE);

            assertThatCode(() -> folder.belongTo(ELSEWHERE)).doesNotThrowAnyException();
        }
    }

    @Test
    void jobsOfOneHubAreNotTakenToAnother() {
        try (DataFolder folder = DataFolder.take(root)) {
            folder.belongTo(ELSEWHERE);

            assertThatThrownBy(() -> folder.belongTo(DataFolder.LOCAL_HUB))
                    .isInstanceOf(DataOfAnotherHub.class)
                    .hasMessageContaining(root.getFileName().toString())
                    .hasMessageContaining("of the Hub '" + ELSEWHERE + "', not of 'local'")
                    .hasMessageContaining("--data");
        }
    }

    @Test
    void folderOfBeforeThereWasAChoiceIsTheLocalHubs() throws IOException {
        try (DataFolder folder = DataFolder.take(root)) {
            Files.createDirectories(folder.database());

            assertThatThrownBy(() -> folder.belongTo(ELSEWHERE)).isInstanceOf(DataOfAnotherHub.class);
            assertThatCode(() -> folder.belongTo(DataFolder.LOCAL_HUB)).doesNotThrowAnyException();
        }
    }
}
