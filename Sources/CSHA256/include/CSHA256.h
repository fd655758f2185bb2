// SHA-256 (FIPS 180-4), in pieces: begin, add any number of times, end.
#ifndef CSHA256_H
#define CSHA256_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t state[8];
  uint64_t byte_count;
  uint8_t block[64];  // what is not a whole block yet: byte_count % 64 bytes of it
} sha256_state;

void sha256_begin(sha256_state *_Nonnull hash);
void sha256_add(sha256_state *_Nonnull hash, const void *_Nullable bytes, size_t count);
void sha256_end(sha256_state *_Nonnull hash, uint8_t digest[_Nonnull 32]);

#endif
