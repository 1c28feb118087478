package io.logprobe.engine.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.Epilogue;
import io.logprobe.engine.backend.Linear;
import io.logprobe.engine.backend.Matrix;
import io.logprobe.engine.backend.Weight;
import io.logprobe.engine.memory.NativeBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LaneThreadsTest {

    private static final int WIDTH = 1024;

    @ParameterizedTest
    @EnumSource
    void aLaneComputesAloneWhoeverDescribedThePrimitives(ComputeType dtype) {
        try (CpuBackend backend = new CpuBackend(dtype);
                NativeBuffer weights = NativeBuffer.allocate((long) WIDTH * WIDTH * Float.BYTES);
                Linear layer = backend.linear(new Weight(weights.data(), ComputeType.FLOAT32, WIDTH, WIDTH), null)) {
            int rows = backend.lanes() * backend.blockRows();
            try (Matrix x = backend.matrix(rows, WIDTH);
                    Matrix y = backend.matrix(rows, WIDTH)) {
                backend.linear(x.rows(0, backend.blockRows()), layer, Epilogue.STORE, y.rows(0, backend.blockRows()));
                Set<Path> before = laneThreads();

                CountDownLatch everyLaneHasABlock = new CountDownLatch(backend.lanes());
                backend.forEachBlock(rows, (lane, first, count) -> {
                    everyLaneHasABlock.countDown();
                    await(everyLaneHasABlock);
                    backend.linear(x.rows(first, count), layer, Epilogue.STORE, y.rows(first, count));
                });

                // Those of a backend that was closed just now may still be ending.
                Set<Path> begun = laneThreads();
                begun.removeAll(before);
                assertThat(begun).hasSize(backend.lanes());
            }
        }
    }

    /// Threads of the operating system; one that OpenMP starts has the name of the thread that it helps.
    private static Set<Path> laneThreads() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(thread -> name(thread).startsWith("logprobe-lane-"))
                    .collect(Collectors.toCollection(HashSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A thread may end between the listing and the reading.
    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
