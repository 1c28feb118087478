package io.logprobe.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.standalone.client.LogprobeClient;
import io.logprobe.standalone.mail.ReceivedMail;
import io.logprobe.standalone.platform.Platform;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// Evaluates the demo's models on a running platform and shows what a user gets of it.
public final class Demo {

    private static final String RECIPIENT = "you@example.org";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Platform platform;
    private final LogprobeClient client;
    private final PrintStream out;

    public Demo(Platform platform, PrintStream out) {
        this.platform = platform;
        this.client = new LogprobeClient(platform.web());
        this.out = out;
    }

    /// Runs to the end.
    ///
    /// @return the web page of the job
    /// @throws DemoFailure if the job, a pull request or the e-mail did not come out as it should
    public URI run() throws InterruptedException {
        List<String> models = DemoContent.install(platform.data().hub());
        JsonNode submitted = client.submitJob(job(models));
        String id = submitted.path("id").asText();
        out.printf("%nJob %s: %d models on %s%n%n", id, models.size(), DemoContent.DATASET);
        JsonNode job = await(id);
        out.println();
        ResultTable.render(job).forEach(out::println);
        out.println();
        out.println(
                "  The models and the data are synthetic, made for this demo. Accuracy is the share of answers against");
        out.println(
                "  the stereotype in the training text: larger models have learned it better and answer worse, which");
        out.println("  is called inverse scaling.");
        showPullRequests(job);
        showMail();
        return URI.create(platform.web() + "/jobs/" + id);
    }

    private static JsonNode job(List<String> models) {
        ObjectNode job = JSON.createObjectNode();
        job.putObject("dataset").put("id", DemoContent.DATASET);
        models.forEach(job.putArray("models")::add);
        job.put("publish", true);
        job.putArray("emails").add(RECIPIENT);
        return job;
    }

    /// Without a terminal the console may be absent altogether.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private JsonNode await(String id) throws InterruptedException {
        ProgressDisplay display = new ProgressDisplay(out, onTerminal());
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            JsonNode job = client.job(id);
            display.show(ProgressBars.render(job));
            if (settled(job)) {
                return succeeded(job);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new DemoFailure("the job did not end within " + PATIENCE.toMinutes()
                        + " minutes; the logs are in " + platform.data().logs());
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean settled(JsonNode job) {
        boolean open = "QUEUED".equals(job.path("state").asText())
                || "RUNNING".equals(job.path("state").asText());
        for (JsonNode evaluation : job.path("evaluations")) {
            open |= "PENDING".equals(evaluation.at("/pullRequest/state").asText());
        }
        for (JsonNode email : job.path("emails")) {
            open |= "PENDING".equals(email.path("state").asText());
        }
        return !open;
    }

    private JsonNode succeeded(JsonNode job) {
        for (JsonNode evaluation : job.path("evaluations")) {
            String model = evaluation.at("/model/id").asText();
            if (!"COMPLETED".equals(evaluation.path("state").asText())) {
                throw new DemoFailure("the evaluation of " + model + " "
                        + evaluation.path("state").asText() + ": "
                        + evaluation.at("/failure/message").asText());
            }
            if (!"OPENED".equals(evaluation.at("/pullRequest/state").asText())) {
                throw new DemoFailure("the pull request on " + model + " failed: "
                        + evaluation.at("/pullRequest/failure/message").asText());
            }
        }
        for (JsonNode email : job.path("emails")) {
            if (!"SENT".equals(email.path("state").asText())) {
                throw new DemoFailure("the e-mail is " + email.path("state").asText());
            }
        }
        return job;
    }

    private void showPullRequests(JsonNode job) {
        JsonNode evaluations = job.path("evaluations");
        out.println();
        evaluations.forEach(evaluation -> out.printf(
                "Pull request %s%n", evaluation.at("/pullRequest/url").asText()));
        JsonNode last = evaluations.path(evaluations.size() - 1);
        JsonNode request = hub("/api/models/" + last.at("/model/id").asText() + "/discussions/"
                + last.at("/pullRequest/number").asInt() + "?diff=1");
        out.printf("%nThe last of them:%n  %s%n", request.path("title").asText());
        indented(request.at("/events/0/data/latest/raw").asText());
        indented(request.path("diff").asText());
    }

    private void indented(String text) {
        text.lines().forEach(line -> out.println("  | " + line));
    }

    private void showMail() {
        for (ReceivedMail mail : platform.mail().received()) {
            out.printf("%nE-mail to %s: %s%n", mail.recipient(), mail.subject());
            indented(mail.text());
            out.printf("  kept as %s%n", mail.file());
        }
    }

    private JsonNode hub(String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = platform.hub().resolve(path);
            return JSON.readTree(http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException("the local Hub does not answer for " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + path, e);
        }
    }
}
