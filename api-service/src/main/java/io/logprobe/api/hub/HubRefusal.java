package io.logprobe.api.hub;

import io.logprobe.api.problem.Unacceptable;

/// The Hub did not answer as asked.
class HubRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int SILENCE = 0;

    private final int status;
    private final String code;

    /// @param status the HTTP status
    /// @param code value of `X-Error-Code`, may be null
    HubRefusal(int status, String code) {
        super("HTTP status " + status);
        this.status = status;
        this.code = code == null ? "" : code;
    }

    HubRefusal(Exception cause) {
        super("no answer", cause);
        this.status = SILENCE;
        this.code = "";
    }

    /// Whether the same request may succeed in a moment.
    boolean passing() {
        return status == SILENCE || status == 408 || status == 429 || status >= 500;
    }

    Unacceptable of(HubRepository repository, String revision, String hub) {
        if (passing()) {
            return Unacceptable.unavailable(hub + " did not deliver " + repository + ": " + getMessage(), this);
        }
        String message =
                switch (code) {
                    case "GatedRepo" ->
                        repository + " is gated: the user of this service's token has no access to it on " + hub;
                    case "RevisionNotFound" -> repository + " has no revision " + revision + " on " + hub;
                    case "EntryNotFound" -> repository + " has no such file at " + revision + " on " + hub;
                    default -> byStatus(repository, hub);
                };
        return Unacceptable.invalid(message, this);
    }

    private String byStatus(HubRepository repository, String hub) {
        return switch (status) {
            case 401, 403 ->
                hub + " does not show " + repository + " without permission: it does not exist, or is private";
            case 404 -> repository + " does not exist on " + hub;
            case 301, 302, 307, 308 -> repository + " has another name on " + hub + " now: give that one";
            default -> hub + " refuses " + repository + ": " + getMessage();
        };
    }
}
