// LAYER (kind 0): y = (x - mean) / sqrt(variance + epsilon) * weight + bias
// RMS   (kind 1): y = x / sqrt(mean(x^2) + epsilon) * weight + bias
// over groups of `width` consecutive columns; x and y may be the same; y is bfloat16 where `narrow`
//
// x, y [rows, groups * width]; weight, bias [parameters], repeated over the columns, or null;
// grid: rows, groups; block: a multiple of 32 that depends on the width alone
// Reference: ReferenceBackend.norm
#include "device.cuh"

KERNEL void norm_rows(void *y, int64 ldy, int narrow, const float *x, int64 ldx, const float *weight,
                      const float *bias, int width, int parameters, float epsilon, int kind) {
  __shared__ float partial[32];
  int first = blockIdx.y * width;
  const float *source = x + blockIdx.x * ldx + first;
  int64 target = blockIdx.x * ldy + first;

  float mean = 0.0f;
  if (kind == 0) {
    float sum = 0.0f;
    for (int j = threadIdx.x; j < width; j += blockDim.x) {
      sum += source[j];
    }
    mean = block_sum(sum, partial) / width;
  }
  float squares = 0.0f;
  for (int j = threadIdx.x; j < width; j += blockDim.x) {
    float deviation = source[j] - mean;
    squares = fmaf(deviation, deviation, squares);
  }
  float factor = 1.0f / sqrtf(block_sum(squares, partial) / width + epsilon);
  for (int j = threadIdx.x; j < width; j += blockDim.x) {
    float normed = (source[j] - mean) * factor;
    int parameter = (first + j) % parameters;
    if (weight != nullptr) {
      normed *= weight[parameter];
    }
    put(y, target + j, bias == nullptr ? normed : normed + bias[parameter], narrow);
  }
}
