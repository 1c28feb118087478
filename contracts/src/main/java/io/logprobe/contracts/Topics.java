package io.logprobe.contracts;

import java.util.List;

/// The topics of Logprobe, each written by the services named here and keyed as named here.
public final class Topics {

    /// Jobs submitted and cancelled; key: job id; api-service to scheduler-service.
    public static final String JOBS = "eval.jobs.v1";
    /// What a node is to run or to stop; key: node id; scheduler-service to the worker on that node.
    public static final String COMMANDS = "eval.commands.v1";
    /// The ordered log of each evaluation: lease markers, scored examples, conclusion; key: evaluation id.
    public static final String EVALUATIONS = "eval.evaluations.v1";
    /// Signs of life of the nodes, lossy; key: node id; gpu-worker to scheduler-service.
    public static final String HEARTBEATS = "eval.heartbeats.v1";
    /// How evaluations and jobs ended; key: job id; scheduler-service to api-service and notifier-service.
    public static final String OUTCOMES = "eval.outcomes.v1";
    /// Pull requests opened and e-mails sent; key: job id; notifier-service to api-service.
    public static final String DELIVERIES = "eval.deliveries.v1";

    /// Every topic above; each has a dead-letter topic as well.
    public static final List<String> ALL = List.of(JOBS, COMMANDS, EVALUATIONS, HEARTBEATS, OUTCOMES, DELIVERIES);

    private Topics() {}

    /// The topic that takes records of `topic` which could not be processed.
    public static String deadLetterOf(String topic) {
        return topic + ".dlq";
    }
}
