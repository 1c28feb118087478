package io.logprobe.notifier.hub;

import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;

/// Signs requests to the Hub.
class HubCredentials implements ClientRequestFilter {

    private final HubConfig config;

    HubCredentials(HubConfig config) {
        this.config = config;
    }

    @Override
    public void filter(ClientRequestContext request) {
        request.getHeaders().putSingle(HttpHeaders.USER_AGENT, "logprobe");
        config.token().ifPresent(token -> request.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + token));
    }
}
