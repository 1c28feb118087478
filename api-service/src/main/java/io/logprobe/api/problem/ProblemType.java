package io.logprobe.api.problem;

import io.logprobe.contracts.FailureKind;
import java.util.Locale;

/// The kinds of refusal that a client can tell apart.
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request cannot be read", FailureKind.INVALID_INPUT),
    INVALID_INPUT(422, "The request cannot be accepted", FailureKind.INVALID_INPUT),
    NOT_FOUND(404, "There is no such resource", FailureKind.INVALID_INPUT),
    CONFLICT(409, "The resource is in another state", FailureKind.INVALID_INPUT),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key belongs to another request", FailureKind.INVALID_INPUT),
    PAYLOAD_TOO_LARGE(413, "The request is too large", FailureKind.INVALID_INPUT),
    NO_CAPACITY(503, "The service has no room for this now", FailureKind.RESOURCE_EXHAUSTED),
    UPSTREAM_UNAVAILABLE(502, "A system this service depends on does not answer", FailureKind.UPSTREAM_UNAVAILABLE),
    INTERNAL(500, "The service failed", FailureKind.INTERNAL);

    private final int status;
    private final String title;
    private final FailureKind kind;

    ProblemType(int status, String title, FailureKind kind) {
        this.status = status;
        this.title = title;
        this.kind = kind;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    FailureKind kind() {
        return kind;
    }

    String uri() {
        return "urn:logprobe:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
