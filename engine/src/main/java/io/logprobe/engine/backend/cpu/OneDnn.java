package io.logprobe.engine.backend.cpu;

import static io.logprobe.engine.foreign.ForeignLibrary.called;
import static io.logprobe.engine.foreign.ForeignLibrary.check;
import static io.logprobe.engine.foreign.ForeignLibrary.created;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.Rethrown;
import io.logprobe.engine.foreign.ForeignLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The part of oneDNN's C interface (version 3) that multiplies matrices.
///
/// Descriptors and objects are opaque pointers.
@SuppressWarnings("restricted")
final class OneDnn {

    static final int FLOAT32 = 3;
    static final int BFLOAT16 = 2;

    static final int ARGUMENT_SOURCE = 1;
    static final int ARGUMENT_DESTINATION = 17;
    static final int ARGUMENT_WEIGHTS = 33;
    static final int ARGUMENT_BIAS = 41;
    static final int ARGUMENT_SCRATCHPAD = 80;

    static final int QUERY_WEIGHTS = 131;
    static final int QUERY_SCRATCHPAD = 136;

    static final int ELTWISE_RELU = 32;
    static final int ELTWISE_SQUARE = 35;
    static final int ELTWISE_LINEAR = 38;
    static final int ELTWISE_GELU_TANH = 43;
    static final int ELTWISE_SWISH = 44;
    static final int ELTWISE_GELU_ERF = 49;

    private static final int CPU = 1;
    private static final int IN_ORDER = 1;
    private static final int SCRATCHPAD_BY_USER = 1;

    /// `struct { int arg; dnnl_memory_t memory; }`
    private static final long ARGUMENT_BYTES = 16;

    private final ForeignLibrary library;
    private final MethodHandle setThreads;
    private final MethodHandle streamCreate;
    private final MethodHandle streamDestroy;
    private final MethodHandle attributesCreate;
    private final MethodHandle attributesDestroy;
    private final MethodHandle attributesScratchpad;
    private final MethodHandle attributesPostOps;
    private final MethodHandle postOpsCreate;
    private final MethodHandle postOpsDestroy;
    private final MethodHandle postOpsEltwise;
    private final MethodHandle postOpsSum;
    private final MethodHandle matmul;
    private final MethodHandle reorder;
    private final MethodHandle queryDescriptor;
    private final MethodHandle primitiveDescriptorDestroy;
    private final MethodHandle primitiveCreate;
    private final MethodHandle primitiveDestroy;
    private final MethodHandle memoryCreate;
    private final MethodHandle memoryDestroy;
    private final MethodHandle memorySetHandle;
    private final MethodHandle execute;
    private final MatrixDescriptors descriptors;
    private final MemorySegment engine;

    private static OneDnn instance;

    /// Loads the library on first use; it stays loaded.
    ///
    /// @throws BackendUnavailable every time, where it cannot be loaded
    static synchronized OneDnn instance() {
        if (instance == null) {
            instance = new OneDnn();
        }
        return instance;
    }

    private OneDnn() {
        try {
            // oneDNN finds libgomp beside itself only if its name is the one it was linked with.
            SymbolLookup gomp = SymbolLookup.libraryLookup(NativeLibraries.locate("libgomp.so.1"), Arena.global());
            library = new ForeignLibrary(
                    "backend cpu: oneDNN",
                    SymbolLookup.libraryLookup(NativeLibraries.locate(NativeLibraries.ONEDNN), Arena.global()));
            setThreads = new ForeignLibrary("backend cpu: libgomp", gomp)
                    .function("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
        } catch (IllegalArgumentException e) {
            throw new BackendUnavailable("backend cpu: oneDNN cannot be loaded: " + e.getMessage(), e);
        }
        streamCreate = library.status("dnnl_stream_create", ADDRESS, ADDRESS, JAVA_INT);
        streamDestroy = library.status("dnnl_stream_destroy", ADDRESS);
        descriptors = new MatrixDescriptors(library);
        attributesCreate = library.status("dnnl_primitive_attr_create", ADDRESS);
        attributesDestroy = library.status("dnnl_primitive_attr_destroy", ADDRESS);
        attributesScratchpad = library.status("dnnl_primitive_attr_set_scratchpad_mode", ADDRESS, JAVA_INT);
        attributesPostOps = library.status("dnnl_primitive_attr_set_post_ops", ADDRESS, ADDRESS);
        postOpsCreate = library.status("dnnl_post_ops_create", ADDRESS);
        postOpsDestroy = library.status("dnnl_post_ops_destroy", ADDRESS);
        postOpsEltwise = library.status("dnnl_post_ops_append_eltwise", ADDRESS, JAVA_INT, JAVA_FLOAT, JAVA_FLOAT);
        postOpsSum = library.status("dnnl_post_ops_append_sum", ADDRESS, JAVA_FLOAT, JAVA_INT, JAVA_INT);
        matmul = library.status(
                "dnnl_matmul_primitive_desc_create", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        reorder = library.status(
                "dnnl_reorder_primitive_desc_create", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        queryDescriptor = library.function(
                "dnnl_primitive_desc_query_md", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
        primitiveDescriptorDestroy = library.status("dnnl_primitive_desc_destroy", ADDRESS);
        primitiveCreate = library.status("dnnl_primitive_create", ADDRESS, ADDRESS);
        primitiveDestroy = library.status("dnnl_primitive_destroy", ADDRESS);
        memoryCreate = library.status("dnnl_memory_create", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        memoryDestroy = library.status("dnnl_memory_destroy", ADDRESS);
        memorySetHandle = library.status("dnnl_memory_set_data_handle", ADDRESS, ADDRESS);
        execute = library.status("dnnl_primitive_execute", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
        MethodHandle engineCreate = library.status("dnnl_engine_create", ADDRESS, JAVA_INT, JAVA_LONG);
        engine = created("dnnl_engine_create", out -> (int) engineCreate.invokeExact(out, CPU, 0L));
    }

    /// Version and instruction set, e.g. `oneDNN 3.13.0, avx512_core_bf16`.
    String describe() {
        MethodHandle version = library.function("dnnl_version", FunctionDescriptor.of(ADDRESS));
        return called(() -> {
            MemorySegment numbers = ((MemorySegment) version.invokeExact()).reinterpret(3L * Integer.BYTES);
            return "oneDNN " + numbers.getAtIndex(JAVA_INT, 0) + "." + numbers.getAtIndex(JAVA_INT, 1) + "."
                    + numbers.getAtIndex(JAVA_INT, 2) + ", " + isaName(isa());
        });
    }

    /// The instruction set that is used, as `dnnl_cpu_isa_t`.
    int isa() {
        MethodHandle isa = library.function("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(JAVA_INT));
        return called(() -> (int) isa.invokeExact());
    }

    /// Names of `dnnl_cpu_isa_t`.
    private static String isaName(int isa) {
        return switch (isa) {
            case 0x1 -> "sse41";
            case 0x3 -> "avx";
            case 0x7 -> "avx2";
            case 0xf -> "avx2_vnni";
            case 0x1f -> "avx2_vnni_2";
            case 0x27 -> "avx512_core";
            case 0x67 -> "avx512_core_vnni";
            case 0xe7 -> "avx512_core_bf16";
            case 0x1ef -> "avx512_core_fp16";
            case 0xfef -> "avx512_core_amx";
            case 0x1fef -> "avx512_core_amx_fp16";
            default -> "isa 0x" + Integer.toHexString(isa);
        };
    }

    /// Executes primitives on the calling thread, and on that alone.
    MemorySegment stream() {
        useOneThread();
        return created("dnnl_stream_create", out -> (int) streamCreate.invokeExact(out, engine, IN_ORDER));
    }

    void destroyStream(MemorySegment stream) {
        check("dnnl_stream_destroy", () -> (int) streamDestroy.invokeExact(stream));
    }

    MatrixDescriptors descriptors() {
        return descriptors;
    }

    MemorySegment attributes(MemorySegment postOps) {
        MemorySegment attributes =
                created("dnnl_primitive_attr_create", out -> (int) attributesCreate.invokeExact(out));
        check("dnnl_primitive_attr_set_scratchpad_mode", () ->
                (int) attributesScratchpad.invokeExact(attributes, SCRATCHPAD_BY_USER));
        check("dnnl_primitive_attr_set_post_ops", () -> (int) attributesPostOps.invokeExact(attributes, postOps));
        return attributes;
    }

    void destroyAttributes(MemorySegment attributes) {
        check("dnnl_primitive_attr_destroy", () -> (int) attributesDestroy.invokeExact(attributes));
    }

    MemorySegment postOps() {
        return created("dnnl_post_ops_create", out -> (int) postOpsCreate.invokeExact(out));
    }

    void appendEltwise(MemorySegment postOps, int algorithm, float alpha, float beta) {
        check("dnnl_post_ops_append_eltwise", () -> (int) postOpsEltwise.invokeExact(postOps, algorithm, alpha, beta));
    }

    void appendSum(MemorySegment postOps) {
        check("dnnl_post_ops_append_sum", () -> (int) postOpsSum.invokeExact(postOps, 1f, 0, 0));
    }

    void destroyPostOps(MemorySegment postOps) {
        check("dnnl_post_ops_destroy", () -> (int) postOpsDestroy.invokeExact(postOps));
    }

    /// `destination = source · weights + bias`, on the calling thread alone.
    ///
    /// @param bias [MemorySegment#NULL] for none
    MemorySegment matmul(
            MemorySegment source,
            MemorySegment weights,
            MemorySegment bias,
            MemorySegment destination,
            MemorySegment attributes) {
        useOneThread();
        return created("dnnl_matmul_primitive_desc_create", out ->
                (int) matmul.invokeExact(out, engine, source, weights, bias, destination, attributes));
    }

    /// A copy into another layout, on the calling thread alone.
    MemorySegment reorder(MemorySegment source, MemorySegment destination, MemorySegment attributes) {
        useOneThread();
        return created("dnnl_reorder_primitive_desc_create", out ->
                (int) reorder.invokeExact(out, source, engine, destination, engine, attributes));
    }

    /// oneDNN asks OpenMP how many threads the calling one may use: when a primitive is described and, for some, when
    /// it is executed. Our lanes are the threads.
    private void useOneThread() {
        called(() -> {
            setThreads.invokeExact(1);
            return null;
        });
    }

    /// A descriptor that belongs to the primitive descriptor.
    MemorySegment query(MemorySegment primitiveDescriptor, int what) {
        return called(() -> (MemorySegment) queryDescriptor.invokeExact(primitiveDescriptor, what, 0));
    }

    void destroyPrimitiveDescriptor(MemorySegment primitiveDescriptor) {
        check("dnnl_primitive_desc_destroy", () -> (int) primitiveDescriptorDestroy.invokeExact(primitiveDescriptor));
    }

    MemorySegment primitive(MemorySegment primitiveDescriptor) {
        return created("dnnl_primitive_create", out -> (int) primitiveCreate.invokeExact(out, primitiveDescriptor));
    }

    void destroyPrimitive(MemorySegment primitive) {
        check("dnnl_primitive_destroy", () -> (int) primitiveDestroy.invokeExact(primitive));
    }

    MemorySegment memory(MemorySegment descriptor, MemorySegment data) {
        return created("dnnl_memory_create", out -> (int) memoryCreate.invokeExact(out, descriptor, engine, data));
    }

    void destroyMemory(MemorySegment memory) {
        check("dnnl_memory_destroy", () -> (int) memoryDestroy.invokeExact(memory));
    }

    void setData(MemorySegment memory, MemorySegment data) {
        try {
            check("dnnl_memory_set_data_handle", (int) memorySetHandle.invokeExact(memory, data));
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    void execute(MemorySegment primitive, MemorySegment stream, int count, MemorySegment arguments) {
        try {
            check("dnnl_primitive_execute", (int) execute.invokeExact(primitive, stream, count, arguments));
        } catch (Throwable e) {
            throw Rethrown.unchecked(e);
        }
    }

    /// An argument list for [#execute]: each memory with the kind of the same index.
    static MemorySegment arguments(Arena arena, int[] kinds, MemorySegment[] memories) {
        MemorySegment list = arena.allocate(ARGUMENT_BYTES * memories.length, 8);
        for (int i = 0; i < memories.length; i++) {
            list.set(JAVA_INT, i * ARGUMENT_BYTES, kinds[i]);
            list.set(ValueLayout.ADDRESS, i * ARGUMENT_BYTES + 8, memories[i]);
        }
        return list;
    }
}
