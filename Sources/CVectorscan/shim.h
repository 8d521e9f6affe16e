#include <hs.h>

/* Asks the processor for the line at an address, which may be any: what Swift has no word for. */
static inline void asksForMemory(const void *address) { __builtin_prefetch(address, 0, 3); }
