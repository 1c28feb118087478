package io.logprobe.contracts;

import java.time.Duration;

/// How long a service may take to stop, which it and whoever runs it agree upon.
public final class StopGrace {

    /// A service that runs this long after it was asked to stop is killed. Kubernetes waits as long unless told
    /// otherwise.
    public static final Duration UNTIL_KILL = Duration.ofSeconds(30);

    /// What a service may use of it to end work that is under way. The rest is for its connections.
    public static final Duration FOR_WORK = Duration.ofSeconds(20);

    private StopGrace() {}
}
