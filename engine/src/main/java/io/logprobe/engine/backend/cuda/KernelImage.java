package io.logprobe.engine.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// The compiled kernels that come with the engine, for one compute capability.
///
/// @param machineCode null where there is none for it
/// @param ptx with the zero that ends it
@SuppressWarnings("ArrayRecordComponent")
record KernelImage(byte[] machineCode, byte[] ptx) {

    /// Machine code runs on every card of the same major version that is not older.
    static KernelImage of(int computeMajor) {
        byte[] ptx = resource("kernels.ptx");
        byte[] machineCode =
                switch (computeMajor) {
                    case 8 -> resource("kernels-sm_80.cubin");
                    case 9 -> resource("kernels-sm_90.cubin");
                    default -> null;
                };
        return new KernelImage(machineCode, Arrays.copyOf(ptx, ptx.length + 1));
    }

    static byte[] resource(String name) {
        try (InputStream stream = KernelImage.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the engine's jar lacks " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
