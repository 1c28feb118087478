// y[i][j] = f(x[i][j]) * x[i][columns + j], as bfloat16 where `narrow`
//
// x [rows, 2 * columns], y [rows, columns]; grid: rows, chunks of columns; block: 256
// Reference: ReferenceBackend.gate
#include "activation.cuh"

KERNEL void gate_columns(void *y, int64 ldy, int narrow, const float *x, int64 ldx, int columns, int activation) {
  const float *gate = x + blockIdx.x * ldx;
  const float *up = gate + columns;
  int64 target = blockIdx.x * ldy;
  bool gateReadable = aligned_rows(x, ldx);
  bool upReadable = aligned_rows(x + columns, ldx);
  bool writable = aligned_rows(y, ldy, narrow);
  for (int j = 4 * (blockIdx.y * blockDim.x + threadIdx.x); j < columns; j += 4 * gridDim.y * blockDim.x) {
    float4 g = four_of(gate, j, columns, gateReadable);
    float4 u = four_of(up, j, columns, upReadable);
    float4 four = make_float4(activate(activation, g.x) * u.x, activate(activation, g.y) * u.y,
                              activate(activation, g.z) * u.z, activate(activation, g.w) * u.w);
    put_four(y, target, j, four, columns, narrow, writable);
  }
}
