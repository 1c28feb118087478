package io.logprobe.worker.dataset;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// The part of the api-service that workers use.
@RegisterRestClient(configKey = "api")
@Path("/v1/datasets")
interface DatasetClient {

    /// The canonical rows, one JSON object a line.
    @GET
    @Path("/{digest}/rows")
    @Produces("application/x-ndjson")
    byte[] rows(@PathParam("digest") String digest);
}
