// Causal attention of rows over the keys of their ancestors in the trie and themselves, the keys where they lie:
//   s_ij = cap(scale q_i·k_j) + bias[head][position_j] - bias[head][position_i]
//   y_i = sum_j softmax_j(s_ij) v_j    over the j with position_j <= position_i < position_j + window
// in float32, keys in tiles of 32 absolute positions in ascending order, the softmax running along. A row's tiles are
// those that hold a key it sees, so that its bits depend on nothing but its own path.
//
// A block takes up to 16 consecutive rows of one segment, which share the path before them, and one head; each warp four
// rows, each lane a key (scores) or up to eight dimensions (sums).
//
// q, y [rows, heads * headDim], row i of them is row first + i of the trie; k, v [rows of the trie, keyHeads * headDim];
// head h reads key head h / headsPerKey; bias [heads, positions] or null; headDim <= 256
// tileRow, tileRows, tileSegment [tiles]: first row, number of rows, segment; position [rows of the trie];
// firstRange [segments + 1] into rangeRow, rangePosition: the rows of a path in runs, ascending in position, the segment's
// own last; grid: tiles, heads; block: 128
// Reference: ReferenceBackend.attention
#include "device.cuh"

#define WARPS 4
#define ROWS 4 // per warp
#define KEYS 32
#define CHUNK 64 // dimensions in shared memory at a time
#define PARTS 8  // of 32 dimensions

KERNEL void trie_attention(float *y, int64 ldy, const float *q, int64 ldq, const float *k, int64 ldk, const float *v,
                           int64 ldv, const float *bias, int64 ldbias, const int *tileRow, const int *tileRows,
                           const int *tileSegment, int firstTile, const int *position, const int *firstRange,
                           const int *rangeRow, const int *rangePosition, int first, int headsPerKey, int headDim,
                           float scale, float cap, int window) {
  __shared__ float kv[KEYS][CHUNK + 1];
  __shared__ __align__(16) float qs[WARPS][CHUNK][ROWS];
  __shared__ __align__(16) float ps[WARPS][KEYS][ROWS];
  __shared__ int keyRow[KEYS];
  int tile = firstTile + blockIdx.x;
  int head = blockIdx.y;
  int keyHead = head / headsPerKey;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int rows = tileRows[tile];
  int row0 = tileRow[tile];
  int position0 = position[row0];
  int lastPosition = position0 + rows - 1;
  int firstOf = firstRange[tileSegment[tile]];
  int endOf = firstRange[tileSegment[tile] + 1];

  float greatest[ROWS];
  float sum[ROWS];
  float acc[ROWS][PARTS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    greatest[r] = negative_infinity();
    sum[r] = 0.0f;
#pragma unroll
    for (int part = 0; part < PARTS; part++) {
      acc[r][part] = 0.0f;
    }
  }

  int lowest = position0 - window < -1 ? 0 : position0 - window + 1; // position0 - window cannot overflow: both >= 0
  for (int keys0 = lowest / KEYS * KEYS; keys0 <= lastPosition; keys0 += KEYS) {
    if (threadIdx.x < KEYS) {
      int keyPosition = keys0 + (int)threadIdx.x;
      int low = firstOf; // the last range that begins at or before keyPosition
      int high = endOf - 1;
      while (low < high) {
        int middle = (low + high + 1) / 2;
        if (rangePosition[middle] <= keyPosition) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      keyRow[threadIdx.x] = keyPosition <= lastPosition ? rangeRow[low] + keyPosition - rangePosition[low] : -1;
    }

    float score[ROWS] = {};
    for (int d0 = 0; d0 < headDim; d0 += CHUNK) {
      __syncthreads(); // keyRow is written, kv has been read
      for (int i = threadIdx.x; i < KEYS * CHUNK; i += 32 * WARPS) {
        int key = keyRow[i / CHUNK];
        int d = d0 + i % CHUNK;
        kv[i / CHUNK][i % CHUNK] = key >= 0 && d < headDim ? k[key * ldk + keyHead * headDim + d] : 0.0f;
      }
      for (int i = threadIdx.x; i < WARPS * ROWS * CHUNK; i += 32 * WARPS) {
        int row = i / CHUNK;
        int d = d0 + i % CHUNK;
        qs[row / ROWS][i % CHUNK][row % ROWS] =
            row < rows && d < headDim ? q[(row0 + row - first) * ldq + head * headDim + d] : 0.0f;
      }
      __syncthreads();
#pragma unroll 16
      for (int d = 0; d < CHUNK; d++) {
        float4 qd = *(const float4 *)qs[warp][d];
        float kd = kv[lane][d];
        score[0] = fmaf(qd.x, kd, score[0]);
        score[1] = fmaf(qd.y, kd, score[1]);
        score[2] = fmaf(qd.z, kd, score[2]);
        score[3] = fmaf(qd.w, kd, score[3]);
      }
    }

    int keyPosition = keys0 + lane;
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      int row = warp * ROWS + r;
      int rowPosition = position0 + row;
      float p = 0.0f;
      // Tiles without a visible key leave the row as it is, bit for bit.
      if (row < rows && keys0 <= rowPosition && rowPosition - window < keys0 + KEYS - 1) {
        bool visible = keyPosition <= rowPosition && rowPosition - keyPosition < window;
        float s = capped(scale * score[r], cap);
        if (bias != nullptr && visible) {
          s += bias[head * ldbias + keyPosition] - bias[head * ldbias + rowPosition];
        }
        s = visible ? s : negative_infinity();
        float after = fmaxf(greatest[r], warp_max(s));
        float shrink = expf(greatest[r] - after);
        p = visible ? expf(s - after) : 0.0f;
        sum[r] = fmaf(sum[r], shrink, warp_sum(p));
        greatest[r] = after;
#pragma unroll
        for (int part = 0; part < PARTS; part++) {
          acc[r][part] *= shrink;
        }
      }
      ps[warp][lane][r] = p;
    }

#pragma unroll
    for (int chunk = 0; chunk < PARTS * 32 / CHUNK; chunk++) {
      if (chunk * CHUNK < headDim) {
        __syncthreads(); // kv has been read, ps is written
        for (int i = threadIdx.x; i < KEYS * CHUNK; i += 32 * WARPS) {
          int key = keyRow[i / CHUNK];
          int d = chunk * CHUNK + i % CHUNK;
          kv[i / CHUNK][i % CHUNK] = key >= 0 && d < headDim ? v[key * ldv + keyHead * headDim + d] : 0.0f;
        }
        __syncthreads();
#pragma unroll 8
        for (int key = 0; key < KEYS; key++) {
          float4 p4 = *(const float4 *)ps[warp][key];
          float p[ROWS] = {p4.x, p4.y, p4.z, p4.w};
          float v0 = kv[key][lane];
          float v1 = kv[key][lane + 32];
#pragma unroll
          for (int r = 0; r < ROWS; r++) {
            if (p[r] != 0.0f) { // not even an infinity of a row that this one does not see gets in
              acc[r][2 * chunk] = fmaf(p[r], v0, acc[r][2 * chunk]);
              acc[r][2 * chunk + 1] = fmaf(p[r], v1, acc[r][2 * chunk + 1]);
            }
          }
        }
      }
    }
    __syncthreads(); // keyRow and kv are free for the next tile
  }

#pragma unroll
  for (int r = 0; r < ROWS; r++) {
    int row = warp * ROWS + r;
    if (row < rows) {
#pragma unroll
      for (int part = 0; part < PARTS; part++) {
        int d = 32 * part + lane;
        if (d < headDim) {
          y[(row0 + row - first) * ldy + head * headDim + d] = acc[r][part] / sum[r];
        }
      }
    }
  }
}
#undef WARPS
#undef ROWS
#undef KEYS
#undef CHUNK
#undef PARTS
