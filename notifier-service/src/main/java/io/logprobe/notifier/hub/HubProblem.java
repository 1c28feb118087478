package io.logprobe.notifier.hub;

import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Hub answered with an error, or did not answer.
public final class HubProblem extends RuntimeException {

    /// What an error says about a request that would have changed something.
    public enum Kind {
        /// It was refused for good.
        REFUSED,
        /// The state it built on is outdated; a new attempt starts from the new state.
        OUTDATED,
        /// It was not taken up; a later one may be.
        BUSY,
        /// The Hub could not even be reached.
        UNREACHABLE,
        /// It may have been carried out all the same.
        UNANSWERED
    }

    private static final long serialVersionUID = 1L;

    /// Rest and time of a window: `"api";r=0;t=55`, <https://huggingface.co/docs/hub/rate-limits>.
    private static final Pattern RATE_LIMIT = Pattern.compile("r=(\\d{1,9});\\s*t=(\\d{1,6})");

    private static final int MAX_MESSAGE_LENGTH = 300;

    private final Kind kind;
    private final int status;
    private final transient Optional<Duration> pause;

    HubProblem(Kind kind, int status, String message, Optional<Duration> pause, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = status;
        this.pause = pause;
    }

    static HubProblem of(Response response) {
        int status = response.getStatus();
        String said = Optional.ofNullable(response.getHeaderString("X-Error-Message"))
                .or(() -> Optional.ofNullable(response.getHeaderString("X-Error-Code")))
                .orElse(response.getStatusInfo().getReasonPhrase());
        String message = "the Hub answered " + status + ": " + shortened(said);
        return new HubProblem(kindOf(status), status, message, pauseOf(response), null);
    }

    private static Kind kindOf(int status) {
        return switch (status) {
            case 409, 412 -> Kind.OUTDATED;
            case 408, 425, 429 -> Kind.BUSY;
            default -> status >= 500 ? Kind.UNANSWERED : Kind.REFUSED;
        };
    }

    private static Optional<Duration> pauseOf(Response response) {
        String rateLimit = response.getHeaderString("RateLimit");
        if (rateLimit != null) {
            Matcher window = RATE_LIMIT.matcher(rateLimit);
            if (window.find() && Long.parseLong(window.group(1)) == 0) {
                // One second more, as the official client waits.
                return Optional.of(Duration.ofSeconds(Long.parseLong(window.group(2)) + 1));
            }
        }
        String retryAfter = response.getHeaderString("Retry-After");
        return retryAfter != null && retryAfter.matches("\\d{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)))
                : Optional.empty();
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > MAX_MESSAGE_LENGTH ? line.substring(0, MAX_MESSAGE_LENGTH) + "…" : line;
    }

    public Kind kind() {
        return kind;
    }

    /// HTTP status, 0 if there was no answer.
    public int status() {
        return status;
    }

    /// How long the Hub asks to be left alone.
    public Optional<Duration> pause() {
        return pause;
    }
}
