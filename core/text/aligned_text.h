// SPDX-License-Identifier: Apache-2.0
// A text that remembers, byte by byte, where it came from: normalisers and pre-tokenizers rewrite the text and keep the
// spans exact. Plain values, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Bytes [begin, end) of the text that was given to encode(). Texts are kept below 1 GiB, so 32 bits suffice.
struct ByteSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

/// `source[n]` is what byte n of `text` was made from; an inserted byte has an empty span at its place.
struct AlignedText {
  std::string text{};
  std::vector<ByteSpan> source{};  ///< [text.size()]

  void append(std::string_view bytes, ByteSpan span) {
    text.append(bytes);
    source.insert(source.end(), bytes.size(), span);
  }
  void append(const AlignedText& other, std::size_t begin, std::size_t end) {
    text.append(other.text, begin, end - begin);
    source.insert(source.end(), other.source.begin() + static_cast<std::ptrdiff_t>(begin),
                  other.source.begin() + static_cast<std::ptrdiff_t>(end));
  }
  void reserve(std::size_t bytes) {
    text.reserve(bytes);
    source.reserve(bytes);
  }
};

/// A half-open range of bytes of an AlignedText: a word on its way through the pre-tokenizers.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// Bytes [begin, end) of `original`, each its own source.
[[nodiscard]] AlignedText aligned_copy(std::string_view original, std::size_t begin, std::size_t end);

/// The bytes of the original text that text[range] was made from. Inserted bytes count only where nothing else does.
[[nodiscard]] ByteSpan source_of(const AlignedText& text, TextRange range);

}  // namespace regard
