// x[i][j] = factor * x[i][j]
//
// x [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.scale
#include "device.cuh"

KERNEL void scale_matrix(float *x, int64 ldx, int columns, float factor) {
  float *row = x + blockIdx.x * ldx;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    row[j] = factor * row[j];
  }
}
