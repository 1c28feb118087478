package io.logprobe.api.idempotency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long an `Idempotency-Key` is remembered.
@ConfigMapping(prefix = "logprobe.api.idempotency")
interface IdempotencyConfig {

    /// How long an answer can be had again.
    @WithDefault("48h")
    Duration kept();

    /// After how long a request that never ended no longer blocks its key.
    @WithDefault("15m")
    Duration abandonedAfter();
}
