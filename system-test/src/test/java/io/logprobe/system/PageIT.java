package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.engine.checkpoint.TinyGguf;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/// The web page in a real browser, before the real services.
class PageIT {

    private static final Path DEMO = Path.of("../standalone/src/main/resources/demo");
    private static final String SMALL = "demo/opt-59k";
    private static final String LARGE = "demo/opt-272k";
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    @TempDir
    static Path folder;

    private static RunningLogprobe logprobe;
    private static Browser browser;

    /// A job with options of its own that has completed, as the REST API tells it.
    private static JsonNode finished;

    @BeforeAll
    static void start() throws IOException {
        Path chromium = Browser.require();
        logprobe = RunningLogprobe.start(folder.resolve("data"));
        for (String model : List.of(SMALL, LARGE)) {
            logprobe.addModel(model, DEMO.resolve("models").resolve(model.substring("demo/".length())));
        }
        logprobe.addDataset(
                "demo/pronouns",
                Files.readAllLines(DEMO.resolve("datasets/pronouns/test.jsonl")).subList(0, 40));
        browser = Browser.start(chromium, Files.createDirectory(folder.resolve("profile")));
        browser.resize(1300, 900);
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.putObject("dataset").put("id", "demo/pronouns");
        job.putArray("models").add(SMALL).add(LARGE);
        job.putObject("options").put("dtype", "bfloat16").put("bos", "never");
        finished = logprobe.awaitSettled(
                logprobe.client().submitJob(job).path("id").asText());
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
    void jobSubmittedByKeyboardIsFollowedToItsFiguresAndFoundAtItsAddress() {
        openForm();
        fillIn("demo/pronouns", SMALL, LARGE);
        browser.field("Dataset").sendKeys(Keys.ENTER);
        browser.eventually(
                () -> assertThat(browser.focused().getText()).startsWith("demo/pronouns (test, 40 examples)"));
        browser.focused().sendKeys(Keys.TAB);
        assertThat(browser.focused()).isEqualTo(browser.button("Use again"));
        awaitCompleted(2);
        browser.eventually(() -> assertThat(browser.find("[role=status]").getDomProperty("textContent"))
                .contains("Job completed"));

        JsonNode job = shownJob();
        for (int model = 0; model < 2; model++) {
            JsonNode metrics = job.at("/evaluations/" + model + "/metrics");
            assertThat(evaluations().get(model))
                    .contains(percent(metrics.at("/accuracy/value")), percent(metrics.at("/accuracy/high95")))
                    .contains(nats(metrics.at("/loss/value")), nats(metrics.at("/loss/low95")));
        }
        List<String> shown = evaluations();
        browser.open(browser.address());
        browser.eventually(() -> assertThat(evaluations()).isEqualTo(shown));
    }

    @Test
    void plotsOfAccuracyAndLossTellTheirFiguresAndChanceToScreenReaders() {
        openFinished();

        JsonNode metrics = finished.at("/evaluations/1/metrics");
        browser.eventually(() -> assertThat(browser.all("#plots svg"))
                .extracting(WebElement::getAccessibleName)
                .satisfiesExactly(
                        accuracy -> assertThat(accuracy)
                                .startsWith("Accuracy over model size")
                                .contains(
                                        SMALL, LARGE + ", 272 k parameters: " + percent(metrics.at("/accuracy/value")))
                                .endsWith("chance: 50.0 %"),
                        loss -> assertThat(loss)
                                .startsWith("Loss over model size")
                                .contains(SMALL, LARGE + ", 272 k parameters: " + nats(metrics.at("/loss/value")))
                                .endsWith("chance: 0.693")));
        assertThat(browser.all("#plots .interval")).hasSize(4);
        assertThat(browser.all("#plots .chance")).hasSize(2);
    }

    @Test
    void figuresSayWhereTheyComeFromAndTheirRowsCanBeDownloaded() {
        openFinished();

        JsonNode evaluation = finished.at("/evaluations/0");
        browser.find("#model-provenance summary").click();
        assertThat(browser.find("#job-provenance").getText())
                .contains(finished.path("id").asText())
                .contains(
                        finished.at("/dataset/revision").asText(),
                        finished.at("/dataset/digest").asText())
                .contains("bfloat16", "never");
        assertThat(browser.find("#model-provenance").getText())
                .contains(evaluation.at("/model/revision").asText())
                .contains(evaluation.at("/provenance/tokenizerDigest").asText())
                .contains(evaluation.at("/provenance/engineVersion").asText())
                .contains(evaluation.at("/provenance/backend").asText());
        assertThat(URI.create(browser.link("Rows of " + SMALL + " as JSON Lines")))
                .isEqualTo(
                        logprobe.page("/v1/evaluations/" + evaluation.path("id").asText() + "/examples.jsonl"));
        assertThat(logprobe.get(URI.create(browser.link("This job as JSON")).getPath()))
                .isEqualTo(finished);
    }

    @Test
    void figuresAreSortedByAColumnAndBackAgain() {
        openFinished();
        List<String> asked = List.of(SMALL, LARGE);
        assertThat(models()).isEqualTo(asked);

        browser.button("Parameters").click();
        assertThat(models()).isEqualTo(asked);
        browser.button("Parameters").click();
        assertThat(models()).isEqualTo(asked.reversed());
        assertThat(browser.find("#evaluations [aria-sort=descending]").getText())
                .startsWith("Parameters");
        browser.button("Parameters").click();
        assertThat(models()).isEqualTo(asked);
        assertThat(browser.all("#evaluations [aria-sort]")).isEmpty();
    }

    @Test
    void wrongExamplesAreShownWithTextClassesLogProbabilitiesAndTarget() {
        int wrong = examples("filter=wrong").size();
        openFinished();

        openExamples();
        browser.choose("Show", "only wrong");

        awaitExamples(examples("filter=wrong&limit=20"));
        assertThat(wrong).isPositive();
        assertThat(browser.find("#example-count").getText()).isEqualTo(Math.min(20, wrong) + " of " + wrong + " shown");
    }

    @Test
    void examplesComeInPagesAndTheFocusIsWhereTheReaderGoesOn() {
        openFinished();

        openExamples();
        browser.eventually(() -> assertThat(browser.all("#example-list li")).hasSize(20));
        assertThat(browser.focused()).isEqualTo(browser.find("#examples-title"));
        assertThat(browser.find("#example-count").getText()).isEqualTo("20 of 40 shown");
        browser.button("Show more examples").click();
        awaitExamples(examples("limit=40"));
        assertThat(browser.focused().getText()).startsWith("Example 20");
        browser.button("Close").click();

        assertThat(browser.find("#examples").isDisplayed()).isFalse();
        assertThat(browser.focused().getAccessibleName()).isEqualTo("Examples of " + SMALL);
        assertThat(browser.address().getQuery()).isNull();
    }

    @Test
    void examplesOnWhichTwoModelsDifferAreShownAndFoundAtTheirAddress() {
        JsonNode differing = examples("filter=differing&limit=20&compare="
                + finished.at("/evaluations/1/id").asText());
        assertThat(differing).isNotEmpty();
        openFinished();

        openExamples();
        browser.choose("Compare with", LARGE);
        browser.choose("Show", "where both models differ");
        awaitExamples(differing);

        browser.open(browser.address());
        awaitExamples(differing);
        browser.choose("Compare with", "no other model");
        browser.eventually(() -> assertThat(browser.all("#example-list li")).hasSize(20));
    }

    @Test
    void markupInRowsIsShownAsText() throws IOException {
        ObjectNode row = new ObjectMapper().createObjectNode().put("text", MARKUP + "\n<b>The nurse</b> said that");
        row.putArray("classes").add(" " + MARKUP).add(" she</script>");
        Path rows = Files.writeString(folder.resolve("markup.jsonl"), row.put("target", 0) + "\n");
        JsonNode job = logprobe.evaluate("demo/markup", rows, List.of(SMALL));

        browser.open(logprobe.page("/jobs/" + job.path("id").asText()));
        awaitCompleted(1);
        openExamples();

        browser.eventually(() -> assertThat(browser.find("#example-list li").getText())
                .contains(MARKUP + "\n<b>The nurse</b> said that", MARKUP + " target", " she</script>"));
        assertThat(browser.all("img, #example-list b")).isEmpty();
    }

    @Test
    void fortyModelsAreDrawnByFamilyAndNoneHidesAnother() {
        ObjectNode job = finished.deepCopy();
        ArrayNode evaluations = job.putArray("evaluations");
        for (String family :
                List.of("a/opt", "a/pythia", "b/pythia", "a/bloom", "a/falcon", "a/mpt", "a/qwen", "a/yi")) {
            for (int size = 1; size <= 5; size++) {
                ObjectNode evaluation = finished.at("/evaluations/0").deepCopy();
                evaluation
                        .withObject("/model")
                        .put("id", family + "-" + size + "b")
                        .put("parameterCount", size * 1e9);
                evaluations.add(evaluation);
            }
        }

        browser.answer("/v1/jobs/", 200, job.toString());
        try {
            openFinished(40);
            browser.eventually(
                    () -> assertThat(browser.all("#plots .legend li")).hasSize(8));
            assertThat(browser.all("#plots figure:first-of-type .trend")).hasSize(8);
            assertThat(browser.all("#plots figure:first-of-type .point"))
                    .extracting(point -> point.getDomAttribute("transform"))
                    .doesNotHaveDuplicates()
                    .hasSize(40);
        } finally {
            browser.answerTruly();
        }
    }

    @Test
    void refusalIsShownAtTheFieldsInTheWordsOfTheApi() {
        submit("nobody/nothing", SMALL, "nobody/model");

        browser.eventually(() -> assertThat(browser.find("#models-problem").getText())
                .contains("nobody/model")
                .doesNotContain(SMALL));
        assertThat(browser.find("#dataset-problem").getText()).contains("nobody/nothing");
        assertThat(browser.find("#form-problem").getText()).isEmpty();
        assertThat(browser.field("Dataset").getDomAttribute("aria-invalid")).isEqualTo("true");
        assertThat(browser.focused()).isEqualTo(browser.field("Dataset"));
        assertThat(browser.address().getPath()).isEqualTo("/");
    }

    @Test
    void addressesOfPagesOnTheHubAreTakenForWhatTheyShow() {
        submit(
                "https://huggingface.co/datasets/nobody/nothing/tree/v1.0/data",
                "https://huggingface.co/nobody/model",
                "https://huggingface.co/nobody/other/blob/main/a%20b.gguf");

        browser.eventually(() -> assertThat(browser.find("#models-problem").getText())
                .contains("nobody/model does not exist", "nobody/other does not exist"));
        assertThat(browser.find("#dataset-problem").getText()).contains("nobody/nothing does not exist");
        assertThat(browser.field("Revision").getDomProperty("value")).isEqualTo("v1.0");
    }

    @Test
    void ownFileIsUploadedAndTextsThatWereTruncatedAreTold() throws IOException {
        Path rows = Files.writeString(folder.resolve("own rows.csv"), """
                prompt,classes,target
                "%s","[' he', ' she']",1
                The nurse said that,"[' he', ' she']",1
                """.formatted(
                        "The nurse said that ".repeat(200).strip()));

        openForm();
        browser.field("Own file").click();
        browser.field("File, JSON Lines, JSON or CSV").sendKeys(rows.toString());
        browser.find("#job-form summary").click();
        browser.field("Text").sendKeys("prompt");
        browser.field("Models, one a line").sendKeys(SMALL);
        browser.button("Submit").click();
        awaitCompleted(1);

        assertThat(browser.find("#job-title").getText()).isEqualTo("upload/own-rows (test, 2 examples)");
        assertThat(browser.find("#truncated").getText()).contains("1 of 2 for " + SMALL);
        assertThat(browser.find("#job-provenance").getText()).contains("uploaded rows");
    }

    @Test
    void markupInAnOwnFileIsShownAsText() throws IOException {
        Path rows = Files.writeString(
                folder.resolve("hostile.jsonl"), "{\"" + MARKUP + "\": \"a\", \"classes\": [\" b\"], \"target\": 0}\n");

        openForm();
        browser.field("Own file").click();
        browser.field("File, JSON Lines, JSON or CSV").sendKeys(rows.toString());
        browser.field("Models, one a line").sendKeys(SMALL);
        browser.button("Submit").click();

        browser.eventually(
                () -> assertThat(browser.find("#file-problem").getText()).contains("column 'text' is missing", MARKUP));
        assertThat(browser.field("Text").isDisplayed()).as("names of columns").isTrue();
        assertThat(browser.all("img")).isEmpty();
    }

    @Test
    void markupInTheNameOfAModelIsShownAsText() throws IOException {
        String file = MARKUP + ".gguf";
        Path repository = Files.createDirectories(folder.resolve("hostile"));
        Files.write(repository.resolve(file), TinyGguf.q8());
        logprobe.addModel("demo/hostile", repository);

        submit("demo/pronouns", SMALL, "demo/hostile/" + file);
        awaitCompleted(2);

        assertThat(evaluations()).last().asString().contains("demo/hostile/" + file);
        assertThat(browser.find("#model-provenance").getText()).contains(file);
        browser.eventually(
                () -> assertThat(browser.find("#jobs tbody tr").getText()).contains(file, "completed"));
        assertThat(browser.all("img")).isEmpty();
    }

    @Test
    void failedModelIsShownWithTheReason() throws IOException {
        Path broken = logprobe.addModel("demo/broken", DEMO.resolve("models/opt-59k"));
        Files.writeString(broken.resolve("tokenizer.json"), "{");

        submit("demo/pronouns", "demo/broken", SMALL);

        browser.eventually(() -> assertThat(evaluations()).first().asString().contains("failed: ", "tokenizer.json"));
        browser.eventually(
                () -> assertThat(browser.find("#job-state").getText()).startsWith("partially failed"));
        assertThat(evaluations().getLast()).contains("completed");
    }

    @Test
    void jobIsCancelledOnlyByWhoSaysYes() {
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.putObject("dataset").put("id", "demo/pronouns");
        job.putArray("models").add(LARGE);

        try (var _ = logprobe.suspendWorker()) {
            String id = logprobe.client().submitJob(job).path("id").asText();
            browser.open(logprobe.page("/jobs/" + id));
            browser.eventually(() -> browser.button("Cancel").click());
            assertThat(browser.focused()).isEqualTo(browser.button("No, let it run"));
            browser.focused().sendKeys(Keys.ESCAPE);
            assertThat(browser.focused()).isEqualTo(browser.button("Cancel"));
            browser.focused().sendKeys(Keys.ENTER);
            browser.button("No, let it run").click();
            assertThat(browser.find("#cancel-question").isDisplayed()).isFalse();
            assertThat(logprobe.client().job(id).path("cancelRequested").asBoolean())
                    .isFalse();

            browser.button("Cancel").click();
            browser.button("Yes, cancel it").click();
            browser.eventually(
                    () -> assertThat(browser.find("#job-state").getText()).contains("cancelled"));
            assertThat(logprobe.client().job(id).path("cancelRequested").asBoolean())
                    .isTrue();
            assertThat(browser.find("#cancel").isDisplayed()).isFalse();
        }
    }

    @Test
    void jobIsShownAsSoonAsTheServiceAnswers() {
        browser.cutOff("*/v1/jobs/*");
        try {
            browser.open(logprobe.page("/jobs/" + finished.path("id").asText()));
            browser.eventually(() ->
                    assertThat(browser.find("#page-problem").getText()).startsWith("The service cannot be reached."));
        } finally {
            browser.cutOff();
        }

        awaitCompleted(2);
        assertThat(browser.find("#page-problem").getText()).isEmpty();
    }

    @Test
    void jobIsAskedForAgainWithGrowingPausesWhileTheServiceAnswersWithErrors() {
        browser.answer("/v1/jobs/", 503, "{}");
        try {
            browser.open(logprobe.page("/jobs/" + finished.path("id").asText()));
            browser.eventually(() -> assertThat(browser.find("#page-problem").getText())
                    .matches(
                            "The service answers with an error \\(503\\)\\. The next try is in (2|4|8|16|32|60) s\\."));
        } finally {
            browser.answerTruly();
        }

        awaitCompleted(2);
        assertThat(browser.find("#page-problem").getText()).isEmpty();
    }

    @Test
    void jobThatDoesNotExistIsNotAskedForAgain() {
        browser.open(logprobe.page("/jobs/00000000-0000-0000-0000-000000000000"));

        browser.eventually(() -> assertThat(browser.find("#page-problem").getText())
                .isEqualTo("no job has the id 00000000-0000-0000-0000-000000000000"));
        assertThat(browser.find("#job").isDisplayed()).isFalse();
    }

    @Test
    void jobThatIsNamedByTheAddressComesBeforeTheForm() {
        openFinished();
        int job = browser.find("#job").getLocation().y;
        int form = browser.find("#submit").getLocation().y;

        assertThat(job).isLessThan(form);
    }

    @Test
    void hubWhoseModelsCanBeEvaluatedIsLinked() {
        openForm();

        browser.eventually(() -> assertThat(browser.link("Hub"))
                .isEqualTo(logprobe.get("/v1/service").path("hub").asText() + "/"));
        assertThat(browser.find("#hub-hint").getText()).startsWith("Datasets and models are those of http://");
        assertThat(browser.find("#publish-hint").isDisplayed()).isFalse();
    }

    @Test
    void serviceWithoutJobsSaysSo() {
        browser.answer("/v1/jobs", 200, "{\"jobs\": [], \"next\": null}");
        try {
            openForm();
            browser.eventually(
                    () -> assertThat(browser.find("#no-jobs").getText()).startsWith("There is no job yet."));
            assertThat(browser.find("#jobs").isDisplayed()).isFalse();
        } finally {
            browser.answerTruly();
        }
    }

    @Test
    void listOfJobsThatIsNotUpToDateSaysSo() {
        browser.answer("/v1/jobs?", 500, "{\"detail\": \"the database is away\"}");
        try {
            openForm();
            browser.eventually(() -> assertThat(browser.find("#jobs-problem").getText())
                    .isEqualTo("The list is not up to date. the database is away"));
        } finally {
            browser.answerTruly();
        }
    }

    @Test
    void listOfJobsIsNotSentAgainAsLongAsItIsTheSame() {
        openForm();

        browser.eventually(() -> {
            browser.comeBack();
            assertThat(browser.unchangedAnswers("/v1/jobs?limit=20")).isPositive();
        });
        assertThat(browser.all("#jobs tbody tr")).isNotEmpty();
    }

    @Test
    void formerJobIsRepeatedWithItsCommitsAndOptions() {
        openFinished();

        browser.button("Use again").click();
        assertThat(browser.field("Revision").getDomProperty("value"))
                .isEqualTo(finished.at("/dataset/revision").asText());
        browser.button("Submit").click();
        browser.eventually(() -> assertThat(browser.address().getPath())
                .doesNotContain(finished.path("id").asText()));
        awaitCompleted(2);

        JsonNode repeated = shownJob();
        assertThat(repeated.path("dataset")).isEqualTo(finished.path("dataset"));
        assertThat(repeated.path("options")).isEqualTo(finished.path("options"));
        for (int model = 0; model < 2; model++) {
            assertThat(repeated.at("/evaluations/" + model + "/model"))
                    .isEqualTo(finished.at("/evaluations/" + model + "/model"));
            assertThat(repeated.at("/evaluations/" + model + "/metrics"))
                    .isEqualTo(finished.at("/evaluations/" + model + "/metrics"));
        }
        assertThat(repeated.at("/options/bos").asText()).isEqualTo("never");
        assertThat(repeated.at("/options/dtype").asText()).isEqualTo("bfloat16");
    }

    @Test
    void narrowScreenShowsCardsAndNeedsNoHorizontalScrolling() {
        browser.resize(390, 844);
        try {
            openFinished();
            browser.eventually(() -> assertThat(browser.all("#plots svg")).hasSize(2));
            browser.find("#model-provenance summary").click();

            assertThat(browser.scrollWidth()).isLessThanOrEqualTo(390);
            List<WebElement> cells = browser.all("#evaluations tbody tr:first-child td");
            assertThat(cells.get(1).getLocation().y).isGreaterThan(cells.get(0).getLocation().y);
            assertThat(cells.get(1).getAriaRole()).isEqualTo("cell");

            openExamples();
            browser.eventually(() -> assertThat(browser.all("#example-list li")).hasSize(20));
            assertThat(browser.scrollWidth()).isLessThanOrEqualTo(390);
        } finally {
            browser.resize(1300, 900);
        }
    }

    @Test
    void figuresAreSortedOnANarrowScreenToo() {
        browser.resize(390, 844);
        try {
            openFinished();
            browser.choose("Sort by", "Parameters, highest first");
            assertThat(models()).containsExactly(LARGE, SMALL);
            assertThat(browser.all("#evaluations [aria-sort=descending]")).hasSize(1);

            browser.choose("Sort by", "order of the job");
            assertThat(models()).containsExactly(SMALL, LARGE);
        } finally {
            browser.resize(1300, 900);
        }
        assertThat(browser.find("#sort").isDisplayed())
                .as("where columns have heads")
                .isFalse();
    }

    private static void openExamples() {
        browser.follow("Examples of " + SMALL);
    }

    /// What the REST API tells of single examples of the small model.
    private static JsonNode examples(String query) {
        return logprobe.get(
                        "/v1/evaluations/" + finished.at("/evaluations/0/id").asText() + "/examples?rows=true&" + query)
                .path("examples");
    }

    /// Waits until these examples and no others are shown, with everything that is known of them.
    private static void awaitExamples(JsonNode examples) {
        browser.eventually(() -> {
            List<WebElement> shown = browser.all("#example-list li");
            assertThat(shown).hasSize(examples.size());
            for (int i = 0; i < shown.size(); i++) {
                JsonNode example = examples.get(i);
                boolean correct = example.path("prediction").equals(example.path("target"));
                String target = example.at("/row/classes")
                        .get(example.path("target").asInt())
                        .asText();
                assertThat(shown.get(i).getText())
                        .startsWith("Example " + example.path("index").asInt())
                        .contains(
                                correct ? "correct" : "wrong",
                                example.at("/row/text").asText())
                        .contains(target.strip() + " target")
                        .contains(nats(example.at("/logprobs/0")), nats(example.at("/logprobs/1")));
                if (example.has("compared")) {
                    assertThat(shown.get(i).getText())
                            .contains(SMALL + ": " + (correct ? "correct" : "wrong"))
                            .contains(LARGE + ": " + (correct ? "wrong" : "correct"))
                            .contains(nats(example.at("/compared/logprobs/0")));
                }
            }
        });
    }

    private static void openForm() {
        browser.open(logprobe.page("/"));
    }

    private static void openFinished() {
        openFinished(2);
    }

    private static void openFinished(int models) {
        browser.open(logprobe.page("/jobs/" + finished.path("id").asText()));
        awaitCompleted(models);
    }

    private static void fillIn(String dataset, String... models) {
        browser.field("Dataset").sendKeys(dataset);
        browser.field("Models, one a line").sendKeys(String.join("\n", models));
    }

    private static void submit(String dataset, String... models) {
        openForm();
        fillIn(dataset, models);
        browser.button("Submit").click();
    }

    private static void awaitCompleted(int models) {
        browser.eventually(() -> {
            assertThat(browser.address().getPath()).startsWith("/jobs/");
            assertThat(browser.find("#job").getDomAttribute("data-id"))
                    .isEqualTo(browser.address().getPath().substring("/jobs/".length()));
            assertThat(evaluations()).hasSize(models).allMatch(row -> row.contains("completed"));
        });
    }

    private static List<String> evaluations() {
        return browser.texts("#evaluations tbody tr");
    }

    private static List<String> models() {
        return browser.texts("#evaluations tbody th");
    }

    private static JsonNode shownJob() {
        return logprobe.get("/v1" + browser.address().getPath());
    }

    private static String percent(JsonNode share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share.asDouble());
    }

    private static String nats(JsonNode loss) {
        return String.format(Locale.ROOT, "%.3f", loss.asDouble());
    }
}
