// Causal attention of rows over the keys of their ancestors in the trie and themselves, the keys where they lie:
//   s_ij = cap(scale q_i·k_j) + bias[head][position_j] - bias[head][position_i]
//   y_i = sum_j softmax_j(s_ij) v_j    over the j with position_j <= position_i < position_j + window
// keys in tiles of 64 absolute positions in ascending order, the softmax running along in float32. A row's tiles are
// those that hold a key it sees, and what it does not see counts as zero, so that its bits depend on nothing but its own
// path.
//
// Both products are done on tensor cores, each factor as the sum of two TF32 numbers, which together hold 21 bits.
//
// A block takes consecutive rows of one segment, which share the path before them, and one head: keys and values come to
// shared memory once for all of them. For the scores each warp takes 16 of a tile's keys, for the softmax every fourth
// row, for the sums 16 of 64 dimensions. Rows are multiplied by groups of 16, as many as there are.
//
// trie_attention has tiles of 32 rows and heads of up to 128 dimensions, trie_attention_wide 16 rows and 256 dimensions:
// more does not fit into 48 KiB. A row's bits are those of the other kernel.
//
// q, y [rows, heads * headDim], y of bfloat16 where `narrow`, row i of them is row first + i of the trie; k, v [rows of the trie, keyHeads * headDim];
// head h reads key head h / headsPerKey; bias [heads, positions] or null
// tileRow, tileRows, tileSegment [tiles]: first row, number of rows, segment; position [rows of the trie];
// firstRange [segments + 1] into rangeRow, rangePosition: the rows of a path in runs, ascending in position, the segment's
// own last; a tile has at most 32 rows; grid: tiles, of trie_attention_wide twice as many, heads; block: 128
// Reference: ReferenceBackend.attention
#include "device.cuh"

#define WARPS 4
#define TILE 32 // greatest number of rows in a tile
#define GROUP 16
#define KEYS 64
#define CHUNK 64 // dimensions of keys or values in shared memory at a time
// Floats per row in shared memory: no two lanes of a fragment share a bank.
#define KEY_PITCH (CHUNK + 4)
#define VALUE_PITCH (CHUNK + 8)
#define SCORE_PITCH (KEYS + 4)

template <int GROUPS, int CHUNKS> struct Shared {
  static const int QUERY_PITCH = CHUNK * CHUNKS + 4;
  __align__(16) float qs[GROUPS * GROUP * QUERY_PITCH];
  __align__(16) float kv[KEYS * VALUE_PITCH];
  __align__(16) float ps[GROUPS * GROUP * SCORE_PITCH]; // scores, then their powers
  float ofRow[GROUPS * GROUP];            // what sums so far shrink by; at last the sums of powers
  int keyRow[KEYS];
  int spoiled[CHUNKS]; // whether a chunk of values holds infinities or NaN
};

// d += a · b for a 16 x 8 and b 8 x 8 in TF32, spread over a warp as PTX defines for mma.m16n8k8: lane = 4 g + t holds
//   a: rows g and g + 8 of column t, then of column t + 4    b: column g of rows t and t + 4
//   d: rows g and g + 8, columns 2t, 2t + 1
#ifndef LOGPROBE_HOST_SHIM
DEVICE void mma_16x8x8(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
               "{%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Four blocks of 8 rows of 4 floats in shared memory: lane 8 n + i names row i of block n, aligned to 16 bytes, and
// lane 4 g + t receives element t of row g of each block.
DEVICE void load_blocks(float (&blocks)[4], const float *row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=f"(blocks[0]), "=f"(blocks[1]), "=f"(blocks[2]), "=f"(blocks[3])
               : "r"((unsigned)__cvta_generic_to_shared(row))
               : "memory");
}
#endif

// value = high + low up to 2^-21, both TF32: the last 13 bits of low are left to the tensor cores, which do not read them;
// of an infinity NaN, so a query or a key must be finite where it is seen
DEVICE void split(float value, unsigned &high, unsigned &low) {
  high = __float_as_uint(value) & 0xffffe000u;
  low = __float_as_uint(value - __uint_as_float(high));
}

struct Left {
  unsigned high[4], low[4];
};

// Of 16 rows, eight columns from `column` on
DEVICE Left left(const float *matrix, int pitch, int lane, int column) {
  float four[4];
  load_blocks(four, matrix + (lane & 15) * pitch + column + (lane >> 4) * 4);
  Left a;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    split(four[i], a.high[i], a.low[i]);
  }
  return a;
}

struct Right {
  unsigned high[2], low[2];
};

DEVICE Right right(float b0, float b1) {
  Right b;
  split(b0, b.high[0], b.low[0]);
  split(b1, b.high[1], b.low[1]);
  return b;
}

DEVICE void multiply_add(float (&d)[4], const Left &a, const Right &b) {
  mma_16x8x8(d, a.low, b.high);
  mma_16x8x8(d, a.high, b.low);
  mma_16x8x8(d, a.high, b.high);
}

DEVICE bool is_finite(float value) { return (__float_as_uint(value) & 0x7f800000u) != 0x7f800000u; }

DEVICE float finite_or_zero(float value) { return is_finite(value) ? value : 0.0f; }

// Brings CHUNK columns of `rows` rows, a multiple of 16, to shared memory: row rowOf[i] of the matrix, zeros where that is
// negative and beyond `columns`. Each thread has four loads under way. GUARDED: what is not finite becomes zero, and
// *spoiled tells of it.
template <bool GUARDED>
DEVICE void load_rows(float *target, int pitch, const float *matrix, int64 ld, const int *rowOf, int rows, int columns,
                      int *spoiled) {
  const int STEP = 32 * WARPS / (CHUNK / 4); // rows that the block takes at a time
  int d = threadIdx.x % (CHUNK / 4) * 4;
  bool whole = aligned_rows(matrix, ld) && d + 4 <= columns;
  for (int row = threadIdx.x / (CHUNK / 4); row < rows; row += 4 * STEP) {
    float4 held[4];
    int source[4];
#pragma unroll
    for (int n = 0; n < 4; n++) {
      source[n] = row + n * STEP < rows ? rowOf[row + n * STEP] : -1;
    }
    if (whole) {
#pragma unroll
      for (int n = 0; n < 4; n++) { // without branches, so that none waits for another; row 0 is always there
        held[n] = *(const float4 *)(matrix + max(source[n], 0) * ld + d);
      }
    } else {
#pragma unroll
      for (int n = 0; n < 4; n++) {
        held[n] = four_of(matrix + max(source[n], 0) * ld, d, columns, false);
      }
    }
#pragma unroll
    for (int n = 0; n < 4; n++) {
      float4 four = source[n] < 0 ? make_float4(0.0f, 0.0f, 0.0f, 0.0f) : held[n];
      if (GUARDED && !(is_finite(four.x) && is_finite(four.y) && is_finite(four.z) && is_finite(four.w))) {
        *spoiled = 1;
        four = make_float4(finite_or_zero(four.x), finite_or_zero(four.y), finite_or_zero(four.z),
                           finite_or_zero(four.w));
      }
      if (row + n * STEP < rows) {
        *(float4 *)&target[(row + n * STEP) * pitch + d] = four;
      }
    }
  }
}

#define PARAMETERS                                                                                                      \
  void *y, int64 ldy, int narrow, const float *q, int64 ldq, const float *k, int64 ldk, const float *v, int64 ldv,     \
      const float *bias, int64 ldbias, const int *tileRow, const int *tileRows, const int *tileSegment, int firstTile, \
      const int *position, const int *firstRange, const int *rangeRow, const int *rangePosition, int first,            \
      int headsPerKey, int headDim, float scale, float cap, int window
#define ARGUMENTS                                                                                                       \
  y, ldy, narrow, q, ldq, k, ldk, v, ldv, bias, ldbias, tileRow, tileRows, tileSegment, firstTile, position, firstRange,       \
      rangeRow, rangePosition, first, headsPerKey, headDim, scale, cap, window

template <int GROUPS, int CHUNKS> DEVICE void attend(Shared<GROUPS, CHUNKS> &shared, PARAMETERS) {
  const int QUERY_PITCH = Shared<GROUPS, CHUNKS>::QUERY_PITCH;
  const int PARTS = TILE / (GROUPS * GROUP); // blocks per tile
  const int ROWS_OF_WARP = GROUPS * GROUP / WARPS;
  float *qs = shared.qs;
  float *kv = shared.kv;
  float *ps = shared.ps;
  int tile = firstTile + blockIdx.x / PARTS;
  int row0 = blockIdx.x % PARTS * GROUPS * GROUP; // within the tile
  int rows = min(GROUPS * GROUP, tileRows[tile] - row0);
  if (rows <= 0) {
    return;
  }
  row0 += tileRow[tile];
  int head = blockIdx.y;
  int keyColumn = head / headsPerKey * headDim;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int group = lane >> 2;
  int pair = lane & 3;
  int multiplied = (rows + GROUP - 1) / GROUP * GROUP;
  int position0 = position[row0];
  int lastPosition = position0 + rows - 1;
  int firstOf = firstRange[tileSegment[tile]];
  int endOf = firstRange[tileSegment[tile] + 1];

  float greatest[ROWS_OF_WARP];
  float sum[ROWS_OF_WARP];
#pragma unroll
  for (int r = 0; r < ROWS_OF_WARP; r++) {
    greatest[r] = negative_infinity();
    sum[r] = 0.0f;
  }
  float acc[CHUNKS][GROUPS][2][4] = {};

  q += head * headDim;
  k += keyColumn;
  v += keyColumn;

  int fours = (headDim + CHUNK - 1) / CHUNK * (CHUNK / 4);
  for (int i = threadIdx.x; i < multiplied * fours; i += 32 * WARPS) {
    int row = i / fours;
    int d = i % fours * 4;
    *(float4 *)&qs[row * QUERY_PITCH + d] =
        row < rows ? four_of(q + (row0 + row - first) * ldq, d, headDim, aligned_rows(q, ldq))
                   : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  }

  int lowest = position0 - window < -1 ? 0 : position0 - window + 1; // position0 - window cannot overflow: both >= 0
  for (int keys0 = lowest / KEYS * KEYS; keys0 <= lastPosition; keys0 += KEYS) {
    int keys = min(KEYS, lastPosition + 1 - keys0);
    int loaded = (keys + 15) / 16 * 16; // a warp's share of the scores; zeros from `keys` on
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
      shared.keyRow[threadIdx.x] = keyPosition <= lastPosition ? rangeRow[low] + keyPosition - rangePosition[low] : -1;
    } else if (threadIdx.x < KEYS + CHUNKS) {
      shared.spoiled[threadIdx.x - KEYS] = 0;
    }

    float scores[GROUPS][2][4] = {};
    for (int d0 = 0; d0 < headDim; d0 += CHUNK) {
      __syncthreads(); // qs and keyRow are written, kv has been read
      load_rows<false>(kv, KEY_PITCH, k + d0, ldk, shared.keyRow, loaded, headDim - d0, nullptr);
      __syncthreads();
      if (16 * warp < keys) {
        for (int d = 0; d < min(CHUNK, headDim - d0); d += 8) {
          float four[4]; // of keys 0 to 7, then 8 to 15, columns d to d + 3, then the next four
          load_blocks(four, &kv[(16 * warp + (lane >> 4) * 8 + (lane & 7)) * KEY_PITCH + d + (lane >> 3 & 1) * 4]);
          Right b[2] = {right(four[0], four[1]), right(four[2], four[3])};
#pragma unroll
          for (int g = 0; g < GROUPS; g++) {
            if (g * GROUP < rows) {
              Left a = left(qs + g * GROUP * QUERY_PITCH, QUERY_PITCH, lane, d0 + d);
              multiply_add(scores[g][0], a, b[0]);
              multiply_add(scores[g][1], a, b[1]);
            }
          }
        }
      }
    }
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
#pragma unroll
      for (int e = 0; e < 8; e++) {
        int row = g * GROUP + group + e / 2 % 2 * 8;
        ps[row * SCORE_PITCH + 16 * warp + e / 4 * 8 + 2 * pair + e % 2] = scores[g][e / 4][e % 4];
      }
    }
    __syncthreads();

#pragma unroll
    for (int r = 0; r < ROWS_OF_WARP; r++) {
      int row = warp + WARPS * r;
      if (row >= multiplied) {
        break;
      }
      int rowPosition = position0 + row;
      float p[2] = {0.0f, 0.0f};
      float shrink = 1.0f;
      // Tiles without a visible key leave the row as it is, bit for bit.
      if (row < rows && keys0 <= rowPosition && rowPosition - window < keys0 + KEYS - 1) {
        bool visible[2];
        float s[2];
#pragma unroll
        for (int half = 0; half < 2; half++) {
          int keyPosition = keys0 + lane + 32 * half;
          visible[half] = keyPosition <= rowPosition && rowPosition - keyPosition < window;
          s[half] = capped(scale * ps[row * SCORE_PITCH + lane + 32 * half], cap);
          if (bias != nullptr && visible[half]) {
            s[half] += bias[head * ldbias + keyPosition] - bias[head * ldbias + rowPosition];
          }
          s[half] = visible[half] ? s[half] : negative_infinity();
        }
        float after = fmaxf(greatest[r], warp_max(fmaxf(s[0], s[1])));
        shrink = expf(greatest[r] - after);
        p[0] = visible[0] ? expf(s[0] - after) : 0.0f;
        p[1] = visible[1] ? expf(s[1] - after) : 0.0f;
        sum[r] = fmaf(sum[r], shrink, warp_sum(p[0] + p[1]));
        greatest[r] = after;
      }
      ps[row * SCORE_PITCH + lane] = p[0];
      ps[row * SCORE_PITCH + lane + 32] = p[1];
      if (lane == 0) {
        shared.ofRow[row] = shrink;
      }
    }

#pragma unroll
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      if (chunk * CHUNK < headDim) {
        __syncthreads(); // kv has been read, ps and ofRow are written
        // What is not finite would spoil, times zero, rows that do not see it too.
        load_rows<true>(kv, VALUE_PITCH, v + chunk * CHUNK, ldv, shared.keyRow, loaded, headDim - chunk * CHUNK,
                        &shared.spoiled[chunk]);
        __syncthreads();
#pragma unroll
        for (int g = 0; g < GROUPS; g++) {
          if (g * GROUP < rows) {
#pragma unroll
            for (int e = 0; e < 8; e++) {
              acc[chunk][g][e / 4][e % 4] *= shared.ofRow[g * GROUP + group + e / 2 % 2 * 8];
            }
          }
        }
        for (int key = 0; key < keys; key += 8) {
          Right b[2];
#pragma unroll
          for (int n = 0; n < 2; n++) {
            const float *value = &kv[(key + pair) * VALUE_PITCH + 16 * warp + 8 * n + group];
            b[n] = right(value[0], value[4 * VALUE_PITCH]);
          }
#pragma unroll
          for (int g = 0; g < GROUPS; g++) {
            if (g * GROUP < rows) {
              Left a = left(ps + g * GROUP * SCORE_PITCH, SCORE_PITCH, lane, key);
              multiply_add(acc[chunk][g][0], a, b[0]);
              multiply_add(acc[chunk][g][1], a, b[1]);
            }
          }
        }
        if (shared.spoiled[chunk]) {
          for (int key = 0; key < keys; key++) {
#pragma unroll
            for (int e = 0; e < 8 * GROUPS; e++) {
              int g = e / 8;
              int row = g * GROUP + group + e / 2 % 2 * 8;
              int d = chunk * CHUNK + 16 * warp + e / 4 % 2 * 8 + 2 * pair + e % 2;
              float p = row < rows ? ps[row * SCORE_PITCH + key] : 0.0f;
              float value = d < headDim ? v[shared.keyRow[key] * ldv + d] : 0.0f;
              if (p != 0.0f && !is_finite(value)) {
                acc[chunk][g][e / 4 % 2][e % 4] += p * value;
              }
            }
          }
        }
      }
    }
    __syncthreads(); // keyRow, kv, ps and spoiled are free for the next tile
  }

#pragma unroll
  for (int r = 0; r < ROWS_OF_WARP; r++) {
    if (lane == 0) {
      shared.ofRow[warp + WARPS * r] = sum[r];
    }
  }
  __syncthreads();
  bool together = aligned_rows(y, ldy, narrow) && headDim % 2 == 0;
#pragma unroll
  for (int chunk = 0; chunk < CHUNKS; chunk++) {
#pragma unroll
    for (int e = 0; e < 8 * GROUPS; e += 2) {
      int row = e / 8 * GROUP + group + e / 2 % 2 * 8;
      int d = chunk * CHUNK + 16 * warp + e / 4 % 2 * 8 + 2 * pair;
      int64 index = (row0 + row - first) * ldy + head * headDim + d;
      if (row < rows && d + 1 < headDim) {
        put_two(y, index, acc[chunk][e / 8][e / 4 % 2][e % 4] / shared.ofRow[row],
                acc[chunk][e / 8][e / 4 % 2][e % 4 + 1] / shared.ofRow[row], narrow, together);
      } else if (row < rows && d < headDim) {
        put(y, index, acc[chunk][e / 8][e / 4 % 2][e % 4] / shared.ofRow[row], narrow);
      }
    }
  }
}

KERNEL void trie_attention(PARAMETERS) {
  __shared__ Shared<2, 2> shared;
  attend(shared, ARGUMENTS);
}

KERNEL void trie_attention_wide(PARAMETERS) {
  __shared__ Shared<1, 4> shared;
  attend(shared, ARGUMENTS);
}
#undef WARPS
#undef TILE
#undef GROUP
#undef KEYS
#undef CHUNK
#undef KEY_PITCH
#undef VALUE_PITCH
#undef SCORE_PITCH
#undef PARAMETERS
#undef ARGUMENTS
