package io.logprobe.engine.backend.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.logprobe.engine.backend.conformance.Conformance;
import io.logprobe.engine.backend.conformance.Conformance.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The emulated CUDA driver of `src/test/cuda`: the engine's kernels, compiled for the host by g++, behind a
/// `libcuda.so.1` that JCuda finds in place of a driver's. Loaded once per process, so tests that need it run in a
/// process without tests that need there to be no driver.
@SuppressWarnings("restricted")
public final class EmulatedDevice {

    private static final Path SOURCES = Path.of("src/test/cuda");
    private static final Path KERNELS = Path.of("src/main/cuda");
    private static final Path DRIVER = Path.of("target/emulated/libcuda.so.1");
    private static final Path CUBLAS_LT = Path.of("target/emulated/libcublasLt.so.13");
    private static final Path NVML = Path.of("target/emulated/libnvidia-ml.so.1");
    private static final long COMPILE_MINUTES = 10;
    private static final int MAX_ELEMENTS = 10_000;

    /// Compiled and loaded on first use.
    private static final class Loaded {

        static final SymbolLookup SYMBOLS = load();

        private static SymbolLookup load() {
            compile(DRIVER, List.of("emulated_driver.cpp", "host_shim.cpp"));
            System.load(DRIVER.toAbsolutePath().toString());
            return SymbolLookup.libraryLookup(DRIVER.toAbsolutePath(), Arena.global());
        }
    }

    private EmulatedDevice() {}

    /// Compiles and loads the driver, or skips the test where there is no g++; a machine of one device of 4 GiB.
    public static void install() {
        assumeTrue(hasCompiler(), "g++ is not on the PATH: the kernels' arithmetic stays untested here");
        device(1, 8, 13_000);
        memory(4L << 30, 0);
        failure(Failure.NONE);
    }

    /// Compiles and loads an emulated cuBLASLt 13 for the rest of the process.
    static void installCublasLt() {
        compile(CUBLAS_LT, List.of("emulated_cublaslt.cpp"));
        System.load(CUBLAS_LT.toAbsolutePath().toString());
    }

    /// Compiles and loads an emulated management library for the rest of the process.
    public static void installNvml() {
        compile(NVML, List.of("emulated_nvml.cpp"));
        System.load(NVML.toAbsolutePath().toString());
    }

    /// Sets what the management library tells as the memory of every device, 0 for the truth.
    static void nvmlTotal(long bytes) {
        SymbolLookup library = SymbolLookup.libraryLookup(NVML.toAbsolutePath(), Arena.global());
        call(library, "emulated_nvml_total", List.of(ValueLayout.JAVA_LONG), bytes);
    }

    /// Sets the status with which cuBLASLt answers whoever begins to use it.
    static void cublasLtCreateStatus(int status) {
        call(cublasLt(), "emulated_cublaslt_create", List.of(ValueLayout.JAVA_INT), status);
    }

    /// Sets the status with which cuBLASLt answers whoever multiplies.
    static void cublasLtMatmulStatus(int status) {
        call(cublasLt(), "emulated_cublaslt_matmul", List.of(ValueLayout.JAVA_INT), status);
    }

    /// Whether cuBLASLt does more with a product than store or add it.
    static void cublasLtEpilogues(boolean has) {
        call(cublasLt(), "emulated_cublaslt_epilogues", List.of(ValueLayout.JAVA_INT), has ? 1 : 0);
    }

    /// Rows of the largest product of cuBLASLt since the last time.
    static long cublasLtRows() {
        return number(cublasLt(), "emulated_cublaslt_rows");
    }

    private static SymbolLookup cublasLt() {
        return SymbolLookup.libraryLookup(CUBLAS_LT.toAbsolutePath(), Arena.global());
    }

    /// The sizes that an emulation can take in reasonable time.
    static List<Size> sizes() {
        return Conformance.sizes().stream()
                .filter(size -> size.rows() * size.columns() <= MAX_ELEMENTS)
                .toList();
    }

    /// Device memory; `taken` bytes of it are used by somebody else.
    public static void memory(long total, long taken) {
        call("emulated_memory", List.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), total, taken);
    }

    public static void device(int count, int computeMajor, int driverVersion) {
        call(
                "emulated_device",
                List.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                count,
                computeMajor,
                driverVersion);
    }

    /// What goes wrong on the device from now on.
    public enum Failure {
        NONE(0),
        LAUNCHES(1),
        /// A kernel has failed, so everything that is waited for fails too.
        CONTEXT(2),
        /// Somebody else has the device for himself.
        NO_CONTEXT(3),
        /// The driver is older than the compiler of the machine code.
        MACHINE_CODE(4),
        /// As before, but the driver notices it when a kernel is asked for.
        KERNELS_OF_MACHINE_CODE(5);

        private final int number; // as emulated_driver.cpp knows it

        Failure(int number) {
            this.number = number;
        }
    }

    public static void failure(Failure failure) {
        call("emulated_failure", List.of(ValueLayout.JAVA_INT), failure.number);
    }

    /// Bytes of device memory that are allocated.
    public static long used() {
        return number(Loaded.SYMBOLS, "emulated_used");
    }

    /// How often a device's context is held.
    static long contexts() {
        return number(Loaded.SYMBOLS, "emulated_contexts");
    }

    /// How often a context was asked for.
    static long contextsMade() {
        return number(Loaded.SYMBOLS, "emulated_contexts_made");
    }

    private static long number(SymbolLookup symbols, String function) {
        try {
            return (long) Linker.nativeLinker()
                    .downcallHandle(symbols.find(function).orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                    .invoke();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void call(String function, List<MemoryLayout> parameters, Object... arguments) {
        call(Loaded.SYMBOLS, function, parameters, arguments);
    }

    private static void call(
            SymbolLookup symbols, String function, List<MemoryLayout> parameters, Object... arguments) {
        try {
            Linker.nativeLinker()
                    .downcallHandle(
                            symbols.find(function).orElseThrow(),
                            FunctionDescriptor.ofVoid(parameters.toArray(MemoryLayout[]::new)))
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasCompiler() {
        return Pattern.compile(":")
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "g++")));
    }

    private static void compile(Path library, List<String> sources) {
        try {
            if (isUpToDate(library)) {
                return;
            }
            Files.createDirectories(library.getParent());
            List<String> command = new ArrayList<>(List.of("g++", "-std=c++17", "-O2", "-fPIC", "-shared"));
            command.addAll(List.of("-DLOGPROBE_HOST_SHIM", "-U_FORTIFY_SOURCE", "-fno-strict-aliasing", "-Wall"));
            command.addAll(List.of("-Wextra", "-Werror", "-Wno-unknown-pragmas", "-I" + SOURCES));
            command.addAll(List.of("-Wl,-soname," + library.getFileName(), "-o", library.toString()));
            sources.forEach(source -> command.add(SOURCES.resolve(source).toString()));
            if (!library.equals(DRIVER)) {
                command.add(DRIVER.toString());
            }
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (!process.waitFor(COMPILE_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError("does not compile: " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static boolean isUpToDate(Path library) throws IOException {
        if (!Files.exists(library)) {
            return false;
        }
        long built = Files.getLastModifiedTime(library).toMillis();
        try (Stream<Path> own = Files.list(SOURCES);
                Stream<Path> kernels = Files.list(KERNELS)) {
            for (Path source : Stream.concat(own, kernels).toList()) {
                if (Files.getLastModifiedTime(source).toMillis() > built) {
                    return false;
                }
            }
        }
        return true;
    }
}
