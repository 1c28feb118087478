package io.logprobe.messaging;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;

@ApplicationScoped
class InboxCleaner {

    /// Longer than the retention of any topic: a record read again after that cannot exist.
    private static final Duration KEPT = Duration.ofDays(120);

    private final Inbox inbox;

    InboxCleaner(Inbox inbox) {
        this.inbox = inbox;
    }

    @Scheduled(every = "6h", delayed = "10m")
    @Transactional
    void clean() {
        inbox.forgetOlderThan(KEPT);
    }
}
