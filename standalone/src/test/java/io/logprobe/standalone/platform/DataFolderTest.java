package io.logprobe.standalone.platform;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final String ELSEWHERE = "https://huggingface.co";

    @TempDir
    Path root;

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
