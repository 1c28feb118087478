// y[i][j] = x[indices[i]][j], or y[i][j] += x[indices[i]][j] where `add`
//
// x [.., columns], indices [rows], y [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.gather, gatherAdd
#include "device.cuh"

KERNEL void gather_rows(float *y, int64 ldy, const float *x, int64 ldx, const int *indices, int columns, int add) {
  const float *source = x + indices[blockIdx.x] * ldx;
  float *target = y + blockIdx.x * ldy;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    target[j] = add ? target[j] + source[j] : source[j];
  }
}
