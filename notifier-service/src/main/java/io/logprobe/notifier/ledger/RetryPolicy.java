package io.logprobe.notifier.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How persistent the notifier is.
@ConfigMapping(prefix = "logprobe.notifier")
public interface RetryPolicy {

    /// How long a claim stands; after that its holder is taken for dead.
    @WithDefault("60s")
    Duration claim();

    /// How long a Hub may take to show a pull request that it has accepted: until then its absence proves nothing.
    @WithDefault("30s")
    Duration settling();

    /// Pause after the first failed attempt; it doubles with each further one.
    @WithDefault("5s")
    Duration firstPause();

    /// Limit of that doubling.
    @WithDefault("15m")
    Duration longestPause();

    /// How long after it was planned a side effect is given up.
    @WithDefault("24h")
    Duration patience();

    /// How many side effects are worked on at once.
    @WithDefault("8")
    int parallel();
}
