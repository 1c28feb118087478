package io.logprobe.notifier.surroundings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// Looks at the Hub as a visitor does.
public final class HubObserver {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private HubObserver() {}

    /// Pull requests of a model, newest first, in full.
    public static List<JsonNode> pullRequests(String model) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode discussion : json("/api/models/" + model + "/discussions").path("discussions")) {
            found.add(json("/api/models/" + model + "/discussions/"
                    + discussion.path("num").asInt() + "?diff=1"));
        }
        return found;
    }

    /// The model card as a pull request proposes it.
    public static String proposedCard(String model, int number) {
        return get("/" + model + "/resolve/refs%2Fpr%2F" + number + "/README.md");
    }

    private static JsonNode json(String path) {
        try {
            return JSON.readTree(get(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(Surroundings.localHub() + path))
                .build());
    }

    /// Opens, merges or closes something as some user.
    public static String post(String path, String body, String user) {
        return send(HttpRequest.newBuilder(URI.create(Surroundings.localHub() + path))
                .header("Authorization", "Bearer hf_" + user)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static String send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The one pull request on a model's repository.
    public static JsonNode onlyPullRequest(String model) {
        List<JsonNode> found = pullRequests(model);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }
}
