package io.logprobe.engine.backend.cpu;

import io.logprobe.engine.backend.ComputeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which type products are computed in. bfloat16 weights are multiplied as they are where the processor does that
/// faster than float32, and widened while they are packed where it does not. The choice depends on nothing but the
/// processor, so that the same machine always makes the same one; `bench cpu` measures whether it is right.
final class OperandChoice {

    private static final int BFLOAT16_ON_TILES = 0xfef; // avx512_core_amx
    private static final int BFLOAT16_ON_VECTORS = 0xe7; // avx512_core_bf16

    private OperandChoice() {}

    /// @param isa `dnnl_cpu_isa_t`, bits that include those of what it extends
    /// @param vendor as `/proc/cpuinfo` names it
    static ComputeType of(ComputeType dtype, int isa, String vendor) {
        return switch (dtype) {
            case FLOAT32 -> ComputeType.FLOAT32;
            case BFLOAT16 -> {
                boolean tiles = (isa & BFLOAT16_ON_TILES) == BFLOAT16_ON_TILES;
                boolean vectors = (isa & BFLOAT16_ON_VECTORS) == BFLOAT16_ON_VECTORS;
                // AMD's vdpbf16ps has twice the rate of an FMA; Intel's has one port where FMA has two.
                boolean fastVectors = vectors && vendor.equals("AuthenticAMD");
                yield tiles || fastVectors ? ComputeType.BFLOAT16 : ComputeType.FLOAT32;
            }
        };
    }

    static String vendor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("vendor_id"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
