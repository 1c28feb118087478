package io.logprobe.api.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.logprobe.api.dataset.Datasets;
import io.logprobe.api.problem.Problem;
import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
import io.logprobe.api.rows.DatasetRow;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/v1/evaluations/{id}")
@RunOnVirtualThread
@Tag(name = "evaluations")
class EvaluationResource {

    private static final int MAX_LIMIT = 1000;
    /// A page with rows is shorter where they are long.
    private static final long MAX_ROWS_BYTES = 4 << 20;

    private final EvaluationRepository evaluations;
    private final ExampleScoreRepository scores;
    private final Datasets datasets;
    private final ObjectWriter json;

    EvaluationResource(
            EvaluationRepository evaluations, ExampleScoreRepository scores, Datasets datasets, ObjectMapper json) {
        this.evaluations = evaluations;
        this.scores = scores;
        this.datasets = datasets;
        this.json = json.writerFor(ExampleScore.class);
    }

    /// Some results.
    ///
    /// @param examples ascending by index
    /// @param next what to give as `after` for the next ones, null after the last
    record ExamplesView(List<ExampleView> examples, Integer next) {}

    /// One result.
    ///
    /// @param score the result
    /// @param row the dataset's row, absent unless asked for
    /// @param compared the result of the evaluation to compare with, absent if there is none
    record ExampleView(
            @JsonUnwrapped ExampleScore score,
            @JsonInclude(JsonInclude.Include.NON_NULL) DatasetRow row,
            @JsonInclude(JsonInclude.Include.NON_NULL) ExampleScore compared) {}

    @GET
    @Path("/examples")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Results of single examples, as far as they are scored",
            description = "A page may be shorter than its limit where rows are long; next says whether there are more.")
    @APIResponse(
            responseCode = "200",
            description = "Some results",
            content = @Content(schema = @Schema(implementation = ExamplesView.class)))
    @APIResponse(
            responseCode = "422",
            description = "Refused: errors names the parameter at fault",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public ExamplesView examples(
            @PathParam("id") UUID id,
            @Parameter(description = "Index of the last example before these") @QueryParam("after") @DefaultValue("-1")
                    int after,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "1000"))
                    @QueryParam("limit")
                    @DefaultValue("100")
                    int limit,
            @Parameter(
                            description = "Those whose prediction is the target, is not, or is not that of `compare`",
                            schema = @Schema(enumeration = {"all", "correct", "wrong", "differing"}))
                    @QueryParam("filter")
                    @DefaultValue("all")
                    String filter,
            @Parameter(description = "Another evaluation of the same rows, whose results are told beside these")
                    @QueryParam("compare")
                    String compare,
            @Parameter(
                            description = "Whether texts and classes are told as well",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("rows")
                    @DefaultValue("false")
                    String rows) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw refused("limit", "is not between 1 and " + MAX_LIMIT);
        }
        boolean withRows = isTrue("rows", rows);
        String dataset = datasetOf(id);
        UUID other = compare == null ? null : comparable(compare, dataset);
        List<ExampleScore> found = page(id, filter(filter, other), after, limit);
        List<Integer> indexes = found.stream().map(ExampleScore::index).toList();
        List<DatasetRow> texts = withRows ? datasets.rows(dataset, indexes, MAX_ROWS_BYTES) : List.of();
        Map<Integer, ExampleScore> compared = other == null ? Map.of() : at(other, indexes);
        int shown = withRows ? texts.size() : found.size();
        List<ExampleView> views = IntStream.range(0, shown)
                .mapToObj(i ->
                        new ExampleView(found.get(i), withRows ? texts.get(i) : null, compared.get(indexes.get(i))))
                .toList();
        boolean last = shown == found.size() && found.size() < limit;
        return new ExamplesView(views, last ? null : indexes.get(shown - 1));
    }

    private static ExampleFilter filter(String name, UUID other) {
        return switch (name) {
            case "all" -> new ExampleFilter.All();
            case "correct" -> new ExampleFilter.Correct();
            case "wrong" -> new ExampleFilter.Wrong();
            case "differing" -> {
                if (other == null) {
                    throw refused("compare", "is missing: it names the evaluation to differ from");
                }
                yield new ExampleFilter.Differing(other);
            }
            default -> throw refused("filter", "is none of all, correct, wrong, differing");
        };
    }

    private static boolean isTrue(String name, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(name, "is neither true nor false");
        };
    }

    /// The evaluation to compare with, which is one of the same rows.
    private UUID comparable(String id, String dataset) {
        UUID other;
        try {
            other = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw refused("compare", "is no id of an evaluation");
        }
        String rows = QuarkusTransaction.requiringNew()
                .call(() -> evaluations.datasetOf(other))
                .orElseThrow(() -> refused("compare", "names no evaluation: " + id));
        if (!rows.equals(dataset)) {
            throw refused("compare", "names an evaluation of other rows: " + id);
        }
        return other;
    }

    private static Refusal refused(String parameter, String message) {
        return Refusal.of(ProblemType.INVALID_INPUT, parameter, message);
    }

    @GET
    @Path("/examples.jsonl")
    @Produces("application/x-ndjson")
    @Operation(summary = "Results of all examples, one JSON object a line")
    public StreamingOutput lines(@PathParam("id") UUID id) {
        datasetOf(id);
        List<ExampleScore> first = page(id, new ExampleFilter.All(), -1, MAX_LIMIT);
        return out -> {
            for (List<ExampleScore> scored = first; !scored.isEmpty(); ) {
                for (ExampleScore score : scored) {
                    out.write(json.writeValueAsBytes(score));
                    out.write('\n');
                }
                scored = page(id, new ExampleFilter.All(), scored.getLast().index(), MAX_LIMIT);
            }
        };
    }

    private String datasetOf(UUID id) {
        return QuarkusTransaction.requiringNew()
                .call(() -> evaluations.datasetOf(id))
                .orElseThrow(() -> Refusal.of(ProblemType.NOT_FOUND, "no evaluation has the id " + id));
    }

    private List<ExampleScore> page(UUID id, ExampleFilter filter, int after, int limit) {
        return QuarkusTransaction.requiringNew().call(() -> scores.page(id, filter, after, limit));
    }

    private Map<Integer, ExampleScore> at(UUID id, List<Integer> indexes) {
        return QuarkusTransaction.requiringNew().call(() -> scores.at(id, indexes));
    }
}
