// SPDX-License-Identifier: Apache-2.0
// What the worker hands to the window: one finished run and everything derived from it that is too slow for a frame.
#pragma once

#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

/// One head's picture in the overview: weights, [side × side] (max-pooled when T is larger than the side), 0…1 as 8 bits.
struct Thumbnail {
  std::size_t side = 0;
  std::vector<std::uint8_t> pixels{};  ///< row-major, row = query
};

struct Snapshot {
  std::uint64_t number = 0;                    ///< grows with each finished request
  std::shared_ptr<const Model> model{};        ///< null until the first model has loaded
  std::shared_ptr<const Trace> trace{};        ///< of `encoding`; null while there is none
  Encoding encoding{};                         ///< the sentence this snapshot shows
  std::string source_text{};                   ///< the text that was asked for, byte for byte
  std::vector<std::vector<Thumbnail>> thumbnails{};  ///< [layers][heads]
  std::optional<Error> error{};                ///< the last request failed; the rest is the last good state
  double milliseconds = 0.0;                   ///< tokenize + run
};

}  // namespace regard
