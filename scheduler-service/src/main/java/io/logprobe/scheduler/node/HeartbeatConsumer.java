package io.logprobe.scheduler.node;

import io.logprobe.contracts.node.HearingProbe;
import io.logprobe.contracts.node.NodeEvent;
import io.logprobe.contracts.node.NodeHeartbeat;
import io.logprobe.contracts.node.NodeStopped;
import io.logprobe.messaging.EventProcessor;
import io.logprobe.scheduler.evaluation.EvaluationCoordinator;
import io.logprobe.scheduler.evaluation.NodeBoot;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Keeps the list of nodes and the leases of those that are at work.
@ApplicationScoped
class HeartbeatConsumer {

    private final EventProcessor processor;
    private final NodeRepository nodes;
    private final EvaluationCoordinator evaluations;
    private final HearingProbes probes;

    HeartbeatConsumer(
            EventProcessor processor, NodeRepository nodes, EvaluationCoordinator evaluations, HearingProbes probes) {
        this.processor = processor;
        this.nodes = nodes;
        this.evaluations = evaluations;
        this.probes = probes;
    }

    @Incoming("heartbeats")
    @Blocking
    CompletionStage<Void> consume(Message<ConsumerRecord<String, byte[]>> heartbeat) {
        return processor.processRepeatable(heartbeat, NodeEvent.class, this::apply);
    }

    private void apply(NodeEvent event) {
        switch (event) {
            case NodeHeartbeat heartbeat -> alive(heartbeat);
            case NodeStopped stopped -> stopped(stopped);
            case HearingProbe probe -> probes.heard(probe);
        }
    }

    private void alive(NodeHeartbeat heartbeat) {
        nodes.known(heartbeat.nodeId(), heartbeat.bootId()).heard(heartbeat, evaluations.now());
        evaluations.endLeasesOf(
                heartbeat.nodeId(), heartbeat.bootId(), "node " + heartbeat.nodeId() + " was started anew");
        NodeBoot boot = new NodeBoot(heartbeat.nodeId(), heartbeat.bootId());
        for (NodeHeartbeat.Running running : heartbeat.running()) {
            evaluations.renew(running.evaluationId(), boot, running.epoch());
        }
    }

    private void stopped(NodeStopped event) {
        NodeEntity node = nodes.findById(event.nodeId());
        if (node != null && node.bootId().equals(event.bootId())) {
            node.stop();
            evaluations.giveBackLeasesOf(new NodeBoot(event.nodeId(), event.bootId()));
        }
    }
}
