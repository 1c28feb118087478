package io.logprobe.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.engine.EngineOptions;
import io.logprobe.worker.WorkerConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {

    private static EngineOptions options(String... settings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(WorkerConfig.class)
                .withDefaultValue("logprobe.worker.node-id", "node-1")
                .withDefaultValue("logprobe.worker.cache-directory", "models");
        for (int i = 0; i < settings.length; i += 2) {
            builder.withDefaultValue("logprobe.worker." + settings[i], settings[i + 1]);
        }
        return new EngineSettings(builder.build().getConfigMapping(WorkerConfig.class)).options(ScoringOptions.DEFAULT);
    }

    @Test
    void aGpuMayUseWhatIsFreeOnItAndTheProcessorFourGibibytes() {
        EngineOptions options = options();

        assertThat(options.memoryBytes()).isEqualTo(4L << 30);
        assertThat(options.deviceMemoryBytes()).isEqualTo(EngineOptions.UNBOUNDED);
        assertThat(options.maxExamplesPerBlock()).isEqualTo(128);
    }

    @Test
    void memoryOfTheMachineAndOfTheDeviceAreBoundedEachByItsOwnSetting() {
        EngineOptions options = options("memory", "1GiB", "device-memory", "16GiB");

        assertThat(options.memoryBytes()).isEqualTo(1L << 30);
        assertThat(options.deviceMemoryBytes()).isEqualTo(16L << 30);
    }
}
