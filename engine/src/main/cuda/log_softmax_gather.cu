// One tile of the vocabulary, l = cap(factor * logit):
//   m' = max(m, max_j l_j)    s' = s exp(m - m') + sum_j exp(l_j - m')    best' = the first token whose l is m'
// and the logits of the targets in this tile
//
// logits [rows, columns] of the tokens firstToken ... firstToken + columns - 1; tiles come in ascending order, max = -inf
// and sum = 0 before the first; max, sum, best [rows]; firstSlot [rows + 1] into slotToken, slotLogit [slots];
// grid: rows; block: 256
// Reference: ReferenceLogitFold
#include "device.cuh"

KERNEL void log_softmax_tile(const float *logits, int64 ld, int columns, int firstToken, float factor, float cap,
                             float *max, float *sum, int *best, const int *firstSlot, const int *slotToken,
                             float *slotLogit) {
  __shared__ float partial[32];
  __shared__ float greatestOfWarp[32];
  __shared__ int firstOfWarp[32];
  const float *row = logits + blockIdx.x * ld;
  int lane = threadIdx.x & 31;
  int warps = blockDim.x >> 5;

  float greatest = negative_infinity();
  int index = columns;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    float logit = capped(factor * row[j], cap);
    if (logit > greatest) {
      greatest = logit;
      index = j;
    }
  }
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
  float powers = 0.0f;
  for (int j = threadIdx.x; j < columns; j += blockDim.x) {
    powers += expf(capped(factor * row[j], cap) - after);
  }
  powers = block_sum(powers, partial); // its barriers: everyone has read max before it is written
  if (threadIdx.x == 0) {
    sum[blockIdx.x] = fmaf(sum[blockIdx.x], expf(before - after), powers);
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
