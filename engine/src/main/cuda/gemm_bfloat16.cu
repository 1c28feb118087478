// y = x · wᵀ + bias, or y = y + scale (x · wᵀ + bias) where `add`, with bfloat16 operands on tensor cores, accumulated in
// float32 in ascending k, so that a value depends on nothing but its row of x and of w
//
// x [rows, inputs], w [outputs, inputs] of bfloat16, w dense, inputs a multiple of 32, ldx of 8, aligned to 16 bytes;
// bias [outputs] or null; y [rows, outputs]; grid: tiles of 128 outputs, tiles of 128 rows; block: 256 = 8 warps, each
// 64 rows x 32 outputs as 4 x 4 products of 16 x 8 x 16
// Reference: ReferenceBackend.linear
#include "device.cuh"

#define TILE 128
#define DEPTH 32
#define PITCH (DEPTH + 8) // bfloat16 per row in shared memory: no two lanes of a fragment share a bank

// d += a · bᵀ for a 16 x 16 and b 8 x 16, spread over a warp as PTX defines for mma.m16n8k16: lane = 4 g + t holds
//   a: rows g and g + 8, columns 2t, 2t + 1 and 2t + 8, 2t + 9    b: row g, the same columns
//   d: rows g and g + 8, columns 2t, 2t + 1
#ifndef LOGPROBE_HOST_SHIM
DEVICE void mma_16x8x16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
               "{%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// Two times eight values of a row, as this thread brings them to shared memory
DEVICE uint4 eight_of(const bfloat16 *matrix, int64 ld, int row, int rows, int k) {
  return row < rows ? *(const uint4 *)(matrix + row * ld + k) : make_uint4(0u, 0u, 0u, 0u);
}

KERNEL void gemm_bfloat16(float *y, int64 ldy, const bfloat16 *x, int64 ldx, const bfloat16 *w, const float *bias,
                          int rows, int outputs, int inputs, int add, float scale) {
  __shared__ __align__(16) bfloat16 xs[2][TILE][PITCH];
  __shared__ __align__(16) bfloat16 ws[2][TILE][PITCH];
  int firstRow = blockIdx.y * TILE;
  int firstOutput = blockIdx.x * TILE;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int group = lane >> 2;
  int pair = (lane & 3) * 2;
  int rowOfWarp = (warp >> 2) * 64;
  int outputOfWarp = (warp & 3) * 32;
  int loadRow = threadIdx.x >> 1; // 128 rows, two threads with sixteen values each
  int loadK = (threadIdx.x & 1) * 16;
  float sums[4][4][4] = {};

  uint4 x0 = eight_of(x, ldx, firstRow + loadRow, rows, loadK);
  uint4 x1 = eight_of(x, ldx, firstRow + loadRow, rows, loadK + 8);
  uint4 w0 = eight_of(w, inputs, firstOutput + loadRow, outputs, loadK);
  uint4 w1 = eight_of(w, inputs, firstOutput + loadRow, outputs, loadK + 8);
  int stage = 0;
  for (int k = 0; k < inputs; k += DEPTH) {
    *(uint4 *)&xs[stage][loadRow][loadK] = x0;
    *(uint4 *)&xs[stage][loadRow][loadK + 8] = x1;
    *(uint4 *)&ws[stage][loadRow][loadK] = w0;
    *(uint4 *)&ws[stage][loadRow][loadK + 8] = w1;
    __syncthreads(); // also: everyone has read this stage two steps ago
    if (k + DEPTH < inputs) {
      x0 = eight_of(x, ldx, firstRow + loadRow, rows, k + DEPTH + loadK);
      x1 = eight_of(x, ldx, firstRow + loadRow, rows, k + DEPTH + loadK + 8);
      w0 = eight_of(w, inputs, firstOutput + loadRow, outputs, k + DEPTH + loadK);
      w1 = eight_of(w, inputs, firstOutput + loadRow, outputs, k + DEPTH + loadK + 8);
    }
#pragma unroll
    for (int step = 0; step < DEPTH; step += 16) {
      unsigned a[4][4];
      unsigned b[4][2];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const bfloat16 *top = &xs[stage][rowOfWarp + 16 * i + group][step + pair];
        const bfloat16 *bottom = &xs[stage][rowOfWarp + 16 * i + group + 8][step + pair];
        a[i][0] = *(const unsigned *)top;
        a[i][1] = *(const unsigned *)bottom;
        a[i][2] = *(const unsigned *)(top + 8);
        a[i][3] = *(const unsigned *)(bottom + 8);
        const bfloat16 *output = &ws[stage][outputOfWarp + 8 * i + group][step + pair];
        b[i][0] = *(const unsigned *)output;
        b[i][1] = *(const unsigned *)(output + 8);
      }
#pragma unroll
      for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          mma_16x8x16(sums[i][j], a[i], b[j]);
        }
      }
    }
    stage ^= 1;
  }

#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        int row = firstRow + rowOfWarp + 16 * i + group + (e >> 1) * 8;
        int output = firstOutput + outputOfWarp + 8 * j + pair + (e & 1);
        if (row < rows && output < outputs) {
          float product = bias == nullptr ? sums[i][j][e] : sums[i][j][e] + bias[output];
          float *target = y + row * ldy + output;
          *target = add ? fmaf(scale, product, *target) : product;
        }
      }
    }
  }
}
#undef TILE
#undef DEPTH
#undef PITCH
