package io.logprobe.engine.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.BackendUnavailable;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

@SuppressWarnings("restricted")
class ForeignLibraryTest {

    private static final int EINVAL = 22;

    private final ForeignLibrary libc =
            new ForeignLibrary("libc", Linker.nativeLinker().defaultLookup());

    @Test
    void aStatusOtherThanZeroNamesTheFunctionThatReturnedIt() {
        MethodHandle align = libc.status("posix_memalign", ADDRESS, JAVA_LONG, JAVA_LONG);

        assertThatThrownBy(
                        () -> ForeignLibrary.created("posix_memalign", out -> (int) align.invokeExact(out, 3L, 100L)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("posix_memalign failed with status " + EINVAL);
    }

    @Test
    void whatAFunctionCreatesIsHandedOut() throws Throwable {
        MethodHandle align = libc.status("posix_memalign", ADDRESS, JAVA_LONG, JAVA_LONG);
        MethodHandle free = libc.function("free", FunctionDescriptor.ofVoid(ADDRESS));

        MemorySegment memory =
                ForeignLibrary.created("posix_memalign", out -> (int) align.invokeExact(out, 4096L, 100L));

        assertThat(memory.address()).isPositive();
        assertThat(memory.address() % 4096).isZero();
        free.invoke(memory);
    }

    @Test
    void aFunctionThatIsMissingIsNamedWithItsLibrary() {
        assertThatThrownBy(() -> libc.status("frobnicate", JAVA_INT))
                .isInstanceOf(BackendUnavailable.class)
                .hasMessage("libc has no function frobnicate");
    }

    @Test
    void zeroIsSuccess() {
        assertThatCode(() -> ForeignLibrary.check("f", () -> 0)).doesNotThrowAnyException();
    }

    @Test
    void onlyCheckedExceptionsAreWrapped() {
        IOException checked = new IOException("checked");
        IllegalArgumentException unchecked = new IllegalArgumentException("unchecked");

        assertThatThrownBy(() -> ForeignLibrary.called(() -> {
                    throw checked;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(checked);
        assertThatThrownBy(() -> ForeignLibrary.called(() -> {
                    throw unchecked;
                }))
                .isSameAs(unchecked);
    }
}
