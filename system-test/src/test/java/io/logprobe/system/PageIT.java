package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.logprobe.engine.checkpoint.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/// The web page in a real browser, before the real services.
class PageIT {

    private static final Path DEMO = Path.of("../standalone/src/main/resources/demo");

    @TempDir
    static Path folder;

    private static RunningLogprobe logprobe;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Path chromium = Browser.require();
        logprobe = RunningLogprobe.start(folder.resolve("data"));
        for (String model : List.of("opt-59k", "opt-272k")) {
            logprobe.addModel("demo/" + model, DEMO.resolve("models").resolve(model));
        }
        logprobe.addDataset(
                "demo/pronouns",
                Files.readAllLines(DEMO.resolve("datasets/pronouns/test.jsonl")).subList(0, 40));
        browser = Browser.start(chromium, Files.createDirectory(folder.resolve("profile")));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (logprobe != null) {
            logprobe.close();
        }
    }

    @AfterEach
    void noScriptHasFailed() {
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void submittedJobIsFollowedToItsFiguresAndFoundAtItsAddress() {
        submit("demo/pronouns", "demo/opt-59k", "demo/opt-272k");
        browser.eventually(() -> assertThat(evaluationTexts()).hasSize(2).allMatch(row -> row.contains("completed")));

        JsonNode job = shownJob();
        for (int model = 0; model < 2; model++) {
            JsonNode metrics = job.at("/evaluations/" + model + "/metrics");
            assertThat(evaluationTexts().get(model))
                    .contains(percent(metrics.at("/accuracy/value")))
                    .contains(percent(metrics.at("/accuracy/high95")))
                    .contains(String.format(
                            Locale.ROOT, "%.3f", metrics.at("/loss/value").asDouble()));
        }
        List<String> shown = evaluationTexts();
        browser.open(browser.address());
        browser.eventually(() -> assertThat(evaluationTexts()).isEqualTo(shown));
    }

    @Test
    void refusalIsShownInTheWordsOfTheApi() {
        submit("nobody/nothing", "demo/opt-59k", "nobody/model");

        browser.eventually(() -> assertThat(browser.find("form").getText()).contains("nobody/nothing", "nobody/model"));
        assertThat(browser.address().getPath()).isEqualTo("/");
    }

    @Test
    void markupInTheNameOfAModelIsShownAsText() throws IOException {
        String file = "<s>q8.gguf";
        Path repository = Files.createDirectories(folder.resolve("hostile"));
        Files.write(repository.resolve(file), TinyGguf.q8());
        logprobe.addModel("demo/hostile", repository);

        submit("demo/pronouns", "demo/hostile/" + file);

        browser.eventually(() ->
                assertThat(evaluationTexts()).singleElement().asString().contains("demo/hostile/" + file, "completed"));
        browser.eventually(() -> assertThat(browser.find("#jobs").getText()).contains(file));
        assertThat(browser.all("main s")).isEmpty();
    }

    private static void submit(String dataset, String... models) {
        browser.open(logprobe.page("/"));
        browser.field("Dataset").sendKeys(dataset);
        browser.field("Models, one a line").sendKeys(String.join("\n", models));
        browser.button("Submit").click();
    }

    private static List<String> evaluationTexts() {
        return browser.all("#evaluations tbody tr").stream()
                .map(WebElement::getText)
                .toList();
    }

    private static JsonNode shownJob() {
        return logprobe.get("/v1" + browser.address().getPath());
    }

    private static String percent(JsonNode share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share.asDouble());
    }
}
