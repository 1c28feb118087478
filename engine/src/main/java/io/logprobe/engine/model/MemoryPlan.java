package io.logprobe.engine.model;

import io.logprobe.engine.failure.InsufficientMemory;
import io.logprobe.engine.memory.ByteSize;

/// What stays in memory and what goes through it.
///
/// @param residentStages weight stages (layers, then head parts) that are read once and stay; the others are read in
/// every pass
/// @param stages all weight stages
/// @param headParts parts in which the head's vocabulary is loaded
/// @param headPartTokens tokens of a part; the last one may have fewer
/// @param rowsPerBlock rows that fit into one pass
/// @param residentBytes size of the weights that stay
/// @param streamedBytes size of the weights that are read in every pass
/// @param readingThreads stages that are read at once; one while others are in use
/// @param peakBytes bound on weights and what reading them takes, hidden states, keys and values, and scratch memory
/// together
public record MemoryPlan(
        int residentStages,
        int stages,
        int headParts,
        int headPartTokens,
        long rowsPerBlock,
        long residentBytes,
        long streamedBytes,
        int readingThreads,
        long peakBytes) {

    /// Whether weights are read again in every pass.
    public boolean streams() {
        return residentStages < stages;
    }

    /// Plans a job of `rows` rows. In this order: everything stays; all rows in one pass, and as many weights as fit
    /// beside them stay; as many rows as fit in one pass, and all weights go through.
    ///
    /// @param smallestBlock rows that a pass must hold at least: those of the largest example
    /// @throws InsufficientMemory stating the minimum
    static MemoryPlan of(ModelCosts costs, long rows, long smallestBlock, long budget) {
        long all = costs.weightBytes(costs.vocabulary());
        long reading = costs.readingBytes();
        long inWork = costs.fixedBytes() + reading;
        long resident = all + inWork + costs.rowBytes(rows);
        if (resident <= budget) {
            // Each thread more takes as much more; what is left of it stays while the job runs.
            long more = Math.min(costs.readingThreads() - 1L, (budget - resident) / Math.max(reading, 1));
            return new MemoryPlan(
                    costs.layers() + 1,
                    costs.layers() + 1,
                    1,
                    costs.vocabulary(),
                    Math.max(rows, 1),
                    all,
                    0,
                    Math.toIntExact(1 + more),
                    resident + more * reading);
        }
        int part = costs.headPartTokens();
        int parts = Math.ceilDiv(costs.vocabulary(), part);
        int stages = costs.layers() + parts;
        long window = 2 * costs.largestStage(part);
        long forRows = budget - inWork - window;
        if (forRows < costs.rowBytes(smallestBlock)) {
            throw new InsufficientMemory("this job needs at least "
                    + mebibytes(inWork + window + costs.rowBytes(smallestBlock)) + " MiB of memory, not "
                    + new ByteSize(budget));
        }
        long rowsPerBlock = Math.min(Math.max(rows, 1), costs.rowsIn(forRows));
        long rest = forRows - costs.rowBytes(rowsPerBlock);
        int residentStages = 0;
        long residentBytes = 0;
        while (residentStages < stages - 2 && residentBytes + costs.stageBytes(residentStages, part) <= rest) {
            residentBytes += costs.stageBytes(residentStages++, part);
        }
        return new MemoryPlan(
                residentStages,
                stages,
                parts,
                part,
                rowsPerBlock,
                residentBytes,
                costs.weightBytes(part) - residentBytes,
                1,
                inWork + window + residentBytes + costs.rowBytes(rowsPerBlock));
    }

    private static long mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }
}
