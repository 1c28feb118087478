package io.logprobe.engine.tokenizer;

import io.logprobe.engine.tokenizer.BytePairEncoding.Merge;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// SentencePiece's byte-pair models give every piece a score and always merge the neighbours whose union has the
/// highest score. Ranked merges do the same: every way to cut a piece in two known pieces, in the order of the piece's
/// score.
final class ScoredPieces {

    /// Longer pieces would take quadratic time; no vocabulary has any.
    private static final int MAX_PIECE_LENGTH = 512;

    private ScoredPieces() {}

    private record Ranked(Merge merge, double score, int left, int right) {}

    /// All merges of the pieces that are made of others, which special tokens and bytes are not.
    static List<Merge> merges(Map<String, Integer> ids, List<Double> scores, IntPredicate isMade) {
        List<Ranked> ranked = new ArrayList<>();
        ids.forEach((piece, id) -> {
            if (piece.length() > MAX_PIECE_LENGTH || !isMade.test(id)) {
                return;
            }
            for (int cut = 1; cut < piece.length(); cut++) {
                Integer left = ids.get(piece.substring(0, cut));
                Integer right = left == null ? null : ids.get(piece.substring(cut));
                if (right != null) {
                    Merge merge = new Merge(piece.substring(0, cut), piece.substring(cut));
                    ranked.add(new Ranked(merge, scores.get(id), left, right));
                }
            }
        });
        return ranked.stream()
                .sorted(Comparator.comparingDouble(Ranked::score)
                        .reversed()
                        .thenComparingInt(Ranked::left)
                        .thenComparingInt(Ranked::right))
                .map(Ranked::merge)
                .toList();
    }
}
