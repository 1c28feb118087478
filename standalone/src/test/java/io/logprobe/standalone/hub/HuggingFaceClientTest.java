package io.logprobe.standalone.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official client is the judge of the protocol.
class HuggingFaceClientTest {

    @TempDir
    Path scratch;

    @Test
    void officialClientFindsEverythingInPlace() throws Exception {
        Optional<String> python = pythonWithHuggingFaceHub();
        assumeTrue(
                python.isPresent(),
                "needs a Python with huggingface_hub: ./logprobe test prepares one where the peers' script is there and"
                        + " pip reaches an index, or set LOGPROBE_PYTHON to its interpreter");
        Path judge = scratch.resolve("judge.py");
        try (InputStream script = getClass().getResourceAsStream("judge.py")) {
            Files.copy(script, judge, StandardCopyOption.REPLACE_EXISTING);
        }
        try (HubFixture hub = new HubFixture(scratch.resolve("hub"))) {
            hub.putModel("demo/tiny").put("models/demo/tiny/nested/deeper/ü n+1.txt", "deep");
            hub.putModel("other/one").putModel("other/two").put("models/other/three/README.md", "no metadata");
            hub.put("datasets/demo/pronouns/test.jsonl", "{}\n");
            hub.put(
                    "datasets/demo/pronouns/README.md",
                    "---\ntrain-eval-index:\n- config: default\n  col_mapping:\n    text: text\n---\n");

            Process process = new ProcessBuilder(
                            python.get(), judge.toString(), hub.start().uri().toString(), scratch.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(output).endsWith("judged\n");
        }
    }

    private static Optional<String> pythonWithHuggingFaceHub() {
        return Stream.of(System.getenv("LOGPROBE_PYTHON"), "python3")
                .filter(candidate -> candidate != null && hasHuggingFaceHub(candidate))
                .findFirst();
    }

    private static boolean hasHuggingFaceHub(String python) {
        try {
            return new ProcessBuilder(python, "-c", "import huggingface_hub")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
