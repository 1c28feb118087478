package io.logprobe.engine;

import io.logprobe.engine.backend.BackendChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Families without a reference model, and options that no reference model has, against log-probabilities that
/// Transformers computed.
class FamilyFixtureTest {

    @TempDir
    Path folder;

    static Stream<Named<FamilyFixture>> fixtures() {
        return FamilyFixture.all().stream().map(fixture -> Named.of(fixture.name(), fixture));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithTransformers(FamilyFixture fixture) throws IOException {
        fixture.writeTo(folder);

        List<ScoredExample> results = new ArrayList<>();
        try (Scorer scorer = Scorer.open(folder, EngineOptions.DEFAULT.withBackend(BackendChoice.CPU))) {
            scorer.score(FamilyFixture.examples(), results::addAll);
        }

        fixture.assertAgrees(results);
    }
}
