package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// The example indices `first` to `last`, both included.
public record IndexRange(int first, int last) {

    public IndexRange {
        Require.notNegative(first, "first");
        if (last < first) {
            throw new IllegalArgumentException("last index " + last + " is before first index " + first);
        }
    }
}
