package io.logprobe.engine;

import io.logprobe.engine.backend.ComputeType;

/// Counts and times of one job.
///
/// @param pairs (text, class) pairs
/// @param rows trie nodes computed: distinct token prefixes
/// @param tokens input tokens of all pairs, had each been computed by itself
/// @param loadSeconds opening and preparing the model, up to the first multiplication
/// @param planSeconds tokenising and planning
/// @param scoreSeconds scoring, by all processes that worked on a job which was continued
/// @param earlierSeconds those of `scoreSeconds` that processes before this one have spent, up to the state that was
/// continued; what they did after they had kept it is lost and not counted
/// @param startSeconds from the start of the process to the first layer of the first job, or 0 where unknown
/// @param pairsPerSecond pairs ÷ (plan + score) seconds
/// @param truncated examples whose beginning was cut off
/// @param boundaryMismatches pairs whose tokens differ from those of the joined text
/// @param accuracy share of examples with a target whose prediction is right, or null without targets
/// @param loss mean of −log softmax(logprobs)[target] over examples with a target, or null without targets
/// @param backend `reference`, `cpu` or `cuda`
/// @param backendDetail what it computed with
/// @param peakMemoryBytes largest resident set of the process
/// @param flops floating-point operations that the job needs at least: products of distinct rows, attention, heads
/// @param blocks passes over the weights
/// @param streamedBytes weights that were read again in every pass
public record ScoreSummary(
        int examples,
        int pairs,
        long rows,
        long tokens,
        double loadSeconds,
        double planSeconds,
        double scoreSeconds,
        double earlierSeconds,
        double startSeconds,
        double pairsPerSecond,
        int truncated,
        int boundaryMismatches,
        Double accuracy,
        Double loss,
        String backend,
        String backendDetail,
        ComputeType dtype,
        long peakMemoryBytes,
        double flops,
        int blocks,
        long streamedBytes) {}
