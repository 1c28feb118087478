// The left operand of a matrix product: x as bfloat16 (to nearest, ties to even) or float32, its rows padded with zeros
//
// x [rows, columns], y [rows, ldy] dense, columns <= ldy, ldy a multiple of 4, y aligned to 16 bytes;
// grid: rows; block: 256
// Reference: ReferenceBackend.linear, its operand()
#include "device.cuh"

KERNEL void operands_bfloat16(bfloat16 *y, int ldy, const float *x, int64 ldx, int columns) {
  const float *row = x + blockIdx.x * ldx;
  bool aligned = aligned_rows(x, ldx);
  for (int j = 4 * threadIdx.x; j < ldy; j += 4 * blockDim.x) {
    put_four(y, (int64)blockIdx.x * ldy, j, four_of(row, j, columns, aligned), ldy, 1, true);
  }
}

KERNEL void operands_float32(float *y, int ldy, const float *x, int64 ldx, int columns) {
  const float *row = x + blockIdx.x * ldx;
  bool aligned = aligned_rows(x, ldx);
  for (int j = 4 * threadIdx.x; j < ldy; j += 4 * blockDim.x) {
    put_four(y, (int64)blockIdx.x * ldy, j, four_of(row, j, columns, aligned), ldy, 0, true);
  }
}
