package io.logprobe.worker.model;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/// Where models come from.
@ConfigMapping(prefix = "logprobe.hub")
public interface HubConfig {

    /// Address of the Hub.
    @WithDefault("https://huggingface.co")
    URI url();

    /// Token for private and gated models.
    Optional<String> token();
}
