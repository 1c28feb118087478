package io.logprobe.engine.bench;

import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A Python interpreter that has lm-evaluation-harness.
public final class HarnessPython {

    private final Path interpreter;
    private final Path script;

    /// @throws InvalidInput if it cannot be run or has no harness
    public HarnessPython(Path interpreter) {
        this.interpreter = interpreter;
        ScoringProcess.lastLine(
                interpreter.toString(),
                List.of(interpreter.toString(), "-c", "from lm_eval.models.huggingface import HFLM; print('{}')"));
        script = ScoringProcess.temporary(".py");
        try (InputStream source = HarnessPython.class.getResourceAsStream("lm_eval_pairs.py")) {
            Files.write(script, source.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Its pairs per second, the model's loading apart.
    ///
    /// @param limit null for all rows
    public double pairsPerSecond(Path model, Path input, String dtype, int batch, Integer limit) {
        return ScoringProcess.lastLine(
                        interpreter.toString(),
                        List.of(
                                interpreter.toString(),
                                script.toString(),
                                model.toString(),
                                input.toString(),
                                dtype,
                                Integer.toString(batch),
                                limit == null ? "0" : limit.toString()))
                .path("pairs_per_s")
                .doubleValue();
    }
}
