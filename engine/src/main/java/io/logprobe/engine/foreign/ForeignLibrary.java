package io.logprobe.engine.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.Rethrown;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// A C library whose functions return a status, 0 for success. Another status becomes an [IllegalStateException]: the
/// arguments are ours.
@SuppressWarnings("restricted")
public final class ForeignLibrary {

    private static final Linker LINKER = Linker.nativeLinker();

    private final String name;
    private final SymbolLookup symbols;

    /// Functions are looked up in `symbols`.
    ///
    /// @param name as messages call it
    public ForeignLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /// A handle of one of the library's functions.
    ///
    /// @throws BackendUnavailable when the library is too old or too new to have it
    public MethodHandle function(String function, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                symbols.find(function).orElseThrow(() -> new BackendUnavailable(name + " has no function " + function)),
                descriptor);
    }

    /// A function whose result is a status.
    public MethodHandle status(String function, MemoryLayout... parameters) {
        return function(function, FunctionDescriptor.of(JAVA_INT, parameters));
    }

    /// An invocation of a [MethodHandle].
    @FunctionalInterface
    public interface Call<T> {
        T call() throws Throwable;
    }

    /// An invocation that results in a status.
    @FunctionalInterface
    public interface Status {
        int call() throws Throwable;
    }

    /// An invocation that writes the address of a new object to `out` and results in a status.
    @FunctionalInterface
    public interface Creation {
        int into(MemorySegment out) throws Throwable;
    }

    /// The address of what an invocation has created.
    public static MemorySegment created(String function, Creation creation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(function, () -> creation.into(out));
            return out.get(ADDRESS, 0);
        }
    }

    public static void check(String function, Status call) {
        check(function, status(call));
    }

    /// What an invocation results in.
    public static int status(Status call) {
        try {
            return call.call();
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    public static void check(String function, int status) {
        if (status != 0) {
            throw new IllegalStateException(function + " failed with status " + status);
        }
    }

    public static <T> T called(Call<T> call) {
        try {
            return call.call();
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }
}
