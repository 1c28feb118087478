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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `./logprobe up` as a process of its own, with a data folder of its own.
final class RunningLogprobe implements AutoCloseable {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern WEB = Pattern.compile("Web page and REST API: (\\S+)");
    private static final Pattern HUB = Pattern.compile("Local Hub: +(\\S+)");

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

    static RunningLogprobe start(Path data) throws IOException {
        Path output = Files.createDirectories(data).resolve("up.out");
        Process process = new ProcessBuilder(
                        Path.of(ProcessHandle.current().info().command().orElseThrow())
                                .toString(),
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        REPOSITORY.resolve("standalone/target/classes") + ":"
                                + REPOSITORY.resolve("standalone/target/lib") + "/*",
                        "io.logprobe.standalone.StandaloneCommand",
                        "up",
                        "--data",
                        data.toString(),
                        "--home",
                        REPOSITORY.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(Duration.ofMinutes(3)).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
            return Files.readString(output).contains("Ready");
        });
        return new RunningLogprobe(process, data, Files.readString(output));
    }

    LogprobeClient client() {
        return new LogprobeClient(web);
    }

    Path data() {
        return data;
    }

    URI hub() {
        return hub;
    }

    /// Copies a model folder into the local Hub.
    void addModel(String id, Path folder) throws IOException {
        Path target = Files.createDirectories(data.resolve("hub/models").resolve(id));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, target.resolve(file.getFileName().toString()));
            }
        }
    }

    static ObjectNode jobOn(JsonNode uploaded, List<String> models) {
        ObjectNode job = new ObjectMapper().createObjectNode();
        job.putObject("dataset").put("digest", uploaded.path("digest").asText());
        models.forEach(job.putArray("models")::add);
        job.put("publish", true);
        job.putArray("emails").add("ada@example.org");
        return job;
    }

    /// Waits until nothing of the job will change any more.
    JsonNode awaitSettled(String jobId) {
        return await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> client().job(jobId), RunningLogprobe::settled);
    }

    /// Kills the worker as the kernel would; the supervisor starts it again.
    void killWorker() {
        process.toHandle()
                .descendants()
                .filter(child -> child.info().commandLine().orElse("").contains("gpu-worker"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    List<Path> mails() {
        try (Stream<Path> files = Files.list(data.resolve("mail"))) {
            return files.filter(file -> file.toString().endsWith(".eml")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean settled(JsonNode job) {
        String state = job.path("state").asText();
        return !state.equals("QUEUED")
                && !state.equals("RUNNING")
                && !job.toString().contains("\"state\":\"PENDING\"");
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
                .orTimeout(60, TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly())
                .join();
    }
}
