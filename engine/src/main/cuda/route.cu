// Chooses experts: p = softmax(logits[i]), then the topK greatest, the lower index first among equals; their weights are
// p, or p divided by the sum of the chosen where `renormalise`
//
// logits [rows, columns], experts, weights [rows, topK] in descending weight; grid: rows; block: 32
// Reference: ReferenceBackend.route
#include "device.cuh"

KERNEL void route_experts(int *experts, float *weights, const float *logits, int64 ld, int columns, int topK,
                          int renormalise) {
  const float *row = logits + blockIdx.x * ld;
  experts += blockIdx.x * (int64)topK;
  weights += blockIdx.x * (int64)topK;
  float greatest = negative_infinity();
  for (int j = threadIdx.x; j < columns; j += 32) {
    greatest = fmaxf(greatest, row[j]);
  }
  greatest = warp_max(greatest);
  float sum = 0.0f;
  for (int j = threadIdx.x; j < columns; j += 32) {
    sum += expf(row[j] - greatest);
  }
  sum = warp_sum(sum);

  // Each choice is the first expert after the one before in the order (descending logit, ascending index).
  float last = 0.0f;
  int lastIndex = -1;
  float chosen = 0.0f;
  for (int n = 0; n < topK; n++) {
    float best = negative_infinity();
    int bestIndex = columns;
    for (int j = threadIdx.x; j < columns; j += 32) {
      float logit = row[j];
      bool later = lastIndex < 0 || logit < last || (logit == last && j > lastIndex);
      if (later && (bestIndex == columns || logit > best)) {
        best = logit;
        bestIndex = j;
      }
    }
    for (int distance = 16; distance > 0; distance >>= 1) {
      float other = __shfl_xor_sync(ALL_LANES, best, distance);
      int otherIndex = __shfl_xor_sync(ALL_LANES, bestIndex, distance);
      bool take = otherIndex < columns &&
                  (bestIndex == columns || other > best || (other == best && otherIndex < bestIndex));
      best = take ? other : best;
      bestIndex = take ? otherIndex : bestIndex;
    }
    float weight = expf(best - greatest) / sum;
    chosen += weight;
    last = best;
    lastIndex = bestIndex;
    if (threadIdx.x == 0) {
      experts[n] = bestIndex;
      weights[n] = weight;
    }
  }
  if (renormalise && threadIdx.x == 0) {
    for (int n = 0; n < topK; n++) {
      weights[n] /= chosen;
    }
  }
}
