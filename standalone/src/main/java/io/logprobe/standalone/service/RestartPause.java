package io.logprobe.standalone.service;

import java.time.Duration;

/// How long a service that ended by itself stays down: a second at first, twice as long each time it ends soon
/// again, half a minute at most.
record RestartPause(Duration value) {

    static final RestartPause FIRST = new RestartPause(Duration.ofSeconds(1));

    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration GOOD_LIFE = Duration.ofMinutes(1);

    /// The pause after this one, given how long the service lived in between.
    RestartPause after(Duration lived) {
        if (lived.compareTo(GOOD_LIFE) >= 0) {
            return FIRST;
        }
        Duration doubled = value.multipliedBy(2);
        return new RestartPause(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST);
    }
}
