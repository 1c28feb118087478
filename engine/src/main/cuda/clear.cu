// x[i][j] = 0
//
// x [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.clear
#include "device.cuh"

KERNEL void clear_matrix(float *x, int64 ldx, int columns) {
  float *row = x + blockIdx.x * ldx;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    row[j] = 0.0f;
  }
}
