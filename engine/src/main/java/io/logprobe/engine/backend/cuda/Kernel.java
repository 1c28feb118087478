package io.logprobe.engine.backend.cuda;

import java.util.Locale;

/// The kernels of `src/main/cuda`, by their names there.
enum Kernel {
    ACTIVATE_COLUMNS,
    ADD_MATRIX,
    CLAMP_MATRIX,
    CLEAR_MATRIX,
    EPILOGUE,
    GATE_COLUMNS,
    GATE_ROWS,
    GATHER_ROWS,
    GEMM_BFLOAT16,
    GEMM_FLOAT32,
    LOG_SOFTMAX_TILE,
    NORM_ROWS,
    OPERANDS_BFLOAT16,
    OPERANDS_FLOAT32,
    ROTATE_HEADS,
    ROUTE_EXPERTS,
    SCALE_MATRIX,
    SCATTER_ADD_ROWS,
    TRIE_ATTENTION,
    TRIE_ATTENTION_WIDE;

    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }
}
