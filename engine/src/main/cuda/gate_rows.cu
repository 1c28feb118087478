// x[i][j] = sigmoid(gate[i][0]) * x[i][j]
//
// gate [rows, 1], x [rows, columns]; grid: rows; block: 256
// Reference: ReferenceBackend.gateRows
#include "activation.cuh"

KERNEL void gate_rows(float *x, int64 ldx, const float *gate, int64 ldgate, int columns) {
  float factor = sigmoid(gate[blockIdx.x * ldgate]);
  float *row = x + blockIdx.x * ldx;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    row[j] = factor * row[j];
  }
}
