package io.logprobe.notifier.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.rest.client.reactive.ClientExceptionMapper;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.annotation.RegisterProvider;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// The part of the Hub's HTTP API that pull requests need.
@RegisterRestClient(configKey = "hub")
@RegisterProvider(HubCredentials.class)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Path("/")
interface HubClient {

    @GET
    @Path("api/whoami-v2")
    JsonNode whoAmI();

    @GET
    @Path("api/models/{owner}/{name}")
    JsonNode model(
            @PathParam("owner") String owner, @PathParam("name") String name, @QueryParam("expand") String field);

    @GET
    @Path("{owner}/{name}/resolve/{revision}/README.md")
    @Produces(MediaType.WILDCARD)
    byte[] readme(
            @PathParam("owner") String owner, @PathParam("name") String name, @PathParam("revision") String revision);

    @POST
    @Path("api/validate-yaml")
    JsonNode validateYaml(JsonNode card);

    @GET
    @Path("api/models/{owner}/{name}/discussions")
    JsonNode discussions(
            @PathParam("owner") String owner,
            @PathParam("name") String name,
            @QueryParam("type") String type,
            @QueryParam("author") String author,
            @QueryParam("p") int page);

    @GET
    @Path("api/models/{owner}/{name}/discussions/{number}")
    JsonNode discussion(
            @PathParam("owner") String owner, @PathParam("name") String name, @PathParam("number") int number);

    @POST
    @Path("api/models/{owner}/{name}/commit/main")
    @Consumes("application/x-ndjson")
    JsonNode commit(
            @PathParam("owner") String owner,
            @PathParam("name") String name,
            @QueryParam("create_pr") int createPullRequest,
            String lines);

    @POST
    @Path("api/models/{owner}/{name}/discussions/{number}/status")
    JsonNode changeStatus(
            @PathParam("owner") String owner,
            @PathParam("name") String name,
            @PathParam("number") int number,
            JsonNode status);

    @ClientExceptionMapper
    static RuntimeException problem(Response response) {
        return HubProblem.of(response);
    }
}
