// y[targets[t]][j] += weights[e] * x[e][j] for e in order[first[t]] ... order[first[t + 1] - 1], in that order
//
// x [entries, columns], weights [entries], y [.., columns]; targets [distinct] are distinct rows of y, order [entries]
// lists the entries of each, first [distinct + 1] where they begin; grid: distinct; block: 256
// Reference: ReferenceBackend.scatterAdd
#include "device.cuh"

KERNEL void scatter_add_rows(float *y, int64 ldy, const float *x, int64 ldx, const int *targets, const int *first,
                             const int *order, const float *weights, int columns) {
  float *target = y + targets[blockIdx.x] * ldy;
  int begin = first[blockIdx.x];
  int end = first[blockIdx.x + 1];
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    float sum = target[j];
    for (int entry = begin; entry < end; entry++) {
      sum = fmaf(weights[order[entry]], x[order[entry] * ldx + j], sum);
    }
    target[j] = sum;
  }
}
