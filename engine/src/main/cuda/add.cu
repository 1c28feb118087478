// y[i][j] = y[i][j] + factor * x[i][j]
//
// x, y [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.add
#include "device.cuh"

KERNEL void add_matrix(float *y, int64 ldy, const float *x, int64 ldx, int columns, float factor) {
  float *target = y + blockIdx.x * ldy;
  const float *source = x + blockIdx.x * ldx;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    target[j] = fmaf(factor, source[j], target[j]);
  }
}
