// y[i][j] = f(x[i][j]) * x[i][columns + j]
//
// x [rows, 2 * columns], y [rows, columns]; grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.gate
#include "activation.cuh"

KERNEL void gate_columns(float *y, int64 ldy, const float *x, int64 ldx, int columns, int activation) {
  const float *source = x + blockIdx.x * ldx;
  float *target = y + blockIdx.x * ldy;
  for (int j = blockIdx.y * blockDim.x + threadIdx.x; j < columns; j += gridDim.y * blockDim.x) {
    target[j] = activate(activation, source[j]) * source[columns + j];
  }
}
