package io.logprobe.api.page;

import io.logprobe.api.hub.Hub;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/v1/service")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "service")
class ServiceResource {

    private final Hub hub;
    private final String version;

    ServiceResource(Hub hub, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.hub = hub;
        this.version = version;
    }

    /// This service.
    ///
    /// @param version its release
    /// @param hub address of the Hub whose models and datasets it evaluates
    /// @param publishes whether it has a token for the Hub, which pull requests need
    record ServiceView(String version, String hub, boolean publishes) {}

    @GET
    @Operation(summary = "This service: its version and its Hub")
    public ServiceView get() {
        return new ServiceView(version, hub.address(), hub.hasToken());
    }
}
