package io.logprobe.scheduler.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.evaluation.ExampleScore;
import io.logprobe.contracts.spec.IndexRange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The results of examples, one row each.
@ApplicationScoped
class ExampleScoreRepository {

    private final EntityManager database;
    private final ObjectMapper json;

    ExampleScoreRepository(EntityManager database, ObjectMapper json) {
        this.database = database;
        this.json = json;
    }

    /// Keeps the first result of each example.
    void addAll(UUID evaluationId, List<ExampleScore> scores) {
        database.createNativeQuery("""
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

    int count(UUID evaluationId) {
        return ((Number) database.createNativeQuery(
                                "select count(*) from example_score where evaluation_id = :evaluationId")
                        .setParameter("evaluationId", evaluationId)
                        .getSingleResult())
                .intValue();
    }

    /// The indices that are done, as ascending ranges.
    List<IndexRange> done(UUID evaluationId) {
        // Indices of one gapless run have the same difference to their rank.
        List<?> rows = database.createNativeQuery("""
                        select min(example_index), max(example_index)
                        from (select example_index, example_index - row_number() over (order by example_index) as run
                              from example_score where evaluation_id = :evaluationId) numbered
                        group by run order by 1""")
                .setParameter("evaluationId", evaluationId)
                .getResultList();
        return rows.stream()
                .map(row -> (Object[]) row)
                .map(range -> new IndexRange(((Number) range[0]).intValue(), ((Number) range[1]).intValue()))
                .toList();
    }

    /// Hands over every result, ascending by index.
    void forEach(UUID evaluationId, Consumer<ExampleScore> consumer) {
        try (Stream<?> rows = database.createNativeQuery("""
                        select cast(score as text) from example_score
                        where evaluation_id = :evaluationId order by example_index""")
                .setParameter("evaluationId", evaluationId)
                .getResultStream()) {
            rows.forEach(row -> consumer.accept(decode((String) row)));
        }
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
