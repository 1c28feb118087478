// What every kernel file starts from. With LOGPROBE_HOST_SHIM the same sources compile for the host, see host_shim.h
// among the tests.
//
// Common to all kernels: matrices are row by row, `ld` is the number of elements from one row to the next; sums run in
// an order that depends on nothing but the row's own size; nothing is added up by atomics.
#pragma once

#ifdef LOGPROBE_HOST_SHIM
#include "host_shim.h"
#else
#define KERNEL extern "C" __global__
#define DEVICE __device__ __forceinline__
#define ALL_LANES 0xffffffffu
#endif

typedef long long int64;
typedef unsigned short bfloat16; // the upper half of a float32

DEVICE bfloat16 to_bfloat16(float value) { // to nearest, ties to even
  unsigned bits = __float_as_uint(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) {
    return (bfloat16)((bits >> 16) | 0x40u); // stays a NaN
  }
  return (bfloat16)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

DEVICE float negative_infinity() { return __uint_as_float(0xff800000u); }

DEVICE float warp_sum(float value) {
  for (int distance = 16; distance > 0; distance >>= 1) {
    value += __shfl_xor_sync(ALL_LANES, value, distance);
  }
  return value;
}

DEVICE float warp_max(float value) {
  for (int distance = 16; distance > 0; distance >>= 1) {
    value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, distance));
  }
  return value;
}

// Sum over the block for every thread; `partial` is shared memory of 32 floats, blockDim.x a multiple of 32.
DEVICE float block_sum(float value, float *partial) {
  int lane = threadIdx.x & 31;
  value = warp_sum(value);
  if (lane == 0) {
    partial[threadIdx.x >> 5] = value;
  }
  __syncthreads();
  value = warp_sum(lane < (int)(blockDim.x >> 5) ? partial[lane] : 0.0f);
  __syncthreads(); // partial may be used again
  return value;
}

// cap * tanh(value / cap); cap 0 for none
DEVICE float capped(float value, float cap) { return cap == 0.0f ? value : cap * tanhf(value / cap); }

// Writes an element of a matrix of float32, or of bfloat16 where `narrow`: what only products read is kept as they read it.
DEVICE void put(void *matrix, int64 index, float value, int narrow) {
  if (narrow) {
    ((bfloat16 *)matrix)[index] = to_bfloat16(value);
  } else {
    ((float *)matrix)[index] = value;
  }
}

// Writes two elements of a row at once where `together`: narrow rows begin at a multiple of 4 bytes, others of 8, and the
// index in its row is even.
DEVICE void put_two(void *matrix, int64 index, float first, float second, int narrow, bool together) {
  if (!together) {
    put(matrix, index, first, narrow);
    put(matrix, index + 1, second, narrow);
  } else if (narrow) {
    *(unsigned *)((bfloat16 *)matrix + index) = to_bfloat16(first) | (unsigned)to_bfloat16(second) << 16;
  } else {
    *(float2 *)((float *)matrix + index) = make_float2(first, second);
  }
}

// Writes elements j to j + 3 of a row that begins at `index`, those within its columns, at once where `aligned`: every row
// begins at a multiple of 16 bytes, narrow ones of 8.
DEVICE void put_four(void *matrix, int64 index, int j, float4 four, int columns, int narrow, bool aligned) {
  if (aligned && j + 4 <= columns) {
    if (narrow) {
      uint2 packed;
      packed.x = to_bfloat16(four.x) | (unsigned)to_bfloat16(four.y) << 16;
      packed.y = to_bfloat16(four.z) | (unsigned)to_bfloat16(four.w) << 16;
      *(uint2 *)((bfloat16 *)matrix + index + j) = packed;
    } else {
      *(float4 *)((float *)matrix + index + j) = four;
    }
    return;
  }
  float values[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
  for (int e = 0; e < 4; e++) {
    if (j + e < columns) {
      put(matrix, index + j + e, values[e], narrow);
    }
  }
}

// Whether every row begins at a multiple of 16 bytes, narrow ones of 8
DEVICE bool aligned_rows(const void *y, int64 ldy, int narrow) {
  return ((size_t)y & (narrow ? 7 : 15)) == 0 && (ldy & 3) == 0;
}

// Whether every row begins at a multiple of 16 bytes
DEVICE bool aligned_rows(const float *x, int64 ldx) { return ((size_t)x & 15) == 0 && (ldx & 3) == 0; }

// Four elements of a row from the j-th on, zeros beyond its end
DEVICE float4 four_of(const float *row, int j, int columns, bool aligned) {
  if (aligned && j + 4 <= columns) {
    return *(const float4 *)(row + j);
  }
  return make_float4(j < columns ? row[j] : 0.0f, j + 1 < columns ? row[j + 1] : 0.0f,
                     j + 2 < columns ? row[j + 2] : 0.0f, j + 3 < columns ? row[j + 3] : 0.0f);
}
