package io.logprobe.engine.model;

import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.NormWeights;
import io.logprobe.engine.backend.Resource;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.model.architecture.MatrixRef;
import java.util.Arrays;
import java.util.List;

/// What a pass embeds its rows with: of the tables only the rows that its tokens and positions name.
///
/// @param tokens float32 `[distinct tokens, width]`
/// @param positions float32 `[positions, width]`, or null
/// @param projection may be null
/// @param norm may be null
record EmbeddingWeights(NativeBuffer tokens, NativeBuffer positions, Linear projection, NormWeights norm)
        implements Resource {

    static EmbeddingWeights load(Embedding sheet, WeightLoader loader, int[] tokens, int positions) {
        NativeBuffer tokenRows = null;
        NativeBuffer positionRows = null;
        Linear projection = null;
        NormWeights norm = null;
        try {
            tokenRows = rows(loader, sheet.tokens(), tokens);
            positionRows = sheet.positions() == null ? null : positionRows(loader, sheet.positions(), positions);
            projection = sheet.projection() == null ? null : loader.linear(List.of(sheet.projection()));
            norm = loader.norm(sheet.norm());
            loader.requireUnchanged();
            return new EmbeddingWeights(tokenRows, positionRows, projection, norm);
        } catch (RuntimeException | Error e) {
            close(tokenRows, positionRows, projection, norm);
            throw e;
        }
    }

    private static NativeBuffer positionRows(WeightLoader loader, Embedding.LearnedPositions learned, int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, position -> position + learned.offset());
        return rows(loader, learned.table(), rows);
    }

    /// Rows lie anywhere in the file, so several are read at once.
    private static NativeBuffer rows(WeightLoader loader, MatrixRef table, int[] rows) {
        long rowBytes = (long) Float.BYTES * table.inputs();
        NativeBuffer buffer = NativeBuffer.allocate(rows.length * rowBytes);
        try {
            ParallelReads.forEach(
                    rows.length,
                    i -> loader.readRow(table, rows[(int) i], buffer.data().asSlice(i * rowBytes, rowBytes)));
            return buffer;
        } catch (RuntimeException | Error e) {
            buffer.close();
            throw e;
        }
    }

    @Override
    public void close() {
        close(tokens, positions, projection, norm);
    }

    private static void close(NativeBuffer tokens, NativeBuffer positions, Linear projection, NormWeights norm) {
        if (tokens != null) {
            tokens.close();
        }
        if (positions != null) {
            positions.close();
        }
        if (projection != null) {
            projection.close();
        }
        if (norm != null) {
            norm.close();
        }
    }
}
