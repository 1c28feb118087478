package io.logprobe.engine.backend.cuda;

import static io.logprobe.engine.foreign.ForeignLibrary.called;
import static io.logprobe.engine.foreign.ForeignLibrary.check;
import static io.logprobe.engine.foreign.ForeignLibrary.created;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.logprobe.engine.foreign.ForeignLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Function;

/// The part of cuBLASLt's C interface that multiplies matrices, of version 12 or 13, whichever the host has.
///
/// Descriptors and objects are opaque pointers.
@SuppressWarnings("restricted")
final class CublasLt {

    static final int TYPE_FLOAT32 = 0;
    static final int TYPE_BFLOAT16 = 14;

    static final int COMPUTE_32F = 68;
    /// Nothing but float32 in every phase: no TF32, no emulation.
    static final int COMPUTE_32F_PEDANTIC = 69;

    static final int DESC_TRANS_A = 3;
    static final int DESC_EPILOGUE = 7;
    static final int DESC_BIAS_POINTER = 8;
    static final int TRANSPOSE = 1;

    static final int EPILOGUE_DEFAULT = 1;
    static final int EPILOGUE_RELU = 2;
    static final int EPILOGUE_BIAS = 4;
    static final int EPILOGUE_RELU_BIAS = 6;

    static final int PREFERENCE_WORKSPACE_BYTES = 1;
    static final int PREFERENCE_REDUCTION_SCHEMES = 3;
    static final int PREFERENCE_ALIGNMENT_A = 5;
    static final int PREFERENCE_ALIGNMENT_B = 6;
    static final int PREFERENCE_ALIGNMENT_C = 7;
    static final int PREFERENCE_ALIGNMENT_D = 8;

    private static final int ALGO_SPLIT_K = 2;
    private static final int ALGO_REDUCTION_SCHEME = 3;

    /// `{ cublasLtMatmulAlgo_t algo; size_t workspaceSize; cublasStatus_t state; float waves; int reserved[4]; }`
    private static final long RESULT_BYTES = 96;
    static final long ALGO_BYTES = 64;
    private static final long RESULT_WORKSPACE = 64;
    private static final long RESULT_STATE = 72;
    private static final int CANDIDATES = 8;

    /// An algorithm and the workspace that it needs.
    record Algorithm(MemorySegment algo, long workspaceBytes) {}

    private final MethodHandle create;
    private final MethodHandle destroy;
    private final MethodHandle descCreate;
    private final MethodHandle descDestroy;
    private final MethodHandle descSet;
    private final MethodHandle layoutCreate;
    private final MethodHandle layoutDestroy;
    private final MethodHandle preferenceCreate;
    private final MethodHandle preferenceDestroy;
    private final MethodHandle preferenceSet;
    private final MethodHandle heuristic;
    private final MethodHandle algoGet;
    private final MethodHandle algoCheck;
    private final MethodHandle matmul;
    private final long version;

    /// @throws io.logprobe.engine.failure.BackendUnavailable naming a function that the library lacks
    CublasLt(ForeignLibrary library) {
        create = library.status("cublasLtCreate", ADDRESS);
        destroy = library.status("cublasLtDestroy", ADDRESS);
        descCreate = library.status("cublasLtMatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT);
        descDestroy = library.status("cublasLtMatmulDescDestroy", ADDRESS);
        descSet = library.status("cublasLtMatmulDescSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
        layoutCreate = library.status("cublasLtMatrixLayoutCreate", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        layoutDestroy = library.status("cublasLtMatrixLayoutDestroy", ADDRESS);
        preferenceCreate = library.status("cublasLtMatmulPreferenceCreate", ADDRESS);
        preferenceDestroy = library.status("cublasLtMatmulPreferenceDestroy", ADDRESS);
        preferenceSet = library.status("cublasLtMatmulPreferenceSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
        heuristic = library.status(
                "cublasLtMatmulAlgoGetHeuristic",
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                ADDRESS);
        algoGet =
                library.status("cublasLtMatmulAlgoConfigGetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS);
        algoCheck = library.status(
                "cublasLtMatmulAlgoCheck", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        matmul = library.status(
                "cublasLtMatmul",
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                ADDRESS,
                JAVA_LONG,
                ADDRESS);
        MethodHandle getVersion = library.function("cublasLtGetVersion", FunctionDescriptor.of(JAVA_LONG));
        version = called(() -> (long) getVersion.invokeExact());
    }

    /// E.g. `cuBLASLt 12.6.3`.
    String describe() {
        long scale = version >= 100_000 ? 10_000 : 1000; // 120603, and 11205 of old
        return "cuBLASLt " + version / scale + "." + version % scale / 100 + "." + version % 100;
    }

    /// A handle, which begins the library's work on the current device.
    MemorySegment create() {
        return created("cublasLtCreate", out -> (int) create.invokeExact(out));
    }

    void destroy(MemorySegment handle) {
        check("cublasLtDestroy", () -> (int) destroy.invokeExact(handle));
    }

    MemorySegment description(int computeType) {
        return created("cublasLtMatmulDescCreate", out -> (int) descCreate.invokeExact(out, computeType, TYPE_FLOAT32));
    }

    void destroyDescription(MemorySegment description) {
        check("cublasLtMatmulDescDestroy", () -> (int) descDestroy.invokeExact(description));
    }

    void set(MemorySegment description, int attribute, int value) {
        set(
                "cublasLtMatmulDescSetAttribute",
                descSet,
                description,
                attribute,
                arena -> arena.allocateFrom(JAVA_INT, value));
    }

    void setAddress(MemorySegment description, int attribute, long value) {
        set(
                "cublasLtMatmulDescSetAttribute",
                descSet,
                description,
                attribute,
                arena -> arena.allocateFrom(JAVA_LONG, value));
    }

    /// @param value its size says which type the attribute has
    private static void set(
            String function,
            MethodHandle setter,
            MemorySegment object,
            int attribute,
            Function<Arena, MemorySegment> value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = value.apply(arena);
            check(function, () -> (int) setter.invokeExact(object, attribute, memory, memory.byteSize()));
        }
    }

    /// A column-major matrix.
    MemorySegment layout(int type, long rows, long columns, long leadingDimension) {
        return created("cublasLtMatrixLayoutCreate", out ->
                (int) layoutCreate.invokeExact(out, type, rows, columns, leadingDimension));
    }

    void destroyLayout(MemorySegment layout) {
        check("cublasLtMatrixLayoutDestroy", () -> (int) layoutDestroy.invokeExact(layout));
    }

    MemorySegment preference() {
        return created("cublasLtMatmulPreferenceCreate", out -> (int) preferenceCreate.invokeExact(out));
    }

    void destroyPreference(MemorySegment preference) {
        check("cublasLtMatmulPreferenceDestroy", () -> (int) preferenceDestroy.invokeExact(preference));
    }

    void prefer(MemorySegment preference, int attribute, int value) {
        set(
                "cublasLtMatmulPreferenceSetAttribute",
                preferenceSet,
                preference,
                attribute,
                arena -> arena.allocateFrom(JAVA_INT, value));
    }

    void preferBytes(MemorySegment preference, int attribute, long value) {
        set(
                "cublasLtMatmulPreferenceSetAttribute",
                preferenceSet,
                preference,
                attribute,
                arena -> arena.allocateFrom(JAVA_LONG, value));
    }

    /// The library's first choice among the algorithms that add up each product in one go, without splitting it.
    Optional<Algorithm> algorithm(
            MemorySegment handle,
            MemorySegment description,
            MemorySegment a,
            MemorySegment b,
            MemorySegment d,
            MemorySegment preference,
            Arena owner) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment results = arena.allocate(CANDIDATES * RESULT_BYTES, 8);
            MemorySegment found = arena.allocate(JAVA_INT);
            int status = called(() -> (int)
                    heuristic.invokeExact(handle, description, a, b, d, d, preference, CANDIDATES, results, found));
            int count = status == 0 ? found.get(JAVA_INT, 0) : 0;
            for (int i = 0; i < count; i++) {
                MemorySegment result = results.asSlice(i * RESULT_BYTES, RESULT_BYTES);
                if (result.get(JAVA_INT, RESULT_STATE) == 0 && isUndivided(result, arena)) {
                    MemorySegment algo = owner.allocate(ALGO_BYTES, 8);
                    MemorySegment.copy(result, 0, algo, 0, ALGO_BYTES);
                    return Optional.of(new Algorithm(algo, result.get(JAVA_LONG, RESULT_WORKSPACE)));
                }
            }
            return Optional.empty();
        }
    }

    /// Whether an algorithm that was found for other sizes can multiply these, within the workspace that it has.
    boolean takes(
            MemorySegment handle,
            MemorySegment description,
            MemorySegment a,
            MemorySegment b,
            MemorySegment d,
            Algorithm algorithm) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment result = arena.allocate(RESULT_BYTES, 8);
            int status = called(
                    () -> (int) algoCheck.invokeExact(handle, description, a, b, d, d, algorithm.algo(), result));
            return status == 0 && result.get(JAVA_LONG, RESULT_WORKSPACE) <= algorithm.workspaceBytes();
        }
    }

    private boolean isUndivided(MemorySegment result, Arena arena) {
        int parts = attribute(result, ALGO_SPLIT_K, arena);
        return (parts == 0 || parts == 1) && attribute(result, ALGO_REDUCTION_SCHEME, arena) == 0;
    }

    private int attribute(MemorySegment result, int attribute, Arena arena) {
        MemorySegment value = arena.allocate(JAVA_INT);
        MemorySegment written = arena.allocate(JAVA_LONG);
        check("cublasLtMatmulAlgoConfigGetAttribute", () ->
                (int) algoGet.invokeExact(result.asSlice(0, ALGO_BYTES), attribute, value, 4L, written));
        return value.get(JAVA_INT, 0);
    }

    /// `d = alpha · op(a) · b + beta · d`
    ///
    /// @param scales alpha and beta, two float32
    /// @param stream the CUstream's number
    void multiply(
            MemorySegment handle,
            MemorySegment description,
            MemorySegment scales,
            long a,
            MemorySegment layoutA,
            long b,
            MemorySegment layoutB,
            long d,
            MemorySegment layoutD,
            Algorithm algorithm,
            long workspace,
            long stream) {
        check("cublasLtMatmul", () -> (int) matmul.invokeExact(
                handle,
                description,
                scales,
                at(a),
                layoutA,
                at(b),
                layoutB,
                scales.asSlice(4),
                at(d),
                layoutD,
                at(d),
                layoutD,
                algorithm.algo(),
                at(workspace),
                algorithm.workspaceBytes(),
                at(stream)));
    }

    private static MemorySegment at(long address) {
        return MemorySegment.ofAddress(address);
    }
}
