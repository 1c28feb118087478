// cuBLASLt for tests, as far as the engine uses it: column-major products in the emulated driver's streams. Attributes
// have the numbers and sizes of cublasLt.h; anything else fails as the library's would.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>

extern "C" void emulated_enqueue(void *stream, std::function<void()> *work);

namespace {

int statusOfMatmul = 0;
int statusOfCreate = 0; // what a library that the driver is too old for answers
bool hasEpilogues = true;
uint64_t largestProduct = 0; // rows that one product has had

enum { OK = 0, INVALID_VALUE = 7, NOT_SUPPORTED = 15 };

struct Description {
  int computeType, scaleType;
  int transA = 0;
  int epilogue = 1;
  const float *bias = nullptr;
};

struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t ld;
};

struct Preference {
  uint64_t workspace = 0;
  uint32_t reductionSchemes = 7;
  uint32_t alignments[4] = {256, 256, 256, 256};
};

struct Algo {
  uint64_t data[8];
};

struct Result {
  Algo algo;
  size_t workspaceSize;
  int state;
  float waves;
  int reserved[4];
};

float element(const void *matrix, int type, size_t index) {
  if (type == 0) return ((const float *)matrix)[index];
  uint32_t bits = (uint32_t)((const uint16_t *)matrix)[index] << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

template <class T> int read(T *target, const void *value, size_t size) {
  if (size != sizeof(T)) return INVALID_VALUE;
  std::memcpy(target, value, size);
  return OK;
}

} // namespace

extern "C" {

size_t cublasLtGetVersion() { return 130100; }
// What a test may set and see.
void emulated_cublaslt_create(int status) { statusOfCreate = status; }
void emulated_cublaslt_matmul(int status) { statusOfMatmul = status; }
void emulated_cublaslt_epilogues(int has) { hasEpilogues = has != 0; }
uint64_t emulated_cublaslt_rows() { return std::exchange(largestProduct, 0); }

int cublasLtCreate(void **handle) { *handle = new int(0); return statusOfCreate; }
int cublasLtDestroy(void *handle) { delete (int *)handle; return OK; }

int cublasLtMatmulDescCreate(Description **out, int computeType, int scaleType) {
  if ((computeType != 68 && computeType != 69) || scaleType != 0) return INVALID_VALUE;
  *out = new Description{computeType, scaleType};
  return OK;
}

int cublasLtMatmulDescDestroy(Description *description) { delete description; return OK; }

int cublasLtMatmulDescSetAttribute(Description *description, int attribute, const void *value, size_t size) {
  switch (attribute) {
    case 3: return read(&description->transA, value, size);
    case 7: return read(&description->epilogue, value, size);
    case 8: return read(&description->bias, value, size);
    default: return INVALID_VALUE;
  }
}

int cublasLtMatrixLayoutCreate(Layout **out, int type, uint64_t rows, uint64_t columns, int64_t ld) {
  if ((type != 0 && type != 14) || ld < (int64_t)rows) return INVALID_VALUE;
  *out = new Layout{type, rows, columns, ld};
  return OK;
}

int cublasLtMatrixLayoutDestroy(Layout *layout) { delete layout; return OK; }
int cublasLtMatmulPreferenceCreate(Preference **out) { *out = new Preference(); return OK; }
int cublasLtMatmulPreferenceDestroy(Preference *preference) { delete preference; return OK; }

int cublasLtMatmulPreferenceSetAttribute(Preference *preference, int attribute, const void *value, size_t size) {
  switch (attribute) {
    case 1: return read(&preference->workspace, value, size);
    case 3: return read(&preference->reductionSchemes, value, size);
    case 5: case 6: case 7: case 8: return read(&preference->alignments[attribute - 5], value, size);
    default: return INVALID_VALUE;
  }
}

bool isComplete(const Description *description) { return (description->epilogue & 4) == 0 || description->bias != nullptr; }

// Two candidates: one that splits a product, which the engine must not take, and one that does not.
int cublasLtMatmulAlgoGetHeuristic(void *, Description *description, Layout *a, Layout *b, Layout *c, Layout *d,
                                   Preference *preference, int wanted, Result *results, int *found) {
  bool fits = description->transA == 1 && a->rows == b->rows && a->columns == d->rows && b->columns == d->columns &&
              c->rows == d->rows && c->columns == d->columns && d->type == 0 && a->type == b->type &&
              preference->reductionSchemes == 0 && preference->workspace > 0 && wanted >= 2 &&
              isComplete(description) && (hasEpilogues || description->epilogue == 1);
  if (!fits) return NOT_SUPPORTED;
  std::memset(results, 0, 2 * sizeof(Result));
  results[0].algo.data[0] = 4; // split in four
  results[1].algo.data[0] = 1;
  results[1].algo.data[1] = preference->alignments[3];
  *found = 2;
  return OK;
}

int cublasLtMatmulAlgoConfigGetAttribute(const Algo *algo, int attribute, void *value, size_t size, size_t *written) {
  if (size != 4 || (attribute != 2 && attribute != 3)) return INVALID_VALUE;
  *(uint32_t *)value = attribute == 2 ? (uint32_t)algo->data[0] : 0;
  *written = 4;
  return OK;
}

int cublasLtMatmulAlgoCheck(void *, Description *description, Layout *a, Layout *b, Layout *, Layout *d, const Algo *, Result *result) {
  if (!isComplete(description) || a->rows != b->rows || a->columns != d->rows || b->columns != d->columns) return INVALID_VALUE;
  *result = {};
  return OK;
}

int cublasLtMatmul(void *, Description *given, const float *alpha, const void *a, Layout *la, const void *b, Layout *lb,
                   const float *beta, const float *c, Layout *, float *d, Layout *ld, const Algo *algo, void *workspace,
                   size_t workspaceSize, void *stream) {
  if (statusOfMatmul != 0) return statusOfMatmul;
  bool aligned = algo->data[0] == 1 && (uintptr_t)d % algo->data[1] == 0 && (uintptr_t)a % 256 == 0 &&
                 (uintptr_t)b % 256 == 0 && c == d && workspace != nullptr && workspaceSize == 0;
  if (!aligned) return INVALID_VALUE;
  largestProduct = std::max(largestProduct, ld->columns);
  Description description = *given;
  Layout ofA = *la, ofB = *lb, ofD = *ld;
  float scale = *alpha, keep = *beta;
  emulated_enqueue(stream, new std::function<void()>([=] {
    for (uint64_t column = 0; column < ofD.columns; column++) {
      for (uint64_t row = 0; row < ofD.rows; row++) {
        float sum = 0;
        for (uint64_t k = 0; k < ofA.rows; k++) {
          sum += element(a, ofA.type, row * ofA.ld + k) * element(b, ofB.type, column * ofB.ld + k);
        }
        float *target = d + column * ofD.ld + row;
        float value = scale * sum + (keep == 0 ? 0 : keep * *target);
        if (description.epilogue & 4) value += description.bias[row];
        if (description.epilogue & 2) value = value > 0 ? value : 0;
        *target = value;
      }
    }
  }));
  return OK;
}
}
