package io.logprobe.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.Backend;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.backend.cpu.CpuBackend;
import io.logprobe.engine.model.architecture.LinearRef;
import org.junit.jupiter.api.Test;

/// How many threads read weights at once within a bound.
class MemoryPlanTest {

    private static final long READING = 50 << 20;
    private static final int ROWS = 300;

    private static ModelCosts costs(Backend backend) {
        return new ModelCosts(TinyArchitecture.of(TinyArchitecture.plain(LinearRef::inputsFirst)), backend, READING);
    }

    @Test
    void withoutABoundEveryCoreReadsAndIsCounted() {
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            ModelCosts costs = costs(backend);

            MemoryPlan plan = MemoryPlan.of(costs, ROWS, ROWS, Long.MAX_VALUE);

            assertThat(plan.readingThreads()).isEqualTo(backend.lanes());
            assertThat(plan.peakBytes())
                    .isEqualTo(costs.weightBytes(costs.vocabulary())
                            + costs.fixedBytes()
                            + costs.rowBytes(ROWS)
                            + backend.lanes() * READING);
        }
    }

    @Test
    void withRoomForOneReaderMoreWeightsStayAndOneThreadReadsThem() {
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            long most =
                    MemoryPlan.of(costs(backend), ROWS, ROWS, Long.MAX_VALUE).peakBytes();
            long budget = most - (backend.lanes() - 1) * READING;

            MemoryPlan plan = MemoryPlan.of(costs(backend), ROWS, ROWS, budget);

            assertThat(plan.streams()).isFalse();
            assertThat(plan.readingThreads()).isEqualTo(1);
            assertThat(plan.peakBytes()).isEqualTo(budget);
        }
    }

    @Test
    void weightsThatGoThroughAreReadByOneThreadBesideTheJob() {
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            ModelCosts costs = costs(backend);
            long staying =
                    MemoryPlan.of(costs, ROWS, ROWS, Long.MAX_VALUE).peakBytes() - (backend.lanes() - 1) * READING;

            MemoryPlan plan = MemoryPlan.of(costs, 100 * ROWS, ROWS, staying + costs.rowBytes(10 * ROWS));

            assertThat(plan.rowsPerBlock()).isLessThan(100 * ROWS);
            assertThat(plan.readingThreads()).isEqualTo(1);
            assertThat(plan.peakBytes()).isLessThanOrEqualTo(staying + costs.rowBytes(10 * ROWS));
        }
    }
}
