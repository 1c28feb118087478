// CUDA's language on the host, as far as the kernels use it, so that their arithmetic runs where no GPU is.
//
// A block's threads are fibers of one thread. Each runs until a barrier or its end; a barrier is passed when all threads
// of the block (or the warp) have arrived, so a kernel that needs a barrier and has none reads stale values here too,
// and one whose threads do not all arrive ends in an exception. Blocks run one after the other. Shared memory is static
// and filled with NaN before each block.
#pragma once
#include <csetjmp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ucontext.h>
#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

struct dim3 { unsigned x, y, z; };
struct uint2 { unsigned x, y; };
struct float2 { float x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(16) float4 { float x, y, z, w; };
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

#define KERNEL extern "C"
#define DEVICE static inline
#define ALL_LANES 0xffffffffu
#define __align__(n) __attribute__((aligned(n)))
// Shared variables lie together in a section of their own, so that they can be spoiled between blocks.
#define __shared__ static __attribute__((section("shared_memory")))

namespace shim {

constexpr int WARP = 32;
constexpr size_t STACK = 64 * 1024;
constexpr size_t SLOT = 64; // bytes that a lane can show to its warp

struct Barrier {
  int arrived = 0;
  unsigned generation = 0;
};

// A fiber outlives its block: it runs the next one's body when that begins.
struct Fiber {
  jmp_buf state;
  bool started = false;
  bool done = false;
  dim3 thread;
};

struct Block {
  int threads = 0;
  std::vector<Fiber> fibers; // at least as many
  std::vector<Barrier> warps;
  Barrier all;
  std::vector<unsigned char> slots; // [2, threads, SLOT]
  std::vector<unsigned> exchanges;  // [threads]
};

extern Block block;
extern int current;
extern jmp_buf scheduler;
extern unsigned progress; // barriers passed and fibers ended

inline void yield() {
  if (_setjmp(block.fibers[current].state) == 0) {
    _longjmp(scheduler, 1);
  }
}

inline void wait(Barrier &barrier, int expected) {
  unsigned generation = barrier.generation;
  if (++barrier.arrived == expected) {
    barrier.arrived = 0;
    barrier.generation++;
    progress++;
    return;
  }
  while (barrier.generation == generation) {
    yield();
  }
}

inline int warp() { return current / WARP; }
inline int lanes() { return std::min<int>(WARP, block.threads - warp() * WARP); }
inline void wait_warp() { wait(block.warps[warp()], lanes()); }
inline void wait_block() { wait(block.all, block.threads); }

// Every lane shows a value; afterwards each may look at all of them until it shows the next.
template <class T> inline void show(const T &value) {
  static_assert(sizeof(T) <= SLOT, "slot");
  unsigned turn = block.exchanges[current]++ & 1;
  std::memcpy(&block.slots[(turn * block.threads + current) * SLOT], &value, sizeof(T));
  wait_warp();
}

template <class T> inline T shown(int lane) {
  unsigned turn = (block.exchanges[current] - 1) & 1;
  T value;
  std::memcpy(&value, &block.slots[(turn * block.threads + warp() * WARP + lane) * SLOT], sizeof(T));
  return value;
}

// Runs a kernel for every block of the grid.
void run(dim3 grid, dim3 threads, void (*body)(void *), void *argument);

template <class... A, size_t... I>
void call(void (*kernel)(A...), void **parameters, std::index_sequence<I...>) {
  kernel(*static_cast<A *>(parameters[I])...);
}

template <class... A> void launch(void (*kernel)(A...), dim3 grid, dim3 threads, void **parameters) {
  auto body = [&] { call(kernel, parameters, std::index_sequence_for<A...>{}); };
  run(grid, threads, [](void *b) { (*static_cast<decltype(body) *>(b))(); }, &body);
}

} // namespace shim

extern dim3 threadIdx, blockIdx, blockDim, gridDim;

inline void __syncthreads() { shim::wait_block(); }

template <class T> inline T __shfl_xor_sync(unsigned, T value, int mask) {
  shim::show(value);
  return shim::shown<T>((shim::current % shim::WARP) ^ mask);
}

inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

using std::min;
using std::max;

// d += a · bᵀ over the lanes of a warp: PTX ISA, "Matrix fragments for mma.m16n8k16 with floating point type"
inline void mma_16x8x16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  struct Fragment {
    unsigned a[4], b[2];
  } own;
  std::memcpy(own.a, a, sizeof own.a);
  std::memcpy(own.b, b, sizeof own.b);
  shim::show(own);
  int lane = shim::current % shim::WARP;
  auto half = [](unsigned word, int which) { return __uint_as_float(which ? word & 0xffff0000u : word << 16); };
  for (int e = 0; e < 4; e++) {
    int row = lane / 4 + (e / 2) * 8;
    int column = lane % 4 * 2 + e % 2;
    for (int k = 0; k < 16; k++) {
      Fragment ofRow = shim::shown<Fragment>(row % 8 * 4 + k % 8 / 2);
      Fragment ofColumn = shim::shown<Fragment>(column * 4 + k % 8 / 2);
      d[e] += half(ofRow.a[row / 8 + k / 8 * 2], k % 2) * half(ofColumn.b[k / 8], k % 2);
    }
  }
}

// PTX ISA, "ldmatrix", of four matrices of 8 rows of 16 bytes
inline void load_blocks(float (&blocks)[4], const float *row) {
  if (reinterpret_cast<uintptr_t>(row) % 16 != 0) {
    throw std::runtime_error("a row of a matrix that is not aligned to 16 bytes");
  }
  shim::show(row);
  int lane = shim::current % shim::WARP;
  for (int block = 0; block < 4; block++) {
    blocks[block] = shim::shown<const float *>(8 * block + lane / 4)[lane % 4];
  }
}

// d += a · b over the lanes of a warp: PTX ISA, "Matrix fragments for mma.m16n8k8" with .tf32, whose lower 13 bits are
// none of it
inline void mma_16x8x8(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
  struct Fragment {
    unsigned a[4], b[2];
  } own;
  std::memcpy(own.a, a, sizeof own.a);
  std::memcpy(own.b, b, sizeof own.b);
  shim::show(own);
  int lane = shim::current % shim::WARP;
  auto tf32 = [](unsigned word) { return __uint_as_float(word & 0xffffe000u); };
  for (int e = 0; e < 4; e++) {
    int row = lane / 4 + (e / 2) * 8;
    int column = lane % 4 * 2 + e % 2;
    for (int k = 0; k < 8; k++) {
      Fragment ofRow = shim::shown<Fragment>(row % 8 * 4 + k % 4);
      Fragment ofColumn = shim::shown<Fragment>(column * 4 + k % 4);
      d[e] += tf32(ofRow.a[row / 8 + k / 4 * 2]) * tf32(ofColumn.b[k / 4]);
    }
  }
}
