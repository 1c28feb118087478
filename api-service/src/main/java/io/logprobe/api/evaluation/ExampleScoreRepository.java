package io.logprobe.api.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.evaluation.ExampleScore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.UUID;

/// The results of examples, one row each.
@ApplicationScoped
class ExampleScoreRepository {

    private final EntityManager database;
    private final ObjectMapper json;

    ExampleScoreRepository(EntityManager database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /// Keeps the first result of each example: scores of one provenance are equal.
    ///
    /// @return how many examples had none before
    int addAll(UUID evaluationId, List<ExampleScore> scores) {
        return database.createNativeQuery("""
                        insert into example_score (evaluation_id, example_index, score)
                        select :evaluationId, cast(element ->> 'index' as int), element
                        from jsonb_array_elements(cast(:scores as jsonb)) element
                        on conflict do nothing""")
                .setParameter("evaluationId", evaluationId)
                .setParameter("scores", encode(scores))
                .executeUpdate();
    }

    void deleteAll(UUID evaluationId) {
        database.createNativeQuery("delete from example_score where evaluation_id = :evaluationId")
                .setParameter("evaluationId", evaluationId)
                .executeUpdate();
    }

    /// Up to `limit` results with an index above `after`, ascending.
    List<ExampleScore> page(UUID evaluationId, int after, int limit) {
        List<?> rows = database.createNativeQuery("""
                        select cast(score as text) from example_score
                        where evaluation_id = :evaluationId and example_index > :after
                        order by example_index limit :limit""")
                .setParameter("evaluationId", evaluationId)
                .setParameter("after", after)
                .setParameter("limit", limit)
                .getResultList();
        return rows.stream().map(row -> decode((String) row)).toList();
    }

    private String encode(List<ExampleScore> scores) {
        try {
            return json.writeValueAsString(scores);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("example scores cannot be written as JSON", e);
        }
    }

    private ExampleScore decode(String score) {
        try {
            return json.readValue(score, ExampleScore.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored example score cannot be read", e);
        }
    }
}
