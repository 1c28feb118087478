package io.logprobe.contracts.evaluation;

/// How an evaluation ended.
public enum Conclusion {
    COMPLETED,
    FAILED,
    CANCELLED
}
