package io.logprobe.engine.model;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.memory.NativeBuffer;
import io.logprobe.engine.model.architecture.Embedding;
import io.logprobe.engine.plan.TokenTrie;
import java.util.Arrays;

/// Turns the tokens of all rows into hidden states.
final class EmbeddingPass {

    private final Backend backend;
    private final Embedding sheet;
    private final WeightLoader loader;
    private final ReadTimeout timeout;

    EmbeddingPass(Backend backend, Embedding sheet, WeightLoader loader, ReadTimeout timeout) {
        this.backend = backend;
        this.sheet = sheet;
        this.loader = loader;
        this.timeout = timeout;
    }

    void run(TokenTrie trie, JobMatrices job) {
        int[] tokens = new int[trie.rows()];
        Arrays.setAll(tokens, trie::token);
        int[] distinct = Arrays.stream(tokens).distinct().sorted().toArray();
        try (Resources owned = new Resources()) {
            EmbeddingWeights weights = owned.own(timeout.await(
                    "the embedding", () -> EmbeddingWeights.load(sheet, loader, distinct, trie.longestSequence())));
            Matrix table = owned.own(
                    matrix(weights.tokens(), distinct.length, sheet.tokens().inputs()));
            int[] tokenIndex = new int[tokens.length];
            Arrays.setAll(tokenIndex, row -> Arrays.binarySearch(distinct, tokens[row]));
            Matrix positions = weights.positions() == null
                    ? null
                    : owned.own(matrix(
                            weights.positions(),
                            trie.longestSequence(),
                            sheet.positions().table().inputs()));
            int[] positionIndex = new int[tokens.length];
            Arrays.setAll(positionIndex, trie::position);

            backend.forEachBlock(trie.rows(), (lane, first, count) -> {
                Matrix x = job.hidden().rows(first, count);
                Linear projection = weights.projection();
                if (projection == null) {
                    backend.gather(table, tokenIndex, first, x);
                } else {
                    Matrix embedded = job.scratch()[lane]
                            .embedded()
                            .columns(0, projection.inputs())
                            .rows(0, count);
                    backend.gather(table, tokenIndex, first, embedded);
                    backend.linear(embedded, projection, Epilogue.STORE, x);
                }
                if (sheet.factor() != 1) {
                    backend.scale(x, sheet.factor());
                }
                if (positions != null) {
                    backend.gatherAdd(positions, positionIndex, first, x);
                }
                if (weights.norm() != null) {
                    backend.norm(x, weights.norm(), x);
                }
            });
        }
    }

    private Matrix matrix(NativeBuffer values, int rows, int columns) {
        Matrix matrix = backend.matrix(rows, columns);
        backend.write(values.data(), matrix);
        return matrix;
    }
}
