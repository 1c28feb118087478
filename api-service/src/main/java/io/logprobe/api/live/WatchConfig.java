package io.logprobe.api.live;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How clients follow a job.
@ConfigMapping(prefix = "logprobe.api.events")
public interface WatchConfig {

    /// How often the database is asked for changes of the jobs that are watched.
    @WithDefault("250ms")
    Duration interval();

    /// After how long a silent connection gets a sign of life.
    @WithDefault("15s")
    Duration heartbeat();

    /// How long a client may take to receive one event before it is disconnected.
    @WithDefault("30s")
    Duration sendTimeout();

    /// Clients that may watch at once.
    @WithDefault("1000")
    int maxClients();
}
