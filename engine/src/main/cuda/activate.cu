// y[i][j] = f(p[i][j] + bias[j]), as bfloat16 where `narrow`
//
// p, y [rows, columns], p and y may be the same where y is not narrow; bias [columns] or null;
// grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.linear, its Epilogue.Activate
#include "activation.cuh"

KERNEL void activate_columns(void *y, int64 ldy, int narrow, const float *p, int64 ldp, const float *bias, int columns,
                             int activation) {
  int64 target = blockIdx.x * ldy;
  const float *product = p + blockIdx.x * ldp;
  for (int j = blockIdx.y * blockDim.x + threadIdx.x; j < columns; j += gridDim.y * blockDim.x) {
    float value = bias == nullptr ? product[j] : product[j] + bias[j];
    put(y, target + j, activate(activation, value), narrow);
  }
}
