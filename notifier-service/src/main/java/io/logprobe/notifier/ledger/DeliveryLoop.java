package io.logprobe.notifier.ledger;

import io.logprobe.messaging.StopDeadline;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Works through what the ledger has due, several side effects at a time, each on a virtual thread of its own.
@ApplicationScoped
public class DeliveryLoop {

    private static final Logger LOG = Logger.getLogger(DeliveryLoop.class);

    private final Deliveries deliveries;
    private final StopDeadline deadline;
    private final Semaphore free;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    DeliveryLoop(Deliveries deliveries, RetryPolicy policy, StopDeadline deadline) {
        this.deliveries = deliveries;
        this.deadline = deadline;
        this.free = new Semaphore(policy.parallel());
    }

    /// Says that the ledger has something new; returns at once.
    public void wake() {
        try {
            threads.execute(this::pass);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: the next start looks into the ledger", e);
        }
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        wake();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(deadline.left().toMillis(), TimeUnit.MILLISECONDS)) {
            // Not by an interrupt: it would break the connection by which an outcome is entered, and look like a fault.
            LOG.warn("deliveries are still under way; the next start finds out what became of them");
        }
    }

    private void pass() {
        int places = free.drainPermits();
        int taken = 0;
        try {
            List<Ledger.Claim> claims = places == 0 ? List.of() : deliveries.claim(places);
            for (Ledger.Claim claim : claims) {
                threads.execute(() -> work(claim));
                taken++;
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: what is claimed is taken up after its time", e);
        } catch (RuntimeException e) {
            LOG.warnf("the ledger could not be read, trying again: %s", e.getMessage());
        } finally {
            free.release(places - taken);
        }
    }

    private void work(Ledger.Claim claim) {
        try {
            deliveries.deliver(claim);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "%s %s stays claimed until its time is over",
                    claim.effect().kind(),
                    claim.effect().subject());
        } finally {
            free.release();
            // The next one of its lane, or the e-mail that waited for it, may be due now.
            wake();
        }
    }
}
