package io.logprobe.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Topics;
import io.logprobe.contracts.job.JobEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/// What becomes of a record that cannot be handled.
class EventProcessorTest {

    private final List<String> happened = new ArrayList<>();

    private final Message<ConsumerRecord<String, byte[]>> message = Message.of(
            new ConsumerRecord<>(Topics.JOBS, 0, 7, "job", new byte[] {'{', '}'}),
            () -> {
                happened.add("acknowledged");
                return CompletableFuture.completedFuture(null);
            },
            reason -> {
                happened.add("refused");
                return CompletableFuture.completedFuture(null);
            });

    @Test
    void recordThatMeetsALackOfMemoryIsLeftAloneAndTheServiceEnds() {
        EventProcessor processor = failingWith(() -> new OutOfMemoryError("Java heap space"));

        processor.process(message, JobEvent.class, event -> happened.add("took effect"));

        assertThat(happened).containsExactly("the service ends");
    }

    @Test
    void lackOfMemoryIsRecognisedAsTheReasonOfAnotherFailure() {
        EventProcessor processor =
                failingWith(() -> new IllegalStateException("no", new OutOfMemoryError("Java heap space")));

        processor.process(message, JobEvent.class, event -> happened.add("took effect"));

        assertThat(happened).containsExactly("the service ends");
    }

    @Test
    void recordThatFailsByItselfIsRefused() {
        EventProcessor processor = failingWith(() -> new StackOverflowError("nested too deeply"));

        processor.process(message, JobEvent.class, event -> happened.add("took effect"));

        assertThat(happened).containsExactly("refused");
    }

    /// Reading any record ends like this.
    private EventProcessor failingWith(Supplier<Throwable> failure) {
        ObjectMapper json = new ObjectMapper() {
            private static final long serialVersionUID = 1L;

            @Override
            public <T> T readValue(byte[] content, Class<T> type) throws IOException {
                switch (failure.get()) {
                    case RuntimeException e -> throw e;
                    case Error e -> throw e;
                    case Throwable e -> throw new IOException(e);
                }
            }
        };
        FailedService service = new FailedService() {
            @Override
            void end() {
                happened.add("the service ends");
            }
        };
        return new EventProcessor(
                new EventDecoder(json), null, new SimpleMeterRegistry(), service, Duration.ofMinutes(1));
    }
}
