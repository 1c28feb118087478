// y[i][j] = f(x[i][j]) * x[i][columns + j], as bfloat16 where `narrow`
//
// x [rows, 2 * columns], y [rows, columns]; grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.gate
#include "activation.cuh"

KERNEL void gate_columns(void *y, int64 ldy, int narrow, const float *x, int64 ldx, int columns, int activation) {
  const float *source = x + blockIdx.x * ldx;
  int64 target = blockIdx.x * ldy;
  for (int j = blockIdx.y * blockDim.x + threadIdx.x; j < columns; j += gridDim.y * blockDim.x) {
    put(y, target + j, activate(activation, source[j]) * source[columns + j], narrow);
  }
}
