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
  bool readable = aligned_rows(p, ldp);
  bool writable = aligned_rows(y, ldy, narrow);
  for (int j = 4 * (blockIdx.y * blockDim.x + threadIdx.x); j < columns; j += 4 * gridDim.y * blockDim.x) {
    float4 four = four_of(product, j, columns, readable);
    if (bias != nullptr) {
      float4 of_columns = four_of(bias, j, columns, aligned_rows(bias, 0));
      four.x += of_columns.x;
      four.y += of_columns.y;
      four.z += of_columns.z;
      four.w += of_columns.w;
    }
    four = make_float4(activate(activation, four.x), activate(activation, four.y), activate(activation, four.z),
                       activate(activation, four.w));
    put_four(y, target, j, four, columns, narrow, writable);
  }
}
