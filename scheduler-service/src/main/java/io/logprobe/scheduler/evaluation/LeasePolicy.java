package io.logprobe.scheduler.evaluation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long leases last and how often an evaluation is tried.
@ConfigMapping(prefix = "logprobe.scheduler.lease")
public interface LeasePolicy {

    /// A lease that no heartbeat has renewed for this long has ended.
    @WithDefault("60s")
    Duration timeToLive();

    /// Attempts in a row without a new result, after which an evaluation fails.
    @WithDefault("3")
    int fruitlessAttempts();

    /// The same while the Hub or another system beyond our control is the reason.
    @WithDefault("10")
    int upstreamAttempts();

    /// Pause before the second attempt; it doubles with each further one.
    @WithDefault("2s")
    Duration firstPause();

    /// The longest pause between attempts.
    @WithDefault("5m")
    Duration longestPause();
}
