package io.logprobe.worker.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import io.logprobe.contracts.command.WorkerCommand;
import io.logprobe.worker.NodeIdentity;
import io.logprobe.worker.command.CommandBook.Verdict;
import io.logprobe.worker.evaluation.Attempts;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes commands and acknowledges them at once: what was accepted and is lost with this process is noticed by the
/// scheduler, not by the broker.
@ApplicationScoped
class CommandConsumer {

    private static final Logger LOG = Logger.getLogger(CommandConsumer.class);

    private final ObjectMapper json;
    private final Attempts attempts;
    private CommandBook book;

    CommandConsumer(ObjectMapper json, Attempts attempts, NodeIdentity identity) {
        this.json = json;
        this.attempts = attempts;
        this.book = CommandBook.empty(identity.nodeId(), identity.bootId());
    }

    @Incoming("commands")
    @Blocking
    synchronized void consume(ConsumerRecord<String, byte[]> message) throws IOException {
        WorkerCommand command;
        try {
            command = json.readValue(message.value(), WorkerCommand.class);
        } catch (InvalidTypeIdException e) {
            LOG.infof("command of type %s is not known to this version", e.getTypeId());
            return;
        }
        CommandBook.Decision decision = book.decide(command);
        book = decision.next();
        switch (decision.verdict()) {
            case Verdict.Run(var run) -> attempts.start(run);
            case Verdict.Stop(var evaluationId, var reason) -> attempts.stop(evaluationId, reason);
            case Verdict.Ignore(var why) -> LOG.debugf("command %s is ignored: %s", command.eventId(), why);
        }
    }
}
