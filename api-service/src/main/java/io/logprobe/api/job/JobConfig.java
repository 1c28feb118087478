package io.logprobe.api.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Bounds on what one job may ask for.
@ConfigMapping(prefix = "logprobe.api.job")
interface JobConfig {

    /// Models of a job.
    @WithDefault("50")
    int maxModels();

    /// Recipients of a job's e-mail.
    @WithDefault("10")
    int maxEmails();

    /// Models of one request that are looked at on the Hub at the same time.
    @WithDefault("8")
    int hubConcurrency();
}
