package io.logprobe.standalone.externalhub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/// A Hub that somebody else runs and that has answered.
///
/// @param address where it is
/// @param token what requests are signed with, if anything
/// @param user whom the token belongs to, if there is one
public record ExternalHub(HubAddress address, Optional<HubToken> token, Optional<HubUser> user) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LONGEST_ANSWER = 1 << 20;
    private static final String WHO_AM_I = "/api/whoami-v2";
    private static final String ANY_MODEL = "/api/models?limit=1";

    /// Asks the Hub one question, to know before anything is started whether it can be worked with.
    ///
    /// @throws UnusableHub if it cannot, with the reason
    public static ExternalHub ask(HubAddress address, Optional<HubToken> token) {
        String question = token.isPresent() ? WHO_AM_I : ANY_MODEL;
        HttpResponse<byte[]> answer = get(address, question, token);
        requireSuccess(address, question, token.isPresent(), answer);
        JsonNode content = json(answer.body());
        Optional<HubUser> user = token.map(_ -> userOf(content));
        boolean understood = user.isPresent() ? !user.get().name().isEmpty() : content.isArray();
        if (!understood) {
            throw noHub(address, "it answers " + question + " otherwise than a Hub does");
        }
        return new ExternalHub(address, token, user);
    }

    private static HttpResponse<byte[]> get(HubAddress address, String question, Optional<HubToken> token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + question))
                .header("User-Agent", "logprobe")
                .header("Accept", "application/json");
        token.ifPresent(given -> request.header("Authorization", "Bearer " + given.secret()));
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE)
                .build();
        try {
            return client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UnusableHub("the Hub " + address + " cannot be reached: " + reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnusableHub("interrupted while waiting for the Hub " + address, e);
        } finally {
            client.shutdownNow();
        }
    }

    private static void requireSuccess(
            HubAddress address, String question, boolean signed, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        switch (status) {
            case 200 -> {}
            case 401, 403 -> {
                throw new UnusableHub(
                        signed
                                ? "the Hub " + address + " does not accept the token in " + HubToken.VARIABLE
                                        + " (status " + status + ")"
                                : "the Hub " + address + " shows nothing without a token (status " + status
                                        + "): put one into " + HubToken.VARIABLE);
            }
            case 301, 302, 303, 307, 308 -> throw noHub(address, "it leads to " + origin(answer, address));
            case 408, 429, 500, 502, 503, 504 ->
                throw new UnusableHub("the Hub " + address + " is out of order or busy (status " + status + ")");
            default -> throw noHub(address, "it answers " + question + " with status " + status);
        }
    }

    private static UnusableHub noHub(HubAddress address, String reason) {
        return new UnusableHub("there is no Hub at " + address + ": " + reason);
    }

    /// Scheme and host of where an answer leads; the rest may be long.
    private static String origin(HttpResponse<?> answer, HubAddress address) {
        try {
            URI target = address.uri()
                    .resolve(answer.headers().firstValue("Location").orElse("/"));
            return target.getScheme() + "://" + target.getHost() + (target.getPort() < 0 ? "" : ":" + target.getPort());
        } catch (IllegalArgumentException e) {
            return "no valid address";
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(new String(body, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            // A page, most likely.
            return MissingNode.getInstance();
        }
    }

    private static HubUser userOf(JsonNode answer) {
        boolean readsOnly = "read".equals(answer.at("/auth/accessToken/role").asText());
        return new HubUser(answer.path("name").asText(), readsOnly);
    }

    private static String reason(Exception failure) {
        List<Throwable> causes = Stream.iterate((Throwable) failure, Objects::nonNull, Throwable::getCause)
                .toList();
        if (causedBy(causes, UnresolvedAddressException.class) || causedBy(causes, UnknownHostException.class)) {
            return "its host is unknown";
        }
        if (causedBy(causes, TimeoutException.class) || causedBy(causes, HttpTimeoutException.class)) {
            return "it did not answer within " + PATIENCE.toSeconds() + " s";
        }
        String detail = Objects.requireNonNullElse(causes.getLast().getMessage(), "the connection broke");
        if (causedBy(causes, SSLException.class)) {
            return "no secure connection: " + detail;
        }
        return causedBy(causes, ConnectException.class) ? "nothing listens there" : detail;
    }

    private static boolean causedBy(List<Throwable> causes, Class<? extends Throwable> type) {
        return causes.stream().anyMatch(type::isInstance);
    }
}
