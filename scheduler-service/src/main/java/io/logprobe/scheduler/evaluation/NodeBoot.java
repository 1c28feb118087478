package io.logprobe.scheduler.evaluation;

import java.util.UUID;

/// One start of the worker of a node: what a lease is granted to.
public record NodeBoot(String nodeId, UUID bootId) {}
