package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.backend.ComputeType.BFLOAT16;
import static io.logprobe.engine.backend.ComputeType.FLOAT32;
import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.engine.backend.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperandChoiceTest {

    private static final String AMD = "AuthenticAMD";
    private static final String INTEL = "GenuineIntel";

    @ParameterizedTest
    @CsvSource({
        "0x7, AuthenticAMD, FLOAT32", // avx2
        "0x67, AuthenticAMD, FLOAT32", // avx512_core_vnni
        "0xe7, AuthenticAMD, BFLOAT16", // avx512_core_bf16
        "0xe7, GenuineIntel, FLOAT32",
        "0x1ef, GenuineIntel, FLOAT32", // avx512_core_fp16
        "0xfef, GenuineIntel, BFLOAT16", // avx512_core_amx
    })
    void bfloat16WeightsAreMultipliedAsTheyAreWhereThatIsFaster(String isa, String vendor, ComputeType operands) {
        assertThat(OperandChoice.of(BFLOAT16, Integer.decode(isa), vendor)).isEqualTo(operands);
    }

    @Test
    void float32WeightsAreNeverNarrowed() {
        assertThat(OperandChoice.of(FLOAT32, 0xfef, INTEL)).isEqualTo(FLOAT32);
        assertThat(OperandChoice.of(FLOAT32, 0xe7, AMD)).isEqualTo(FLOAT32);
    }

    @Test
    void widenedWeightsGiveWhatTheirFloat32ValuesGive() {
        try (CpuBackend widened = new CpuBackend(BFLOAT16, FLOAT32)) {
            assertThat(widened.detail()).contains("bfloat16 weights widened to float32");
            assertThat(widened.operandBytes()).isEqualTo(Float.BYTES);
            assertThat(widened.dtype()).isEqualTo(BFLOAT16);
        }
    }
}
