package io.logprobe.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.api.idempotency.IdempotencyKeys;
import io.logprobe.api.idempotency.IdempotencyKeys.Claim;
import io.logprobe.api.problem.Problem;
import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "jobs")
class JobResource {

    private static final int MAX_LIMIT = 100;
    private static final int MAX_KEY_LENGTH = 255;

    private final SubmitJobReader reader;
    private final JobPinning pinning;
    private final JobSubmission submission;
    private final Jobs jobs;
    private final IdempotencyKeys keys;
    private final ObjectMapper json;

    JobResource(
            SubmitJobReader reader,
            JobPinning pinning,
            JobSubmission submission,
            Jobs jobs,
            IdempotencyKeys keys,
            ObjectMapper json) {
        this.reader = reader;
        this.pinning = pinning;
        this.submission = submission;
        this.jobs = jobs;
        this.keys = keys;
        this.json = json;
    }

    /// Some jobs.
    ///
    /// @param jobs newest first
    /// @param next what to give as `before` for older ones, null after the oldest
    record JobsView(List<JobView> jobs, UUID next) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Submit a job",
            description = "Everything the job names is looked up, checked and pinned to commits before it is accepted.")
    @RequestBody(content = @Content(schema = @Schema(implementation = SubmitJobRequest.class)))
    @APIResponse(
            responseCode = "202",
            description = "Accepted",
            content = @Content(schema = @Schema(implementation = JobView.class)))
    @APIResponse(
            responseCode = "422",
            description = "Refused: errors names the fields, files and rows at fault",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response submit(@HeaderParam("Idempotency-Key") String key, InputStream body) {
        SubmitJobRequest request = reader.read(body);
        if (key == null) {
            return accepted(text(submit(request, view -> {})));
        }
        if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
            throw Refusal.of(
                    ProblemType.MALFORMED_REQUEST, "Idempotency-Key", "has not 1 to " + MAX_KEY_LENGTH + " characters");
        }
        return switch (keys.claim(key, digest(request))) {
            case Claim.Answered answered -> accepted(answered.answer());
            case Claim.Running _ ->
                throw Refusal.of(ProblemType.CONFLICT, "the request with this idempotency key is still being answered");
            case Claim.Taken _ ->
                throw Refusal.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED, "Idempotency-Key", "came with another request before");
            case Claim.Granted granted -> accepted(text(submitOnce(request, granted)));
        };
    }

    private JobView submitOnce(SubmitJobRequest request, Claim.Granted claim) {
        boolean accepted = false;
        try {
            JobView view = submit(request, created -> keys.end(claim, text(created)));
            accepted = true;
            return view;
        } finally {
            if (!accepted) {
                keys.release(claim);
            }
        }
    }

    private JobView submit(SubmitJobRequest request, Consumer<JobView> alsoInTransaction) {
        try (PinnedJob pinned = pinning.pin(request)) {
            return submission.accept(pinned, alsoInTransaction);
        }
    }

    @GET
    @Operation(
            summary = "Jobs, newest first",
            description = "With the ETag of an earlier answer in If-None-Match, only a list that has changed is sent.")
    @APIResponse(
            responseCode = "200",
            description = "Some jobs",
            content = @Content(schema = @Schema(implementation = JobsView.class)))
    @APIResponse(responseCode = "304", description = "The list has not changed")
    public Response list(
            @QueryParam("limit") @DefaultValue("20") int limit,
            @QueryParam("before") UUID before,
            @Context Request request) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Refusal.of(ProblemType.INVALID_INPUT, "limit", "is not between 1 and " + MAX_LIMIT);
        }
        List<JobView> found = jobs.list(limit, Optional.ofNullable(before));
        String list = text(new JobsView(
                found, found.size() < limit ? null : found.getLast().id()));
        EntityTag tag = new EntityTag(sha256(list));
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        // Browsers keep the list and ask whether it has changed whenever they show it.
        return (unchanged == null ? Response.ok(list).tag(tag) : unchanged)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "A job and how far it is")
    public JobView get(@PathParam("id") UUID id) {
        return jobs.find(id).orElseThrow(() -> unknown(id));
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            summary = "Cancel a job",
            description = "What has ended stays as it is; the rest is cancelled as soon as its worker hears of it.")
    @APIResponse(
            responseCode = "202",
            description = "Asked for",
            content = @Content(schema = @Schema(implementation = JobView.class)))
    public Response cancel(@PathParam("id") UUID id) {
        JobView view = submission.cancel(id).orElseThrow(() -> unknown(id));
        if (view.state().isFinal() && view.state() != JobState.CANCELLED) {
            throw Refusal.of(ProblemType.CONFLICT, "job " + id + " has ended: " + view.state());
        }
        return Response.accepted(view).build();
    }

    static Refusal unknown(UUID id) {
        return Refusal.of(ProblemType.NOT_FOUND, "no job has the id " + id);
    }

    private Response accepted(String view) {
        return Response.accepted(view)
                .location(URI.create("/v1/jobs/" + id(view)))
                .build();
    }

    private String id(String view) {
        try {
            return json.readTree(view).path("id").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored answer cannot be read", e);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view cannot be written as JSON", e);
        }
    }

    /// Two requests are the same if they ask for the same, however they are written.
    private String digest(SubmitJobRequest request) {
        return sha256(text(request));
    }

    private static String sha256(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
