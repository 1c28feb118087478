package io.logprobe.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Speaks to a running Logprobe as any user of its REST API does.
public final class LogprobeClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;

    /// @param base address of the api-service
    public LogprobeClient(URI base) {
        this.base = base;
    }

    /// Submits a job and returns it as the service sees it.
    ///
    /// @throws RefusedRequest with the service's own words
    public JsonNode submitJob(JsonNode job) {
        return send(HttpRequest.newBuilder(base.resolve("/v1/jobs"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(job.toString())));
    }

    /// A job as it stands now.
    public JsonNode job(String id) {
        return send(HttpRequest.newBuilder(base.resolve("/v1/jobs/" + id)).GET());
    }

    /// The results of an evaluation, one JSON object a line.
    public String examples(String evaluationId) {
        return text(HttpRequest.newBuilder(base.resolve("/v1/evaluations/" + evaluationId + "/examples.jsonl"))
                .GET());
    }

    /// Uploads the rows of a dataset and returns what the service made of them.
    public JsonNode uploadDataset(String name, String split, Path jsonLines) {
        try {
            String query = "?name=" + encode(name) + "&split=" + encode(split);
            return send(HttpRequest.newBuilder(base.resolve("/v1/datasets" + query))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofFile(jsonLines)));
        } catch (IOException e) {
            throw new UncheckedIOException(jsonLines + " cannot be read", e);
        }
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(text(request.header("Accept", "application/json")));
        } catch (IOException e) {
            throw new UncheckedIOException("the answer of " + base + " is not JSON", e);
        }
    }

    private String text(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer =
                    http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() >= 300) {
                throw new RefusedRequest(answer.statusCode(), answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(base + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + base, e);
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /// The service refused a request.
    public static final class RefusedRequest extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final String body;

        RefusedRequest(int status, String body) {
            super("answered " + status + ": " + body);
            this.status = status;
            this.body = body;
        }

        public int status() {
            return status;
        }

        /// The body, `application/problem+json`.
        public String body() {
            return body;
        }
    }
}
