// One tile of the vocabulary, l = cap(factor * logit):
//   m' = max(m, max_j l_j)    s' = s exp(m - m') + sum_j exp(l_j - m')    best' = the first token whose l is m'
// and the logits of the targets in this tile
//
// The logits are read once: each thread keeps a maximum and a sum of its own, brought together in a fixed order.
//
// logits [rows, columns] of the tokens firstToken ... firstToken + columns - 1; tiles come in ascending order, max = -inf
// and sum = 0 before the first; max, sum, best [rows]; firstSlot [rows + 1] into slotToken, slotLogit [slots];
// grid: rows; block: 256
// Reference: ReferenceLogitFold
#include "device.cuh"

// What exponents are taken relative to: nothing is subtracted while nothing but -inf was seen.
DEVICE float pivot(float greatest) { return greatest == negative_infinity() ? 0.0f : greatest; }

KERNEL void log_softmax_tile(const float *logits, int64 ld, int columns, int firstToken, float factor, float cap,
                             float *max, float *sum, int *best, const int *firstSlot, const int *slotToken,
                             float *slotLogit) {
  __shared__ float partial[32];
  __shared__ float greatestOfWarp[32];
  __shared__ int firstOfWarp[32];
  const float *row = logits + blockIdx.x * ld;
  bool aligned = aligned_rows(logits, ld);
  int lane = threadIdx.x & 31;
  int warps = blockDim.x >> 5;

  float own = negative_infinity();
  int index = columns;
  float powers = 0.0f;
  float4 next = four_of(row, 4 * threadIdx.x, columns, aligned); // under way while the ones before are summed
  for (int j = 4 * threadIdx.x; j < columns; j += 4 * blockDim.x) {
    float4 four = next;
    next = four_of(row, j + 4 * blockDim.x, columns, aligned);
    float l[4] = {four.x, four.y, four.z, four.w};
    float before = own;
#pragma unroll
    for (int e = 0; e < 4; e++) {
      l[e] = j + e < columns ? capped(factor * l[e], cap) : negative_infinity();
      if (l[e] > own) {
        own = l[e];
        index = j + e;
      }
    }
    float shift = pivot(own);
    powers *= expf(before - shift);
#pragma unroll
    for (int e = 0; e < 4; e++) {
      powers += expf(l[e] - shift);
    }
  }

  float greatest = own;
  for (int round = 0; round < 2; round++) { // within each warp, then over the warps
    for (int distance = 16; distance > 0; distance >>= 1) {
      float other = __shfl_xor_sync(ALL_LANES, greatest, distance);
      int otherIndex = __shfl_xor_sync(ALL_LANES, index, distance);
      bool take = other > greatest || (other == greatest && otherIndex < index);
      greatest = take ? other : greatest;
      index = take ? otherIndex : index;
    }
    if (round == 0) {
      if (lane == 0) {
        greatestOfWarp[threadIdx.x >> 5] = greatest;
        firstOfWarp[threadIdx.x >> 5] = index;
      }
      __syncthreads();
      greatest = lane < warps ? greatestOfWarp[lane] : negative_infinity();
      index = lane < warps ? firstOfWarp[lane] : columns;
    }
  }

  float before = max[blockIdx.x];
  float after = fmaxf(before, greatest);
  float shift = pivot(after);
  powers = block_sum(powers * expf(own - shift), partial); // its barriers: everyone has read max before it is written
  if (threadIdx.x == 0) {
    sum[blockIdx.x] = fmaf(sum[blockIdx.x], expf(before - shift), powers);
    if (greatest > before) {
      max[blockIdx.x] = greatest;
      best[blockIdx.x] = firstToken + index;
    }
  }
  for (int slot = firstSlot[blockIdx.x] + threadIdx.x; slot < firstSlot[blockIdx.x + 1]; slot += blockDim.x) {
    int j = slotToken[slot] - firstToken;
    if (j >= 0 && j < columns) {
      slotLogit[slot] = capped(factor * row[j], cap);
    }
  }
}
