// Fibers and launches of the host shim.
#include "host_shim.h"

dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace shim {

Block block;
int current;
jmp_buf scheduler;
unsigned progress;

static std::vector<std::vector<unsigned char>> stacks;
static void (*bodyOfBlock)(void *);
static void *argumentOfBlock;

static void enter() {
  for (;;) {
    bodyOfBlock(argumentOfBlock);
    block.fibers[current].done = true;
    progress++;
    yield();
  }
}

static void start(int fiber) {
  ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_sp = stacks[fiber].data();
  context.uc_stack.ss_size = STACK;
  context.uc_link = nullptr;
  makecontext(&context, enter, 0);
  block.fibers[fiber].started = true;
  setcontext(&context);
}

static void resume(int fiber) {
  current = fiber;
  threadIdx = block.fibers[fiber].thread;
  if (_setjmp(scheduler) == 0) {
    if (block.fibers[fiber].started) {
      _longjmp(block.fibers[fiber].state, 1);
    }
    start(fiber);
  }
}

extern "C" unsigned char __start_shared_memory[] __attribute__((weak));
extern "C" unsigned char __stop_shared_memory[] __attribute__((weak));

static void run_block(dim3 threads) {
  int count = (int)(threads.x * threads.y * threads.z);
  block.threads = count;
  if ((int)block.fibers.size() < count) {
    block.fibers.resize(count);
  }
  block.warps.assign((count + WARP - 1) / WARP, Barrier());
  block.all = Barrier();
  block.slots.assign(2 * count * SLOT, 0);
  block.exchanges.assign(count, 0);
  std::memset(__start_shared_memory, 0xff, __stop_shared_memory - __start_shared_memory); // NaN
  while ((int)stacks.size() < count) {
    stacks.emplace_back(STACK);
  }
  for (int i = 0; i < count; i++) {
    block.fibers[i].done = false;
    block.fibers[i].thread = {i % threads.x, i / threads.x % threads.y, i / threads.x / threads.y};
  }
  for (int living = count; living > 0;) {
    living = 0;
    unsigned before = progress;
    for (int i = 0; i < count; i++) {
      if (!block.fibers[i].done) {
        resume(i);
        living += !block.fibers[i].done;
      }
    }
    if (progress == before) {
      block.fibers.clear(); // they are in the middle of a body
      throw std::runtime_error("a barrier that not all threads reach");
    }
  }
}

void run(dim3 grid, dim3 threads, void (*body)(void *), void *argument) {
  bodyOfBlock = body;
  argumentOfBlock = argument;
  gridDim = grid;
  blockDim = threads;
  for (blockIdx.z = 0; blockIdx.z < grid.z; blockIdx.z++) {
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++) {
      for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++) {
        run_block(threads);
      }
    }
  }
}

} // namespace shim
