package io.logprobe.engine.cli;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.engine.ScoreSink;
import io.logprobe.engine.ScoredExample;
import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidInput;
import io.logprobe.engine.failure.OutputUnwritable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// Results as JSON Lines. They are written beside the file and take its place when they are complete; a link stays one.
/// A pipe or a device is no file whose place could be taken: it gets them as they come.
final class ResultFile implements ScoreSink, AutoCloseable {

    private static final ObjectWriter ROW = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writerFor(ScoredExample.class);

    private final Path target;
    private final Path partial;
    private final BufferedWriter writer;

    private ResultFile(Path target, Path partial, BufferedWriter writer) {
        this.target = target;
        this.partial = partial;
        this.writer = writer;
    }

    static ResultFile create(Path target) {
        if (Files.isDirectory(target)) {
            throw new InvalidInput("--output " + target + " is a folder");
        }
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                return new ResultFile(target, target, Files.newBufferedWriter(target));
            }
            Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
            Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
            return new ResultFile(file, partial, Files.newBufferedWriter(partial));
        } catch (IOException e) {
            throw new InvalidInput("--output " + target + " cannot be written: " + FileFault.describe(e), e);
        }
    }

    @Override
    public void accept(List<ScoredExample> block) {
        try {
            for (ScoredExample result : block) {
                writer.write(ROW.writeValueAsString(result));
                writer.write('\n');
            }
            writer.flush();
        } catch (IOException e) {
            throw OutputUnwritable.of("--output " + target, e);
        }
    }

    @Override
    public void finished() {
        try {
            writer.close();
            if (partial.equals(target)) {
                return;
            }
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw OutputUnwritable.of("--output " + target, e);
        }
    }

    @Override
    public void close() {
        try (writer) {
            if (!partial.equals(target)) {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw OutputUnwritable.of("--output " + target, e);
        }
    }
}
