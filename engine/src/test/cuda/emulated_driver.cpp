// A CUDA driver for tests: libcuda.so.1 as far as the engine uses it, with the kernels on the host.
//
// Streams are as lazy as a device may be: work waits in its stream until a synchronisation or an event that another
// stream waits for needs it. So a missing wait shows as stale data, every time. Memory ends at a protected page and
// begins as NaN (large memory at its ends). Calls from a thread without a current context, streams and memory of another
// device, launches with impossible grids and unknown kernels fail as the driver's do.
#include "host_shim.h"
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

#include "../../main/cuda/kernels.cu"

typedef int CUresult;
typedef unsigned long long CUdeviceptr;

enum {
  OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, DEVICE_UNAVAILABLE = 46, NO_DEVICE = 100, INVALID_IMAGE = 200, INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400, NOT_FOUND = 500, ILLEGAL_ADDRESS = 700, LAUNCH_FAILED = 719
};

namespace {

struct Stream {
  int device;
  std::vector<std::function<void()>> work;
  size_t done = 0;
};

struct Event {
  Stream *stream = nullptr;
  size_t upTo = 0;
};

struct Allocation {
  int device; // -1: of the host
  void *pages;
  size_t length;
  size_t bytes;
};

constexpr int MAX_DEVICES = 8;

std::recursive_mutex lock;
std::map<CUdeviceptr, Allocation> allocations;
size_t totalMemory = 4ull << 30;
size_t takenMemory = 0; // by somebody else
size_t usedMemory[MAX_DEVICES] = {};
int driverVersion = 13000;
int computeMajor = 8;
int deviceCount = 1;
// 1: launches fail; 2: a kernel has failed, and with it the context; 3: nobody gets a context; 4: machine code is not
// known; 5: it is, but its kernels are not found
int failure = 0;
int retained = 0; // contexts that somebody holds
int contextsMade = 0;
int contexts[MAX_DEVICES];
thread_local int *context = nullptr;

typedef void (*Launcher)(dim3, dim3, void **);

#define LAUNCHER(name) \
  { #name, [](dim3 grid, dim3 threads, void **parameters) { shim::launch(name, grid, threads, parameters); } }

const std::map<std::string, Launcher> kernels = {
    LAUNCHER(activate_columns), LAUNCHER(add_matrix), LAUNCHER(trie_attention), LAUNCHER(clamp_matrix), LAUNCHER(clear_matrix),
    LAUNCHER(epilogue), LAUNCHER(gate_columns), LAUNCHER(gate_rows), LAUNCHER(gather_rows),
    LAUNCHER(gemm_bfloat16), LAUNCHER(gemm_float32), LAUNCHER(log_softmax_tile), LAUNCHER(norm_rows),
    LAUNCHER(operands_bfloat16), LAUNCHER(operands_float32), LAUNCHER(rotate_heads), LAUNCHER(route_experts),
    LAUNCHER(scale_matrix), LAUNCHER(scatter_add_rows), LAUNCHER(trie_attention_wide),
};

// How many parameters a kernel has, and how large they are together: what a launch copies.
template <class... A> std::vector<size_t> sizes(void (*)(A...)) { return {sizeof(A)...}; }
#define SIZES(name) { #name, sizes(name) }
const std::map<std::string, std::vector<size_t>> parameterSizes = {
    SIZES(activate_columns), SIZES(add_matrix), SIZES(trie_attention), SIZES(clamp_matrix), SIZES(clear_matrix), SIZES(epilogue),
    SIZES(gate_columns), SIZES(gate_rows), SIZES(gather_rows), SIZES(gemm_bfloat16), SIZES(gemm_float32),
    SIZES(log_softmax_tile), SIZES(norm_rows), SIZES(operands_bfloat16), SIZES(operands_float32),
    SIZES(rotate_heads), SIZES(route_experts), SIZES(scale_matrix), SIZES(scatter_add_rows), SIZES(trie_attention_wide),
};

// A copy of what was loaded.
struct Module {
  std::string image;
  bool compiled; // from PTX
};

// As the header and the sections of an ELF file say
size_t elfBytes(const char *image) {
  auto number = [&](size_t at, size_t width) {
    size_t value = 0;
    std::memcpy(&value, image + at, width);
    return value;
  };
  size_t sections = number(0x28, 8), size = number(0x3a, 2), count = number(0x3c, 2);
  size_t end = std::max(sections + size * count, number(0x20, 8) + number(0x36, 2) * number(0x38, 2));
  for (size_t i = 0; i < count; i++) {
    size_t section = sections + i * size;
    bool inFile = number(section + 4, 4) != 8; // 8: nothing but zeros in memory
    if (inFile) end = std::max(end, number(section + 0x18, 8) + number(section + 0x20, 8));
  }
  return end;
}

void drain(Stream *stream, size_t upTo) {
  while (stream->done < upTo) {
    auto next = std::move(stream->work[stream->done]);
    stream->done++;
    next();
  }
}

constexpr size_t SPOILED = 1 << 20; // at either end of memory, so that large memory costs nothing

void *allocate(size_t bytes, Allocation &allocation) {
  size_t page = sysconf(_SC_PAGESIZE);
  size_t rounded = (bytes + 255) / 256 * 256;
  size_t body = (rounded + page - 1) / page * page;
  char *pages = (char *)mmap(nullptr, body + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + body, page, PROT_NONE);
  size_t spoiled = std::min(rounded, SPOILED);
  std::memset(pages + body - rounded, 0xff, spoiled);
  std::memset(pages + body - spoiled, 0xff, spoiled);
  allocation = {-1, pages, body + page, bytes};
  return pages + body - rounded;
}

int device() { return (int)(context - contexts); }

// Memory of another device cannot be reached from this one.
bool reachable(CUdeviceptr pointer) {
  auto found = allocations.upper_bound(pointer);
  if (found == allocations.begin()) return true; // no address of ours
  --found;
  bool inside = pointer < found->first + found->second.bytes;
  return !inside || found->second.device < 0 || found->second.device == device();
}

struct Guard {
  std::lock_guard<std::recursive_mutex> held{lock};
};

} // namespace

#define ENTER            \
  Guard guard;           \
  if (context == nullptr) return INVALID_CONTEXT

// Of a stream that belongs to the current context
#define ENTER_STREAM(stream) \
  ENTER;                     \
  if (stream == nullptr || stream->device != device()) return INVALID_HANDLE

extern "C" {

// What a test may set.
void emulated_memory(size_t total, size_t taken) { totalMemory = total; takenMemory = taken; }
void emulated_device(int count, int major, int version) { deviceCount = count; computeMajor = major; driverVersion = version; }
void emulated_failure(int kind) { failure = kind; }
size_t emulated_contexts() { return retained; }
size_t emulated_contexts_made() { return contextsMade; }

void emulated_device_memory(int ordinal, size_t *total, size_t *free) {
  *total = totalMemory;
  *free = totalMemory - takenMemory - usedMemory[ordinal];
}

size_t emulated_used() {
  size_t sum = 0;
  for (size_t used : usedMemory) sum += used;
  return sum;
}

// Work of another library in one of this driver's streams.
void emulated_enqueue(void *stream, std::function<void()> *work) {
  Guard guard;
  ((Stream *)stream)->work.push_back([work] {
    (*work)();
    delete work;
  });
}

CUresult cuInit(unsigned) { return deviceCount == 0 ? NO_DEVICE : OK; }
CUresult cuDriverGetVersion(int *version) { *version = driverVersion; return OK; }
CUresult cuDeviceGetCount(int *count) { *count = deviceCount; return OK; }
CUresult cuDeviceGet(int *device, int ordinal) { *device = ordinal; return ordinal < deviceCount ? OK : 101; }
CUresult cuDeviceGetName(char *name, int length, int) { std::snprintf(name, length, "Emulated device"); return OK; }
CUresult cuDeviceGetUuid(char *bytes, int ordinal) {
  std::memset(bytes, 0, 16);
  bytes[15] = (char)(ordinal + 1);
  return OK;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, int) { *bytes = totalMemory; return OK; }

CUresult cuDeviceGetAttribute(int *value, int attribute, int) {
  switch (attribute) {
    case 16: *value = 4; return OK;            // multiprocessors
    case 75: *value = computeMajor; return OK; // compute capability
    case 76: *value = 0; return OK;
    default: return INVALID_VALUE;
  }
}

CUresult cuDevicePrimaryCtxRetain(void **out, int ordinal) {
  if (failure == 3) return DEVICE_UNAVAILABLE;
  *out = &contexts[ordinal];
  retained++;
  contextsMade++;
  return OK;
}
CUresult cuDevicePrimaryCtxRelease_v2(int) { retained--; return OK; }
CUresult cuCtxSetCurrent(void *wanted) { context = (int *)wanted; return OK; }

CUresult cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER;
  *total = totalMemory;
  *free = totalMemory - takenMemory - usedMemory[device()];
  return OK;
}

CUresult cuMemAlloc_v2(CUdeviceptr *out, size_t bytes) {
  ENTER;
  if (bytes == 0) return INVALID_VALUE;
  if (usedMemory[device()] + takenMemory + bytes > totalMemory) return OUT_OF_MEMORY;
  Allocation allocation;
  *out = (CUdeviceptr)allocate(bytes, allocation);
  allocation.device = device();
  allocations[*out] = allocation;
  usedMemory[device()] += bytes;
  return OK;
}

CUresult cuMemFree_v2(CUdeviceptr pointer) {
  ENTER;
  auto found = allocations.find(pointer);
  if (found == allocations.end()) return INVALID_VALUE;
  usedMemory[found->second.device] -= found->second.bytes;
  munmap(found->second.pages, found->second.length);
  allocations.erase(found);
  return OK;
}

CUresult cuMemHostAlloc(void **out, size_t bytes, unsigned) {
  ENTER;
  Allocation allocation;
  *out = allocate(bytes, allocation);
  allocations[(CUdeviceptr)*out] = allocation;
  return OK;
}

CUresult cuMemFreeHost(void *pointer) {
  ENTER;
  auto found = allocations.find((CUdeviceptr)pointer);
  if (found == allocations.end()) return INVALID_VALUE;
  munmap(found->second.pages, found->second.length);
  allocations.erase(found);
  return OK;
}

CUresult cuStreamCreate(Stream **out, unsigned) { ENTER; *out = new Stream{device(), {}, 0}; return OK; }
CUresult cuStreamDestroy_v2(Stream *stream) { ENTER; drain(stream, stream->work.size()); delete stream; return OK; }

CUresult cuStreamSynchronize(Stream *stream) {
  ENTER_STREAM(stream);
  if (failure == 2) return LAUNCH_FAILED;
  drain(stream, stream->work.size());
  return OK;
}

CUresult cuEventCreate(Event **out, unsigned) { ENTER; *out = new Event(); return OK; }
CUresult cuEventDestroy_v2(Event *event) { ENTER; delete event; return OK; }

CUresult cuEventRecord(Event *event, Stream *stream) {
  ENTER_STREAM(stream); // the default stream would order everything
  *event = {stream, stream->work.size()};
  return OK;
}

CUresult cuEventSynchronize(Event *event) {
  ENTER;
  if (event->stream != nullptr) drain(event->stream, event->upTo);
  return OK;
}

CUresult cuStreamWaitEvent(Stream *stream, Event *event, unsigned) {
  ENTER_STREAM(stream);
  Event recorded = *event;
  stream->work.push_back([recorded] {
    if (recorded.stream != nullptr) drain(recorded.stream, recorded.upTo);
  });
  return OK;
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void *source, size_t bytes, Stream *stream) {
  ENTER_STREAM(stream);
  if (!reachable(target)) return INVALID_VALUE;
  stream->work.push_back([=] { std::memcpy((void *)target, source, bytes); });
  return OK;
}

CUresult cuMemcpyDtoHAsync_v2(void *target, CUdeviceptr source, size_t bytes, Stream *stream) {
  ENTER_STREAM(stream);
  if (!reachable(source)) return INVALID_VALUE;
  stream->work.push_back([=] { std::memcpy(target, (void *)source, bytes); });
  return OK;
}

CUresult cuMemsetD32Async(CUdeviceptr target, unsigned value, size_t count, Stream *stream) {
  ENTER_STREAM(stream);
  if (!reachable(target)) return INVALID_VALUE;
  stream->work.push_back([=] { std::fill_n((unsigned *)target, count, value); });
  return OK;
}

// CUDA_MEMCPY2D of cuda.h; memory types 1 host, 2 device
struct Copy2D {
  size_t srcX, srcY;
  int srcType;
  const void *srcHost;
  CUdeviceptr srcDevice;
  void *srcArray;
  size_t srcPitch, dstX, dstY;
  int dstType;
  void *dstHost;
  CUdeviceptr dstDevice;
  void *dstArray;
  size_t dstPitch, width, height;
};

CUresult cuMemcpy2DAsync_v2(const Copy2D *given, Stream *stream) {
  ENTER_STREAM(stream);
  if (!reachable(given->srcDevice) || !reachable(given->dstDevice)) return INVALID_VALUE;
  Copy2D copy = *given;
  if (copy.srcPitch < copy.width || copy.dstPitch < copy.width) return INVALID_VALUE;
  const char *source = copy.srcType == 1 ? (const char *)copy.srcHost : (const char *)copy.srcDevice;
  char *target = copy.dstType == 1 ? (char *)copy.dstHost : (char *)copy.dstDevice;
  stream->work.push_back([=] {
    for (size_t row = 0; row < copy.height; row++) {
      std::memcpy(target + (copy.dstY + row) * copy.dstPitch + copy.dstX,
                  source + (copy.srcY + row) * copy.srcPitch + copy.srcX, copy.width);
    }
  });
  return OK;
}

CUresult cuModuleLoadData(Module **module, const void *image) {
  ENTER;
  const char *bytes = (const char *)image;
  bool machineCode = std::memcmp(bytes, "\x7f" "ELF", 4) == 0;
  if (machineCode && failure == 4) return INVALID_IMAGE;
  std::string text = machineCode ? std::string(bytes, elfBytes(bytes)) : bytes;
  if (!machineCode && text.find("\n.version ") == std::string::npos) return INVALID_IMAGE;
  *module = new Module{text, !machineCode};
  return OK;
}

CUresult cuModuleUnload(Module *module) { ENTER; delete module; return OK; }

CUresult cuModuleGetFunction(const std::pair<const std::string, Launcher> **function, Module *module,
                             const char *name) {
  ENTER;
  if (!module->compiled && failure == 5) return NOT_FOUND;
  std::string entry = module->compiled ? ".entry " + std::string(name) + "(" : ".text." + std::string(name);
  auto found = kernels.find(name);
  if (found == kernels.end() || module->image.find(entry) == std::string::npos) return NOT_FOUND;
  *function = &*found;
  return OK;
}

CUresult cuLaunchKernel(const std::pair<const std::string, Launcher> *function, unsigned gx, unsigned gy, unsigned gz,
                        unsigned bx, unsigned by, unsigned bz, unsigned, Stream *stream, void **parameters, void **) {
  ENTER_STREAM(stream);
  if (failure == 1 || failure == 2) return LAUNCH_FAILED;
  bool possible = gx > 0 && gy > 0 && gz > 0 && gx <= 0x7fffffffu && gy <= 65535 && gz <= 65535 && bx > 0 &&
                  by == 1 && bz == 1 && bx <= 1024;
  if (!possible) return INVALID_VALUE;
  const std::vector<size_t> &sizes = parameterSizes.at(function->first);
  std::vector<std::vector<char>> copies;
  for (size_t i = 0; i < sizes.size(); i++) {
    copies.emplace_back((char *)parameters[i], (char *)parameters[i] + sizes[i]);
    if (sizes[i] == sizeof(CUdeviceptr) && !reachable(*(CUdeviceptr *)parameters[i])) return ILLEGAL_ADDRESS;
  }
  stream->work.push_back([=]() mutable {
    std::vector<void *> pointers;
    for (auto &copy : copies) pointers.push_back(copy.data());
    function->second({gx, gy, gz}, {bx, by, bz}, pointers.data());
  });
  return OK;
}

CUresult cuGetErrorName(CUresult error, const char **name) {
  switch (error) {
    case INVALID_VALUE: *name = "CUDA_ERROR_INVALID_VALUE"; return OK;
    case OUT_OF_MEMORY: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return OK;
    case DEVICE_UNAVAILABLE: *name = "CUDA_ERROR_DEVICE_UNAVAILABLE"; return OK;
    case INVALID_CONTEXT: *name = "CUDA_ERROR_INVALID_CONTEXT"; return OK;
    case LAUNCH_FAILED: *name = "CUDA_ERROR_LAUNCH_FAILED"; return OK;
    default: *name = "CUDA_ERROR_OF_THE_EMULATION"; return OK;
  }
}

CUresult cuGetErrorString(CUresult error, const char **text) { return cuGetErrorName(error, text); }
}
