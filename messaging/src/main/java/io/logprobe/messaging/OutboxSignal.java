package io.logprobe.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes the relay when a transaction that stored events has committed.
@ApplicationScoped
class OutboxSignal {

    private final TransactionSynchronizationRegistry transactions;
    private final Semaphore committed = new Semaphore(0);

    OutboxSignal(TransactionSynchronizationRegistry transactions) {
        this.transactions = transactions;
    }

    void afterCommit() {
        if (transactions.getResource(this) == null) {
            transactions.putResource(this, true);
            transactions.registerInterposedSynchronization(new Synchronization() {
                @Override
                public void beforeCompletion() {}

                @Override
                public void afterCompletion(int status) {
                    if (status == Status.STATUS_COMMITTED) {
                        committed.release();
                    }
                }
            });
        }
    }

    /// Ends a pause.
    void wake() {
        committed.release();
    }

    /// Returns when something was committed or [#wake] called since the last call, or when the pause is over.
    void await(Duration pause) throws InterruptedException {
        if (committed.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            committed.drainPermits();
        }
    }
}
