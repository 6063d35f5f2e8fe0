// SPDX-License-Identifier: Apache-2.0
// The decoder's side of an encoder–decoder model as text: typed by a person, or written by the model. Any thread.
#pragma once

#include "core/engine/engine.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace regard {

/// How many tokens the model writes where nobody typed a text.
inline constexpr std::size_t kWrittenTokens = 48;

/// The tokens every text of this decoder begins with; they stand for no bytes of the text.
[[nodiscard]] Encoding decoder_beginning(const Model& model);

/// A text as the decoder reads it: its beginning, then the text without the special tokens that would end it. At most
/// config.context tokens.
[[nodiscard]] Encoding encode_for_decoder(const Model& model, std::string_view text);

/// Tokens the model wrote after its beginning, over the text they make.
[[nodiscard]] Encoding encoding_of_written(const Model& model, std::span<const std::int32_t> made);

/// The most probable continuation of the beginning, token by token, at most kWrittenTokens: `request` says what the encoder
/// reads, mask and temperature. Throws Error, Cancelled.
[[nodiscard]] Encoding write_for_decoder(const std::shared_ptr<const Model>& model, Request request,
                                         const std::stop_token& stop = {});

}  // namespace regard
