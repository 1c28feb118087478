package io.logprobe.api.problem;

import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// A request is refused; the client gets a [Problem].
public class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private Refusal(ProblemType type, String detail, List<FieldError> errors) {
        super(detail);
        this.problem = Problem.of(type, detail, errors);
    }

    public static Refusal of(ProblemType type, String detail) {
        return new Refusal(type, detail, List.of());
    }

    /// Refuses because of one field.
    public static Refusal of(ProblemType type, String field, String message) {
        return new Refusal(type, field + ": " + message, List.of(new FieldError(field, message)));
    }

    /// Refuses what one field names.
    public static Refusal of(String field, Failure offence) {
        return of(new LinkedHashMap<>(Map.of(field, offence)));
    }

    /// Refuses what the fields name, of which there is at least one. As a whole that is worth another try only if
    /// it is for each of them.
    public static Refusal of(SequencedMap<String, Failure> offences) {
        FailureKind kind = offences.values().stream()
                .map(Failure::kind)
                .filter(any -> !any.retryable())
                .findFirst()
                .orElse(offences.firstEntry().getValue().kind());
        List<FieldError> errors = offences.entrySet().stream()
                .map(offence ->
                        new FieldError(offence.getKey(), offence.getValue().message()))
                .toList();
        FieldError first = errors.getFirst();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return new Refusal(typeOf(kind), first.field() + ": " + first.message() + more, errors);
    }

    private static ProblemType typeOf(FailureKind kind) {
        return switch (kind) {
            case INVALID_INPUT -> ProblemType.INVALID_INPUT;
            case RESOURCE_EXHAUSTED -> ProblemType.NO_CAPACITY;
            case UPSTREAM_UNAVAILABLE -> ProblemType.UPSTREAM_UNAVAILABLE;
            case INTERNAL -> ProblemType.INTERNAL;
        };
    }

    public Problem problem() {
        return problem;
    }
}
