package io.logprobe.notifier.hub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/// The Hub that pull requests go to.
@ConfigMapping(prefix = "logprobe.hub")
public interface HubConfig {

    /// Its address.
    @WithDefault("https://huggingface.co")
    URI url();

    /// Access token of the account that opens pull requests.
    Optional<String> token();
}
