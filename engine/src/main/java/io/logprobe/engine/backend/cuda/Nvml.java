package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.foreign.ForeignLibrary.check;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.foreign.ForeignLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/// The part of NVIDIA's management library that tells how much of a GPU's memory is free. The driver tells that to a
/// context only, and to make one takes a good part of a second and some hundred MiB of the GPU.
@SuppressWarnings("restricted")
final class Nvml implements AutoCloseable {

    private static final String NAME = "libnvidia-ml.so.1";

    /// `{ unsigned long long total, free, used; }`
    private static final long MEMORY_BYTES = 24;

    private static final long MEMORY_FREE = 8;

    /// The library counts a little more than the driver gives out; of a part of a GPU it tells the whole.
    private static final int SAME_SIZE = 16;

    private final MethodHandle shutdown;
    private final MethodHandle handleByUuid;
    private final MethodHandle memoryInfo;

    /// Empty where the host has no such library, or it does not work.
    static Optional<Nvml> open() {
        try {
            ForeignLibrary library = new ForeignLibrary(NAME, SymbolLookup.libraryLookup(NAME, Arena.global()));
            Nvml nvml = new Nvml(library);
            MethodHandle begin = library.status("nvmlInit_v2");
            check("nvmlInit_v2", () -> (int) begin.invokeExact());
            return Optional.of(nvml);
        } catch (IllegalArgumentException | IllegalStateException | BackendUnavailable e) {
            return Optional.empty();
        }
    }

    private Nvml(ForeignLibrary library) {
        shutdown = library.status("nvmlShutdown");
        handleByUuid = library.status("nvmlDeviceGetHandleByUUID", ADDRESS, ADDRESS);
        memoryInfo = library.status("nvmlDeviceGetMemoryInfo", ADDRESS, ADDRESS);
    }

    /// Free memory of a GPU; empty where the library does not know it.
    ///
    /// @param uuid its 16 bytes
    /// @param totalBytes its memory as the driver tells it
    OptionalLong freeBytes(byte[] uuid, long totalBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(name(uuid));
            MemorySegment device = arena.allocate(ADDRESS);
            MemorySegment memory = arena.allocate(MEMORY_BYTES, Long.BYTES);
            boolean known = succeeds(() -> (int) handleByUuid.invokeExact(name, device))
                    && succeeds(() -> (int) memoryInfo.invokeExact(device.get(ADDRESS, 0), memory));
            boolean whole = known && Math.abs(memory.get(JAVA_LONG, 0) - totalBytes) <= totalBytes / SAME_SIZE;
            return whole ? OptionalLong.of(memory.get(JAVA_LONG, MEMORY_FREE)) : OptionalLong.empty();
        }
    }

    private static boolean succeeds(ForeignLibrary.Status call) {
        return ForeignLibrary.status(call) == 0;
    }

    /// E.g. `GPU-01234567-89ab-cdef-0123-456789abcdef`.
    static String name(byte[] uuid) {
        String hex = HexFormat.of().formatHex(uuid);
        return "GPU-" + hex.substring(0, 8) + "-" + hex.substring(8, 12) + "-" + hex.substring(12, 16) + "-"
                + hex.substring(16, 20) + "-" + hex.substring(20);
    }

    @Override
    public void close() {
        var unused = succeeds(() -> (int) shutdown.invokeExact());
    }
}
