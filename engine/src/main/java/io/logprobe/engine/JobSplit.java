package io.logprobe.engine;

import io.logprobe.engine.tokenizer.EncodedPair;
import java.util.ArrayList;
import java.util.List;

/// Cuts a job into parts for several devices.
final class JobSplit {

    private JobSplit() {}

    /// A range of examples.
    ///
    /// @param end example after the last one
    /// @param share of the job's tokens
    record Part(int first, int end, double share) {}

    /// Ranges of about equally many tokens: at most `devices`, none of them empty unless the job is.
    static List<Part> of(List<List<EncodedPair>> examples, int devices) {
        long[] before = new long[examples.size() + 1]; // tokens before each example
        for (int i = 0; i < examples.size(); i++) {
            before[i + 1] = before[i]
                    + examples.get(i).stream()
                            .mapToLong(pair -> pair.input().length)
                            .sum();
        }
        long all = before[examples.size()];
        int count = Math.clamp(examples.size(), 1, devices);
        List<Part> parts = new ArrayList<>();
        int first = 0;
        for (int part = 0; part < count; part++) {
            int left = count - part - 1; // parts that still need an example each
            int end = part == count - 1 ? examples.size() : first + 1;
            while (end < examples.size() - left && before[end] < all * (part + 1) / count) {
                end++;
            }
            parts.add(new Part(first, end, all == 0 ? 1.0 / count : (double) (before[end] - before[first]) / all));
            first = end;
        }
        return parts;
    }
}
