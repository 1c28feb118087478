package io.logprobe.worker.evaluation;

import io.logprobe.contracts.spec.IndexRange;
import io.logprobe.engine.Example;
import java.util.BitSet;
import java.util.List;

/// The examples that are still to be scored, and where they stand in the dataset.
///
/// @param examples what the engine gets
/// @param indices dataset index of each
record RemainingExamples(List<Example> examples, List<Integer> indices) {

    static RemainingExamples of(List<Example> rows, List<IndexRange> done) {
        BitSet missing = new BitSet(rows.size());
        missing.set(0, rows.size());
        for (IndexRange range : done) {
            missing.clear(range.first(), Math.min(range.last(), rows.size() - 1) + 1);
        }
        List<Integer> indices = missing.stream().boxed().toList();
        return new RemainingExamples(indices.stream().map(rows::get).toList(), indices);
    }

    boolean isEmpty() {
        return indices.isEmpty();
    }
}
