package io.logprobe.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.standalone.client.LogprobeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `./logprobe up` as a process of its own, with a data folder and ports of its own.
final class RunningLogprobe implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path LAUNCHER = Path.of("../logprobe").toAbsolutePath().normalize();
    private static final Pattern WEB = Pattern.compile("Web page and REST API: (\\S+)");
    private static final Pattern HUB = Pattern.compile("Hub: +(\\S+)");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Process process;
    private final Path data;
    private final URI web;
    private final URI hub;

    private RunningLogprobe(Process process, Path data, String output) {
        this.process = process;
        this.data = data;
        this.web = URI.create(find(WEB, output));
        this.hub = URI.create(find(HUB, output));
    }

    /// With a local Hub.
    static RunningLogprobe start(Path data) throws IOException {
        return start(data, List.of("--hub-port", "0"), Map.of());
    }

    /// With a Hub that runs already, and a token for it.
    static RunningLogprobe start(Path data, URI hub, String token) throws IOException {
        return start(data, List.of("--hub", hub.toString()), Map.of("HF_TOKEN", token));
    }

    private static RunningLogprobe start(Path data, List<String> options, Map<String, String> environment)
            throws IOException {
        Path output = Files.createDirectories(data).resolve("up.out");
        List<String> command =
                new ArrayList<>(List.of(LAUNCHER.toString(), "up", "--data", data.toString(), "--port", "0"));
        command.addAll(options);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            await().atMost(PATIENCE).until(() -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                return Files.readString(output).contains("Ready");
            });
            return new RunningLogprobe(process, data, Files.readString(output));
        } catch (RuntimeException | AssertionError e) {
            process.destroy();
            throw e;
        }
    }

    LogprobeClient client() {
        return new LogprobeClient(web);
    }

    /// The address of the web page, or of something else that the api-service serves.
    URI page(String path) {
        return web.resolve(path);
    }

    /// What the REST API answers to a GET.
    JsonNode get(String path) {
        return get(web.resolve(path));
    }

    /// The pull requests on a model's repository, each with its text.
    List<JsonNode> pullRequests(String model) {
        JsonNode discussions = get(hub.resolve("/api/models/" + model + "/discussions?type=pull_request&status=all"));
        return discussions
                .path("discussions")
                .valueStream()
                .map(discussion -> get(hub.resolve("/api/models/" + model + "/discussions/"
                        + discussion.path("num").asInt())))
                .toList();
    }

    /// Copies a model folder into the local Hub.
    ///
    /// @return the folder there
    Path addModel(String id, Path folder) throws IOException {
        Path target = Files.createDirectories(data.resolve("hub/models").resolve(id));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
        return target;
    }

    /// Puts a dataset with one split, `test`, into the local Hub.
    void addDataset(String id, List<String> rows) throws IOException {
        Files.write(
                Files.createDirectories(data.resolve("hub/datasets").resolve(id))
                        .resolve("test.jsonl"),
                rows);
    }

    static ObjectNode jobOn(JsonNode uploaded, List<String> models) {
        ObjectNode job = JSON.createObjectNode();
        job.putObject("dataset").put("digest", uploaded.path("digest").asText());
        models.forEach(job.putArray("models")::add);
        job.put("publish", true);
        job.putArray("emails").add("ada@example.org");
        return job;
    }

    /// Uploads rows, evaluates the models on them, and waits until nothing of the job will change any more.
    JsonNode evaluate(String name, Path rows, List<String> models) {
        JsonNode uploaded = client().uploadDataset(name, "test", rows);
        return awaitSettled(
                client().submitJob(jobOn(uploaded, models)).path("id").asText());
    }

    /// Waits until nothing of the job will change any more.
    JsonNode awaitSettled(String jobId) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> client().job(jobId), RunningLogprobe::settled);
    }

    /// Kills the worker as the kernel would; the supervisor starts it again.
    ///
    /// @return how many processes that were
    long killWorker() {
        return workers().filter(ProcessHandle::destroyForcibly).count();
    }

    /// Lets the worker do nothing until what is returned is closed: a job stays where it is meanwhile.
    SuspendedWorker suspendWorker() {
        List<ProcessHandle> suspended = workers().toList();
        assertThat(suspended).hasSize(1);
        signal("STOP", suspended.getFirst());
        return () -> signal("CONT", suspended.getFirst());
    }

    interface SuspendedWorker extends AutoCloseable {
        @Override
        void close();
    }

    private Stream<ProcessHandle> workers() {
        return process.toHandle()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("gpu-worker"));
    }

    private static void signal(String name, ProcessHandle process) {
        try {
            Outcome sent = Outcome.of("kill", "-" + name, process.pid());
            assertThat(sent.code()).as(sent.err()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// What it has printed so far.
    String output() {
        return read(data.resolve("up.out"));
    }

    /// Its command lines, those of everything that it has started included.
    List<String> commandLines() {
        return Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants())
                .flatMap(each -> each.info().commandLine().stream())
                .toList();
    }

    /// The variables of a service, one after the other.
    String environmentOf(String service) {
        ProcessHandle found = process.toHandle()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains(service))
                .findFirst()
                .orElseThrow();
        return read(Path.of("/proc", Long.toString(found.pid()), "environ"));
    }

    /// The e-mails that were received, oldest first.
    List<String> mails() {
        Path folder = data.resolve("mail");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .map(RunningLogprobe::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean settled(JsonNode job) {
        String state = job.path("state").asText();
        return !state.equals("QUEUED")
                && !state.equals("RUNNING")
                && job.path("concludedAt").isTextual()
                && !job.toString().contains("\"state\":\"PENDING\"");
    }

    private static JsonNode get(URI address) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return JSON.readTree(http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw new UncheckedIOException(address + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String find(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group(1);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly())
                .thenCompose(Process::onExit)
                .join();
    }
}
