// x[i][j] = min(max(x[i][j], -limit), limit)
//
// x [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.clamp
#include "device.cuh"

KERNEL void clamp_matrix(float *x, int64 ldx, int columns, float limit) {
  float *row = x + blockIdx.x * ldx;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    row[j] = fminf(fmaxf(row[j], -limit), limit);
  }
}
