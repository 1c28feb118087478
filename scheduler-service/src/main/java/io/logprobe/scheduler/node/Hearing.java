package io.logprobe.scheduler.node;

import java.time.Duration;
import java.time.Instant;

/// Since when the scheduler has been reading its own probes without a gap. While it hears nothing, silence of a
/// node means nothing either, and no lease may expire.
///
/// @param since beginning of the gapless stretch, null before the first probe
/// @param last the newest probe of it
record Hearing(Instant since, Instant last) {

    /// Three probes missing in a row are a gap.
    static final Duration LONGEST_GAP = Duration.ofSeconds(15);

    static final Hearing NOTHING = new Hearing(null, null);

    Hearing heard(Instant now) {
        return unbroken(now) ? new Hearing(since, now) : new Hearing(now, now);
    }

    /// Whether it has heard everything for at least `stretch`.
    boolean steadyFor(Duration stretch, Instant now) {
        return unbroken(now) && !since.plus(stretch).isAfter(now);
    }

    private boolean unbroken(Instant now) {
        return last != null && !last.plus(LONGEST_GAP).isBefore(now);
    }
}
