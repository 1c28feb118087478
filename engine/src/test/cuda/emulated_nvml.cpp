// NVIDIA's management library for tests, as far as the engine uses it: the memory of the emulated driver's devices.
#include <cstddef>
#include <cstdlib>
#include <cstring>

extern "C" {

void emulated_device_memory(int ordinal, size_t *total, size_t *free);

static unsigned long long told = 0; // as the size of every device, 0 for the true one
static int began = 0;

// What a test may set.
void emulated_nvml_total(size_t bytes) { told = bytes; }

enum { OK = 0, UNINITIALIZED = 1, NOT_FOUND = 6 };

int nvmlInit_v2() { began++; return OK; }
int nvmlShutdown() { return began-- > 0 ? OK : UNINITIALIZED; }

int nvmlDeviceGetHandleByUUID(const char *uuid, void **device) {
  if (began == 0) return UNINITIALIZED;
  const char *zeros = "GPU-00000000-0000-0000-0000-0000000000";
  if (std::strlen(uuid) != 40 || std::strncmp(uuid, zeros, 38) != 0) return NOT_FOUND;
  *device = (void *)std::strtol(uuid + 38, nullptr, 16);
  return OK;
}

struct Memory {
  unsigned long long total, free, used;
};

int nvmlDeviceGetMemoryInfo(void *device, Memory *memory) {
  if (began == 0) return UNINITIALIZED;
  size_t total, free;
  emulated_device_memory((int)(size_t)device - 1, &total, &free);
  *memory = {told == 0 ? total : told, free, total - free};
  return OK;
}
}
