// (x_a, x_b) -> (x_a cos - x_b sin, x_b cos + x_a sin) for each pair of the first 2 * half dimensions of each head
//
// HALVES (pairing 0): a = i, b = i + half; NEIGHBOURS (pairing 1): a = 2i, b = 2i + 1
// x [rows, heads * headDim], row i of x is row first + i of the trie; position, group [rows of the trie];
// cosine, sine [groups, positions, half], of which a later group than the last takes the last;
// grid: rows; block: 128
// Reference: ReferenceBackend.rotate
#include "device.cuh"

KERNEL void rotate_heads(float *x, int64 ldx, const float *cosine, const float *sine, const int *position,
                         const int *group, int first, int heads, int headDim, int half, int groups, int positions,
                         int pairing) {
  int row = first + blockIdx.x;
  int64 table = ((int64)min(group[row], groups - 1) * positions + position[row]) * half;
  for (int i = threadIdx.x; i < heads * half; i += blockDim.x) {
    int pair = i % half;
    float *head = x + blockIdx.x * ldx + i / half * headDim;
    float *a = head + (pairing == 0 ? pair : 2 * pair);
    float *b = head + (pairing == 0 ? pair + half : 2 * pair + 1);
    float cos = cosine[table + pair];
    float sin = sine[table + pair];
    float xa = *a;
    float xb = *b;
    *a = xa * cos - xb * sin;
    *b = xb * cos + xa * sin;
  }
}
