package io.logprobe.standalone.platform;

import io.logprobe.standalone.externalhub.ExternalHub;
import io.logprobe.standalone.externalhub.HubToken;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the services reach the Hub.
///
/// @param uri its address
/// @param token what they sign requests with, if anything
/// @param downloadDomains domains it may send a download to
record HubAccess(URI uri, Optional<HubToken> token, List<String> downloadDomains) {

    /// Where huggingface.co keeps files.
    private static final List<String> HUGGING_FACE = List.of("huggingface.co", "hf.co");

    static HubAccess local(URI uri) {
        // The local Hub takes any token, and needs one to know who opens a pull request.
        return new HubAccess(uri, HubToken.of("logprobe"), HUGGING_FACE);
    }

    /// A Hub may keep files below its own host too, and a mirror where huggingface.co does.
    static HubAccess external(ExternalHub hub) {
        URI uri = hub.address().uri();
        return new HubAccess(uri, hub.token(), List.of(uri.getHost(), "huggingface.co", "hf.co"));
    }

    /// What a service finds in its environment: nothing of it may be on the disk or in a list of processes.
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LOGPROBE_HUB_URL", uri.toString());
        token.ifPresent(given -> environment.put("LOGPROBE_HUB_TOKEN", given.secret()));
        return environment;
    }
}
