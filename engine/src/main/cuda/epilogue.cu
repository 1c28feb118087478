// What a linear layer does with its products where the product itself did not do it:
//   y = p + bias, or y = y + scale * (p + bias) where `add`
//
// p, y [rows, columns], p and y may be the same; bias [columns] or null; grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.linear
#include "device.cuh"

KERNEL void epilogue(float *y, int64 ldy, const float *p, int64 ldp, const float *bias, int columns, int add,
                     float scale) {
  float *target = y + blockIdx.x * ldy;
  const float *product = p + blockIdx.x * ldp;
  for (int j = blockIdx.y * blockDim.x + threadIdx.x; j < columns; j += gridDim.y * blockDim.x) {
    float value = bias == nullptr ? product[j] : product[j] + bias[j];
    target[j] = add ? fmaf(scale, value, target[j]) : value;
  }
}
