// What a linear layer does with its products where the product itself did not do it:
// STORE (mode 0): y = p + bias; ADD (1): y = y + scale * (p + bias); ACTIVATE (2): y = f(p + bias)
//
// p, y [rows, columns], p and y may be the same; bias [columns] or null; grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.linear
#include "activation.cuh"

KERNEL void epilogue(float *y, int64 ldy, const float *p, int64 ldp, const float *bias, int columns, int mode,
                     float scale, int activation) {
  float *target = y + blockIdx.x * ldy;
  const float *product = p + blockIdx.x * ldp;
  for (int j = blockIdx.y * blockDim.x + threadIdx.x; j < columns; j += gridDim.y * blockDim.x) {
    float value = bias == nullptr ? product[j] : product[j] + bias[j];
    if (mode == 0) {
      target[j] = value;
    } else if (mode == 1) {
      target[j] = fmaf(scale, value, target[j]);
    } else {
      target[j] = activate(activation, value);
    }
  }
}
