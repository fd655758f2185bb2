#include "CSentencePiece.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <sentencepiece_processor.h>

struct csp_processor {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

void write(csp_message message, const char *text) noexcept {
  if (message.text == nullptr || message.capacity == 0) return;
  std::size_t length = std::strlen(text);
  if (length > message.capacity - 1) length = message.capacity - 1;
  std::memcpy(message.text, text, length);
  message.text[length] = '\0';
}

csp_status refuse(csp_message message, const char *reason) noexcept {
  write(message, reason);
  return CSP_INVALID_ARGUMENT;
}

/// Runs `body`, whose exceptions become status codes.
template <typename Body>
csp_status guarded(csp_message message, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    write(message, "out of memory");
    return CSP_OUT_OF_MEMORY;
  } catch (const std::exception &error) {
    write(message, error.what());
    return CSP_EXCEPTION;
  } catch (...) {
    write(message, "unknown C++ exception");
    return CSP_EXCEPTION;
  }
}

csp_status check(const sentencepiece::util::Status &status, csp_message message) {
  if (status.ok()) return CSP_OK;
  write(message, status.ToString().c_str());
  return CSP_LIBRARY_ERROR;
}

/// A `malloc`ed copy of `count` values; never null, so that an empty result differs from none.
template <typename Value>
Value *copied(const Value *values, std::size_t count) {
  auto *copy = static_cast<Value *>(std::malloc(count == 0 ? 1 : count * sizeof(Value)));
  if (copy == nullptr) throw std::bad_alloc();
  if (count > 0) std::memcpy(copy, values, count * sizeof(Value));
  return copy;
}

bool holds(const csp_processor *processor, int32_t id) noexcept {
  return id >= 0 && id < processor->processor.GetPieceSize();
}

}  // namespace

csp_status csp_load(const uint8_t *proto, size_t length, csp_processor **processor, csp_message message) {
  if (proto == nullptr || length == 0) return refuse(message, "the model proto is empty");
  if (length > INT_MAX) return refuse(message, "the model proto is larger than 2 GiB");
  return guarded(message, [&] {
    auto loaded = std::make_unique<csp_processor>();
    const auto status = loaded->processor.LoadFromSerializedProto(
        std::string_view(reinterpret_cast<const char *>(proto), length));
    const auto result = check(status, message);
    if (result == CSP_OK) *processor = loaded.release();
    return result;
  });
}

void csp_free(csp_processor *processor) { delete processor; }

csp_status csp_encode(const csp_processor *processor, const char *text, size_t length, int32_t **ids, size_t *count,
                      csp_message message) {
  if (text == nullptr && length > 0) return refuse(message, "the text is null");
  if (length > INT_MAX) return refuse(message, "the text is larger than 2 GiB");
  return guarded(message, [&] {
    std::vector<int> encoded;
    const auto result =
        check(processor->processor.Encode(std::string_view(length == 0 ? "" : text, length), &encoded), message);
    if (result != CSP_OK) return result;
    static_assert(sizeof(int) == sizeof(int32_t), "the library's ids are int");
    *ids = copied(encoded.data(), encoded.size());
    *count = encoded.size();
    return CSP_OK;
  });
}

void csp_free_ids(int32_t *ids) { std::free(ids); }

csp_status csp_decode(const csp_processor *processor, const int32_t *ids, size_t count, char **text, size_t *length,
                      csp_message message) {
  if (ids == nullptr && count > 0) return refuse(message, "the ids are null");
  if (count > INT_MAX) return refuse(message, "there are more than 2^31 ids");
  for (size_t index = 0; index < count; ++index) {
    if (!holds(processor, ids[index])) return refuse(message, "an id is outside the vocabulary");
  }
  return guarded(message, [&] {
    const std::vector<int> encoded(ids, ids + count);
    std::string decoded;
    const auto result = check(processor->processor.Decode(encoded, &decoded), message);
    if (result != CSP_OK) return result;
    *text = copied(decoded.data(), decoded.size());
    *length = decoded.size();
    return CSP_OK;
  });
}

void csp_free_text(char *text) { std::free(text); }

int32_t csp_size(const csp_processor *processor) { return processor->processor.GetPieceSize(); }
int32_t csp_bos_id(const csp_processor *processor) { return processor->processor.bos_id(); }
int32_t csp_eos_id(const csp_processor *processor) { return processor->processor.eos_id(); }
int32_t csp_unk_id(const csp_processor *processor) { return processor->processor.unk_id(); }
int32_t csp_pad_id(const csp_processor *processor) { return processor->processor.pad_id(); }

int32_t csp_piece_to_id(const csp_processor *processor, const char *piece, size_t length) {
  return processor->processor.PieceToId(std::string_view(piece == nullptr ? "" : piece, piece == nullptr ? 0 : length));
}

const char *csp_id_to_piece(const csp_processor *processor, int32_t id, size_t *length) {
  *length = 0;
  if (!holds(processor, id)) return nullptr;
  const std::string &piece = processor->processor.IdToPiece(id);
  *length = piece.size();
  return piece.data();
}

int32_t csp_piece_type(const csp_processor *processor, int32_t id) {
  if (!holds(processor, id)) return 0;
  if (processor->processor.IsUnknown(id)) return 2;
  if (processor->processor.IsControl(id)) return 3;
  if (processor->processor.IsUnused(id)) return 5;
  if (processor->processor.IsByte(id)) return 6;
  return 1;
}
