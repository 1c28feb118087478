package io.logprobe.worker.evaluation;

import io.logprobe.contracts.spec.ScoringOptions;
import io.logprobe.engine.EngineOptions;
import io.logprobe.engine.backend.BackendChoice;
import io.logprobe.engine.backend.ComputeType;
import io.logprobe.engine.memory.ByteSize;
import io.logprobe.engine.tokenizer.BosPolicy;
import io.logprobe.worker.WorkerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/// What the user asked for together with what this node may use.
@ApplicationScoped
class EngineSettings {

    private final WorkerConfig config;
    private final BackendChoice backend;

    EngineSettings(WorkerConfig config) {
        this.config = config;
        this.backend = BackendChoice.valueOf(config.backend().toUpperCase(Locale.ROOT));
    }

    EngineOptions options(ScoringOptions asked) {
        ComputeType dtype =
                switch (asked.dtype()) {
                    case FLOAT32 -> ComputeType.FLOAT32;
                    case BFLOAT16 -> ComputeType.BFLOAT16;
                };
        BosPolicy bos =
                switch (asked.bos()) {
                    case TOKENIZER -> BosPolicy.TOKENIZER;
                    case ALWAYS -> BosPolicy.ALWAYS;
                    case NEVER -> BosPolicy.NEVER;
                };
        return new EngineOptions(dtype, backend, bos, config.memory().bytes(), config.examplesPerBlock())
                .withDeviceMemoryBytes(
                        config.deviceMemory().map(ByteSize::bytes).orElse(EngineOptions.UNBOUNDED));
    }
}
