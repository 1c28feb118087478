package io.logprobe.api.hub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The Hub that models and datasets are read from.
@ConfigMapping(prefix = "logprobe.hub")
interface HubConfig {

    /// Address of the Hub.
    @WithDefault("https://huggingface.co")
    URI url();

    /// Token of this service's user; without one, only what is public can be read.
    Optional<String> token();

    /// Domains that the Hub may send a download to, subdomains included.
    @WithDefault("huggingface.co,hf.co")
    List<String> downloadDomains();

    /// How long the Hub may take to answer.
    @WithDefault("20s")
    Duration timeout();

    /// How often a request is sent before the Hub counts as unavailable.
    @WithDefault("3")
    int attempts();
}
