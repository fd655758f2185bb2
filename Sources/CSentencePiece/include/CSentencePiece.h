/// libsentencepiece through a flat C interface: opaque handles, every pointer with its length, status codes with a message.
/// No C++ exception leaves these functions. They do not guard against vocabularies that corrupt the library itself:
/// the caller checks the model proto first.
#ifndef CSENTENCEPIECE_H
#define CSENTENCEPIECE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded vocabulary. Immutable: any number of threads may encode and decode with one at a time.
typedef struct csp_processor csp_processor;

typedef enum csp_status {
  CSP_OK = 0,
  /// A null pointer, a length that doesn't fit, an id outside the vocabulary.
  CSP_INVALID_ARGUMENT = 1,
  /// The library returned an error status; the message is its own.
  CSP_LIBRARY_ERROR = 2,
  CSP_OUT_OF_MEMORY = 3,
  /// The library threw.
  CSP_EXCEPTION = 4,
} csp_status;

/// Where a message goes on failure: at most `capacity` bytes, always NUL-terminated if `capacity` > 0.
typedef struct csp_message {
  char *_Nullable text;
  size_t capacity;
} csp_message;

/// Loads a serialised `sentencepiece.ModelProto`. `*processor` is set on CSP_OK alone; free it with `csp_free`.
csp_status csp_load(const uint8_t *_Nullable proto, size_t length, csp_processor *_Nullable *_Nonnull processor,
                    csp_message message);

void csp_free(csp_processor *_Nullable processor);

/// Encodes `length` bytes of text, NUL bytes included. On CSP_OK `*ids` points to `*count` ids; free them with
/// `csp_free_ids`.
csp_status csp_encode(const csp_processor *_Nonnull processor, const char *_Nullable text, size_t length,
                      int32_t *_Nullable *_Nonnull ids, size_t *_Nonnull count, csp_message message);

void csp_free_ids(int32_t *_Nullable ids);

/// Decodes `count` ids. On CSP_OK `*text` points to `*length` bytes, not NUL-terminated; free them with
/// `csp_free_text`.
csp_status csp_decode(const csp_processor *_Nonnull processor, const int32_t *_Nullable ids, size_t count,
                      char *_Nullable *_Nonnull text, size_t *_Nonnull length, csp_message message);

void csp_free_text(char *_Nullable text);

/// The number of pieces.
int32_t csp_size(const csp_processor *_Nonnull processor);

/// The vocabulary's own ids, or -1.
int32_t csp_bos_id(const csp_processor *_Nonnull processor);
int32_t csp_eos_id(const csp_processor *_Nonnull processor);
int32_t csp_unk_id(const csp_processor *_Nonnull processor);
int32_t csp_pad_id(const csp_processor *_Nonnull processor);

/// The id of a piece; the unknown id where the vocabulary lacks it.
int32_t csp_piece_to_id(const csp_processor *_Nonnull processor, const char *_Nullable piece, size_t length);

/// The spelling of a piece, borrowed from the processor; null (and length 0) outside the vocabulary.
const char *_Nullable csp_id_to_piece(const csp_processor *_Nonnull processor, int32_t id, size_t *_Nonnull length);

/// The type of a piece, as in `sentencepiece.ModelProto`: 1 normal or user-defined (the library doesn't tell them
/// apart), 2 unknown, 3 control, 5 unused, 6 byte; 0 outside the vocabulary.
int32_t csp_piece_type(const csp_processor *_Nonnull processor, int32_t id);

#ifdef __cplusplus
}
#endif

#endif
