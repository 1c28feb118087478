// y = x · wᵀ + bias, or y = y + scale (x · wᵀ + bias) where `add`, in float32: every product is a chain of fused
// multiply-adds in ascending k, without tensor cores, so that a value depends on nothing but its row of x and of w
//
// x [rows, inputs], w [outputs, inputs], w dense, inputs a multiple of 16, ldx of 4, aligned to 16 bytes; bias [outputs] or
// null; y [rows, outputs]; grid: tiles of 64 outputs, tiles of 64 rows; block: 256, each thread 4 x 4 values
// Reference: ReferenceBackend.linear
#include "device.cuh"

#define TILE 64
#define DEPTH 16

KERNEL void gemm_float32(float *y, int64 ldy, const float *x, int64 ldx, const float *w, const float *bias,
                         int rows, int outputs, int inputs, int add, float scale) {
  __shared__ __align__(16) float xs[DEPTH][TILE + 4];
  __shared__ __align__(16) float ws[DEPTH][TILE + 4];
  int firstRow = blockIdx.y * TILE;
  int firstOutput = blockIdx.x * TILE;
  int loadRow = threadIdx.x >> 2; // 64 rows, four threads with four values each
  int loadK = (threadIdx.x & 3) * 4;
  int rowOfThread = (threadIdx.x >> 4) * 4;
  int outputOfThread = (threadIdx.x & 15) * 4;
  float sums[4][4] = {};

  for (int k = 0; k < inputs; k += DEPTH) {
    float4 none = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    float4 fromX = firstRow + loadRow < rows
                       ? *(const float4 *)(x + (firstRow + loadRow) * ldx + k + loadK)
                       : none;
    float4 fromW = firstOutput + loadRow < outputs
                       ? *(const float4 *)(w + (int64)(firstOutput + loadRow) * inputs + k + loadK)
                       : none;
    __syncthreads(); // the tile before has been read
    xs[loadK][loadRow] = fromX.x;
    xs[loadK + 1][loadRow] = fromX.y;
    xs[loadK + 2][loadRow] = fromX.z;
    xs[loadK + 3][loadRow] = fromX.w;
    ws[loadK][loadRow] = fromW.x;
    ws[loadK + 1][loadRow] = fromW.y;
    ws[loadK + 2][loadRow] = fromW.z;
    ws[loadK + 3][loadRow] = fromW.w;
    __syncthreads();
#pragma unroll
    for (int i = 0; i < DEPTH; i++) {
      float4 a = *(const float4 *)&xs[i][rowOfThread];
      float4 b = *(const float4 *)&ws[i][outputOfThread];
      float as[4] = {a.x, a.y, a.z, a.w};
      float bs[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
      for (int r = 0; r < 4; r++) {
#pragma unroll
        for (int o = 0; o < 4; o++) {
          sums[r][o] = fmaf(as[r], bs[o], sums[r][o]);
        }
      }
    }
  }

#pragma unroll
  for (int r = 0; r < 4; r++) {
#pragma unroll
    for (int o = 0; o < 4; o++) {
      int row = firstRow + rowOfThread + r;
      int output = firstOutput + outputOfThread + o;
      if (row < rows && output < outputs) {
        float product = bias == nullptr ? sums[r][o] : sums[r][o] + bias[output];
        float *target = y + row * ldy + output;
        *target = add ? fmaf(scale, product, *target) : product;
      }
    }
  }
}
#undef TILE
#undef DEPTH
