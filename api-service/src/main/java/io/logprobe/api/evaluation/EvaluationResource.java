package io.logprobe.api.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
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
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/v1/evaluations/{id}")
@RunOnVirtualThread
@Tag(name = "evaluations")
class EvaluationResource {

    private static final int MAX_LIMIT = 1000;

    private final EvaluationRepository evaluations;
    private final ExampleScoreRepository scores;
    private final ObjectWriter json;

    EvaluationResource(EvaluationRepository evaluations, ExampleScoreRepository scores, ObjectMapper json) {
        this.evaluations = evaluations;
        this.scores = scores;
        this.json = json.writerFor(ExampleScore.class);
    }

    /// Some results.
    ///
    /// @param examples ascending by index
    /// @param next what to give as `after` for the next ones, null after the last
    record ExamplesView(List<ExampleScore> examples, Integer next) {}

    @GET
    @Path("/examples")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Results of single examples, as far as they are scored")
    public ExamplesView examples(
            @PathParam("id") UUID id,
            @QueryParam("after") @DefaultValue("-1") int after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Refusal.of(ProblemType.INVALID_INPUT, "limit", "is not between 1 and " + MAX_LIMIT);
        }
        List<ExampleScore> found = page(id, after, limit);
        return new ExamplesView(
                found, found.size() < limit ? null : found.getLast().index());
    }

    @GET
    @Path("/examples.jsonl")
    @Produces("application/x-ndjson")
    @Operation(summary = "Results of all examples, one JSON object a line")
    public StreamingOutput lines(@PathParam("id") UUID id) {
        List<ExampleScore> first = page(id, -1, MAX_LIMIT);
        return out -> {
            for (List<ExampleScore> scored = first; !scored.isEmpty(); ) {
                for (ExampleScore score : scored) {
                    out.write(json.writeValueAsBytes(score));
                    out.write('\n');
                }
                scored = page(id, scored.getLast().index(), MAX_LIMIT);
            }
        };
    }

    private List<ExampleScore> page(UUID id, int after, int limit) {
        return QuarkusTransaction.requiringNew().call(() -> {
            if (evaluations.jobOf(id).isEmpty()) {
                throw Refusal.of(ProblemType.NOT_FOUND, "no evaluation has the id " + id);
            }
            return scores.page(id, after, limit);
        });
    }
}
