package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.BlockTask;
import io.logprobe.engine.failure.Rethrown;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// One thread per core; each takes the next block of rows when it has done one.
final class Lanes implements AutoCloseable {

    private final int count;
    private final ExecutorService threads;

    Lanes(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(
                count,
                Thread.ofPlatform().name("logprobe-lane-", 0).daemon(true).factory());
    }

    int count() {
        return count;
    }

    /// Returns when all blocks are done, or none is in work any more after one has failed. An interrupt waits for that.
    void forEachBlock(int rows, int blockRows, BlockTask task) {
        AtomicInteger next = new AtomicInteger();
        int blocks = Math.ceilDiv(rows, blockRows);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < Math.min(count, blocks); i++) {
            int lane = i;
            running.add(threads.submit(() -> {
                try {
                    for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
                        int first = block * blockRows;
                        task.run(lane, first, Math.min(blockRows, rows - first));
                    }
                } catch (RuntimeException | Error e) {
                    next.set(blocks);
                    throw e;
                }
            }));
        }
        awaitAll(running);
    }

    private static void awaitAll(List<Future<?>> running) {
        Throwable failure = null;
        boolean interrupted = false;
        for (Future<?> lane : running) {
            while (true) {
                try {
                    lane.get();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                    break;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw Rethrown.unchecked(failure);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
