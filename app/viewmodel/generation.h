// SPDX-License-Identifier: Apache-2.0
// A continuation as a snapshot tells it: how far it is and why it ended. A plain value.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard {

struct Generation {
  enum class State {
    running,
    enough,     ///< as many tokens as were asked for
    end_token,  ///< the model ended the text
    context,    ///< the model reads no more tokens; the last one written stands behind those it reads
    stopped,    ///< by the person
  };
  State state = State::running;
  std::uint64_t number = 0;       ///< of the wish: RunRequest::generation
  std::size_t prompt_tokens = 0;  ///< the first new token's index
  std::size_t made = 0;           ///< new tokens in this snapshot
  std::size_t wanted = 0;         ///< at most so many
  /// The tokenizer cuts the finished text otherwise than the model wrote it (or an unfinished character was left out): it
  /// was read once more, so that these tokens and this trace are those of the text that is shown.
  bool read_again = false;

  [[nodiscard]] bool running() const { return state == State::running; }
};

}  // namespace regard
