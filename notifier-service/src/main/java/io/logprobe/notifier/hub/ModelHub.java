package io.logprobe.notifier.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Model repositories of the Hub, as far as pull requests go. Every method throws [HubProblem] where the Hub does
/// not do what it is asked.
@ApplicationScoped
public class ModelHub {

    /// Far more than anybody has of one title; a Hub that announces more is not believed.
    private static final int MAX_PAGES = 200;

    private final HubClient client;
    private final HubConfig config;
    private final ObjectMapper json;
    private volatile String account;

    ModelHub(@RestClient HubClient client, HubConfig config, ObjectMapper json) {
        this.client = client;
        this.config = config;
        this.json = json;
    }

    /// The commit that `main` of a model stands at.
    public String head(String model) {
        JsonNode info = call(() -> client.model(owner(model), name(model), "sha"));
        String sha = info.path("sha").asText("");
        if (!sha.matches("[0-9a-f]{40}")) {
            throw malformed("no commit hash for " + model);
        }
        return sha;
    }

    /// The model card, or nothing if the model has none.
    public Optional<byte[]> readme(String model, String revision) {
        try {
            return Optional.of(call(() -> client.readme(owner(model), name(model), revision)));
        } catch (HubProblem e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// What the Hub has against a model card; empty if nothing.
    public List<String> errorsOf(String card) {
        ObjectNode request = json.createObjectNode().put("content", card).put("repoType", "model");
        try {
            call(() -> client.validateYaml(request));
            return List.of();
        } catch (HubProblem e) {
            if (e.status() == 400) {
                return List.of(e.getMessage());
            }
            throw e;
        }
    }

    /// Our own pull requests of exactly this title whose text contains `marker`, lowest number first.
    public List<PullRequest> pullRequests(String model, String title, String marker) {
        List<PullRequest> found = new ArrayList<>();
        int seen = 0;
        for (int page = 0; page < MAX_PAGES; page++) {
            int number = page;
            JsonNode answer = call(() -> client.discussions(
                    owner(model), name(model), "pull_request", account().orElse(null), number));
            JsonNode discussions = answer.path("discussions");
            for (JsonNode discussion : discussions) {
                if (discussion.path("isPullRequest").asBoolean()
                        && title.equals(discussion.path("title").asText())) {
                    pullRequest(model, discussion.path("num").asInt(), marker).ifPresent(found::add);
                }
            }
            seen += discussions.size();
            if (discussions.isEmpty() || seen >= answer.path("count").asInt()) {
                found.sort(Comparator.comparingInt(PullRequest::number));
                return found;
            }
        }
        throw malformed("more than " + MAX_PAGES + " pages of pull requests for " + model);
    }

    private Optional<PullRequest> pullRequest(String model, int number, String marker) {
        JsonNode discussion = call(() -> client.discussion(owner(model), name(model), number));
        for (JsonNode event : discussion.path("events")) {
            if (event.path("data").path("latest").path("raw").asText("").contains(marker)) {
                boolean open = discussion.path("status").asText("").matches("open|draft");
                return Optional.of(new PullRequest(number, page(model, number), open));
            }
        }
        return Optional.empty();
    }

    /// Opens a pull request that writes the model card. This is the one request that must not be sent twice.
    ///
    /// @param base the commit that `card` was made from
    public PullRequest propose(String model, String base, String title, String text, byte[] card) {
        ObjectNode header = json.createObjectNode();
        header.put("key", "header")
                .putObject("value")
                .put("summary", title)
                .put("description", text)
                .put("parentCommit", base);
        ObjectNode file = json.createObjectNode();
        file.put("key", "file")
                .putObject("value")
                .put("path", "README.md")
                .put("encoding", "base64")
                .put("content", Base64.getEncoder().encodeToString(card));
        JsonNode answer = call(() -> client.commit(owner(model), name(model), 1, line(header) + line(file)));
        String url = answer.path("pullRequestUrl").asText("");
        String number = url.substring(url.lastIndexOf('/') + 1);
        if (!number.matches("[1-9]\\d{0,8}")) {
            throw malformed("no pull request in the answer to the commit");
        }
        return new PullRequest(Integer.parseInt(number), page(model, Integer.parseInt(number)), true);
    }

    /// Closes a pull request of ours, with a word of explanation.
    public void close(String model, PullRequest pullRequest, String comment) {
        ObjectNode status = json.createObjectNode().put("status", "closed").put("comment", comment);
        call(() -> client.changeStatus(owner(model), name(model), pullRequest.number(), status));
    }

    /// The account that the token belongs to; nothing without a token.
    private Optional<String> account() {
        if (config.token().isPresent() && account == null) {
            account = call(client::whoAmI).path("name").asText();
        }
        return Optional.ofNullable(account);
    }

    /// Its address, without a slash at the end.
    public String address() {
        return config.url().toString().replaceFirst("/+$", "");
    }

    private String page(String model, int number) {
        return address() + "/" + model + "/discussions/" + number;
    }

    private String line(ObjectNode node) {
        try {
            return json.writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }

    private static <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (ProcessingException e) {
            boolean unreachable = causedBy(e, ConnectException.class) || causedBy(e, UnknownHostException.class);
            throw new HubProblem(
                    unreachable ? HubProblem.Kind.UNREACHABLE : HubProblem.Kind.UNANSWERED,
                    0,
                    unreachable ? "the Hub cannot be reached" : "the Hub did not answer in full",
                    Optional.empty(),
                    e);
        }
    }

    private static boolean causedBy(Throwable failure, Class<? extends IOException> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static HubProblem malformed(String message) {
        return new HubProblem(HubProblem.Kind.UNANSWERED, 0, "the Hub answered " + message, Optional.empty(), null);
    }

    private static String owner(String model) {
        return model.substring(0, model.indexOf('/'));
    }

    private static String name(String model) {
        return model.substring(model.indexOf('/') + 1);
    }
}
