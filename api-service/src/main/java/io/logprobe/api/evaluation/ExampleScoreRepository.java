package io.logprobe.api.evaluation;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.evaluation.ExampleScore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;
import java.util.Map;
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
    List<ExampleScore> page(UUID evaluationId, ExampleFilter filter, int after, int limit) {
        Query query = database.createNativeQuery("""
                        select cast(score as text) from example_score
                        where evaluation_id = :evaluationId and example_index > :after and %s
                        order by example_index limit :limit""".formatted(condition(filter)))
                .setParameter("evaluationId", evaluationId)
                .setParameter("after", after)
                .setParameter("limit", limit);
        if (filter instanceof ExampleFilter.Differing(UUID other)) {
            query.setParameter("other", other);
        }
        return decode(query.getResultList());
    }

    private static String condition(ExampleFilter filter) {
        return switch (filter) {
            case ExampleFilter.All _ -> "true";
            case ExampleFilter.Correct _ -> "score ->> 'prediction' = score ->> 'target'";
            case ExampleFilter.Wrong _ -> "score ->> 'prediction' <> score ->> 'target'";
            case ExampleFilter.Differing _ -> """
                    exists (select 1 from example_score other
                            where other.evaluation_id = :other and other.example_index = example_score.example_index
                              and other.score ->> 'prediction' <> example_score.score ->> 'prediction')""";
        };
    }

    /// The results of these examples, as far as there are any, by index.
    Map<Integer, ExampleScore> at(UUID evaluationId, List<Integer> indexes) {
        if (indexes.isEmpty()) {
            return Map.of();
        }
        List<?> rows = database.createNativeQuery("""
                        select cast(score as text) from example_score
                        where evaluation_id = :evaluationId and example_index in (:indexes)""")
                .setParameter("evaluationId", evaluationId)
                .setParameter("indexes", indexes)
                .getResultList();
        return decode(rows).stream().collect(toMap(ExampleScore::index, identity()));
    }

    private String encode(List<ExampleScore> scores) {
        try {
            return json.writeValueAsString(scores);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("example scores cannot be written as JSON", e);
        }
    }

    private List<ExampleScore> decode(List<?> rows) {
        return rows.stream().map(row -> decode((String) row)).toList();
    }

    private ExampleScore decode(String score) {
        try {
            return json.readValue(score, ExampleScore.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored example score cannot be read", e);
        }
    }
}
