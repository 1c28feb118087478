package io.logprobe.api.hub;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jboss.resteasy.reactive.RestResponse;

/// The part of the Hub's JSON API that is read here; its answers hold more than is named.
@RegisterRestClient(configKey = "hub")
@RegisterProvider(HubRedirect.class)
@Path("/api/{type}/{owner}/{name}")
@Produces(MediaType.APPLICATION_JSON)
interface HubApi {

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Info(String sha, Boolean disabled, JsonNode cardData) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record TreeItem(String type, String path, long size) {}

    @GET
    @Path("/revision/{revision}")
    Info info(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("type") String type,
            @PathParam("owner") String owner,
            @PathParam("name") String name,
            @PathParam("revision") String revision);

    /// One page of the files; the header `Link` leads to the next.
    @GET
    @Path("/tree/{revision}")
    RestResponse<List<TreeItem>> tree(
            @HeaderParam(HttpHeaders.AUTHORIZATION) String authorization,
            @PathParam("type") String type,
            @PathParam("owner") String owner,
            @PathParam("name") String name,
            @PathParam("revision") String revision,
            @QueryParam("recursive") boolean recursive,
            @QueryParam("cursor") String cursor);
}
