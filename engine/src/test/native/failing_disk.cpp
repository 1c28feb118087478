// A disk that fails: preloaded into a process, it lets reads of *.safetensors fail (DISK_FAULT=error) or never come back
// (DISK_FAULT=stall) from the moment on when the file DISK_FAULT_AFTER exists.
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool is_of_weights(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return false;
    }
    path[length] = 0;
    return ends_with(path, ".safetensors");
}

extern "C" ssize_t pread64(int file, void *buffer, size_t bytes, off64_t position) {
    using Read = ssize_t (*)(int, void *, size_t, off64_t);
    static Read read = reinterpret_cast<Read>(dlsym(RTLD_NEXT, "pread64"));
    const char *fault = getenv("DISK_FAULT"), *after = getenv("DISK_FAULT_AFTER");
    if (fault && after && access(after, F_OK) == 0 && is_of_weights(file)) {
        if (strcmp(fault, "stall") == 0) {
            for (;;) {
                pause(); // no signal ends a read that a disk holds up
            }
        }
        errno = EIO;
        return -1;
    }
    return read(file, buffer, bytes, position);
}
