package io.logprobe.engine.model.family;

import io.logprobe.engine.failure.InvalidCheckpoint;

/// Exports of one model differ in what they put before its tensor names.
final class Prefixes {

    private Prefixes() {}

    /// The first candidate under which a tensor exists that every model of the family has.
    static String of(Tensors tensors, String tensor, String... candidates) {
        for (String candidate : candidates) {
            if (tensors.has(candidate + tensor)) {
                return candidate;
            }
        }
        throw new InvalidCheckpoint("no tensor '" + candidates[0] + tensor + "'");
    }
}
