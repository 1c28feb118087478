package io.logprobe.standalone.hub;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// Differences between two commits as `git diff` shows them.
final class FileDiff {

    private static final int CONTEXT_LINES = 3;
    /// Larger texts are only said to differ: the comparison takes time that grows with the number of differences.
    private static final long MAX_LENGTH = 512 << 10;

    private FileDiff() {}

    static String unified(Repository repository, Commit from, Commit to) throws IOException {
        StringBuilder diff = new StringBuilder();
        for (String path : from.changedPaths(to.files())) {
            FileEntry before = from.files().get(path);
            FileEntry after = to.files().get(path);
            diff.append("diff --git a/").append(path).append(" b/").append(path).append('\n');
            Optional<List<String>> oldLines = lines(repository, before);
            Optional<List<String>> newLines = lines(repository, after);
            if (oldLines.isEmpty() || newLines.isEmpty()) {
                diff.append("Binary files differ\n");
            } else {
                UnifiedDiffUtils.generateUnifiedDiff(
                                before == null ? "/dev/null" : "a/" + path,
                                after == null ? "/dev/null" : "b/" + path,
                                oldLines.get(),
                                DiffUtils.diff(oldLines.get(), newLines.get()),
                                CONTEXT_LINES)
                        .forEach(line -> diff.append(line).append('\n'));
            }
        }
        return diff.toString();
    }

    /// The lines of a small text file; none for no file; nothing for other contents.
    private static Optional<List<String>> lines(Repository repository, FileEntry file) throws IOException {
        if (file == null) {
            return Optional.of(List.of());
        }
        if (file.large() || file.size() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            byte[] content = Files.readAllBytes(repository.content(file));
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString()
                    .lines()
                    .toList());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
