package io.logprobe.api.dataset;

import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.api.rows.ColumnMapping;
import io.logprobe.api.rows.RowFile;
import io.logprobe.api.rows.RowFormat;
import io.logprobe.contracts.Require;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/v1/datasets")
@RunOnVirtualThread
@Tag(name = "datasets")
class DatasetResource {

    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";

    private final Datasets datasets;

    DatasetResource(Datasets datasets) {
        this.datasets = datasets;
    }

    @POST
    @Consumes({NDJSON, CSV, MediaType.APPLICATION_JSON})
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Upload rows", description = "Every row is checked before anything is stored.")
    @APIResponse(
            responseCode = "201",
            description = "Stored",
            content = @Content(schema = @Schema(implementation = DatasetView.class)))
    public Response upload(
            @QueryParam("name") String name,
            @QueryParam("split") @DefaultValue("test") String split,
            @QueryParam("text") String text,
            @QueryParam("classes") String classes,
            @QueryParam("target") String target,
            @HeaderParam(HttpHeaders.CONTENT_TYPE) MediaType type,
            InputStream body) {
        if (!Require.isRepositoryId(name)) {
            throw Refusal.of(ProblemType.INVALID_INPUT, "name", "is not of the form owner/name");
        }
        RowFormat format = type.isCompatible(MediaType.valueOf(CSV)) ? RowFormat.CSV : RowFormat.JSON;
        DatasetSource source = new DatasetSource(
                name, SplitFiles.DEFAULT_CONFIG, split, null, new ColumnMapping(text, classes, target));
        try (PreparedDataset dataset = datasets.read(source, List.of(new RowFile("the upload", format, () -> body)))) {
            QuarkusTransaction.requiringNew().run(() -> datasets.store(dataset));
            String digest = dataset.revision().digest();
            return Response.created(URI.create("/v1/datasets/" + digest + "/rows"))
                    .entity(describe(digest))
                    .build();
        } catch (Unacceptable e) {
            throw Refusal.of("body", e.failure());
        }
    }

    @GET
    @Path("/{digest}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "What is known of a dataset",
            description = "Equal rows may have several names: the one that was used last, and all of them in names.")
    public DatasetView describe(@PathParam("digest") String digest) {
        return datasets.describe(digest).orElseThrow(() -> unknown(digest));
    }

    @GET
    @Path("/{digest}/rows")
    @Produces(NDJSON)
    @Operation(
            summary = "Canonical rows of a dataset",
            description =
                    "One JSON object {text, classes, target} a line; SHA-256 of exactly these bytes is the digest.")
    public Response rows(@PathParam("digest") String digest) {
        DatasetEntity dataset = datasets.find(digest).orElseThrow(() -> unknown(digest));
        return Response.ok((StreamingOutput) out -> datasets.copy(dataset, out), NDJSON)
                .header(HttpHeaders.CONTENT_LENGTH, dataset.sizeBytes())
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .tag(digest)
                .build();
    }

    private static Refusal unknown(String digest) {
        return Refusal.of(ProblemType.NOT_FOUND, "no dataset has the digest " + digest);
    }
}
