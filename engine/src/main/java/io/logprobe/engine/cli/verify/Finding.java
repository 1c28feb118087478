package io.logprobe.engine.cli.verify;

/// One line of a verification's report.
///
/// @param passed null for a figure without a goal
/// @param note for people; may be empty
public record Finding(String part, String what, String value, Boolean passed, String note) {

    static Finding figure(Part part, String what, String value, String note) {
        return new Finding(part.title(), what, value, null, note);
    }

    static Finding checked(Part part, String what, String value, boolean passed, String note) {
        return new Finding(part.title(), what, value, passed, note);
    }

    static Finding failed(Part part, String what, String note) {
        return new Finding(part.title(), what, "", false, note);
    }

    boolean hasFailed() {
        return Boolean.FALSE.equals(passed);
    }
}
