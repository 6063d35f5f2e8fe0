// SPDX-License-Identifier: Apache-2.0
#include "app/session/kept_state.h"

#include "app/session/session.h"
#include "app/session/session_parts.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace regard {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t newest_kept_format = 1;

std::string text_of(const Session& session) {
  return json_of(session).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string to_json(const KeptState& state) {
  const std::string head = "{\"format\": 1,\n\"current\": " + text_of(state.current) + ",\n\"past\": [";
  constexpr std::string_view kTail = "]}\n";
  std::vector<std::string> steps;
  std::size_t bytes = head.size() + kTail.size();
  for (auto step = state.past.rbegin(); step != state.past.rend() && steps.size() < max_kept_steps; ++step) {
    std::string text = text_of(*step);
    bytes += text.size() + 2;
    if (bytes > max_kept_bytes) break;
    steps.push_back(std::move(text));
  }
  std::string written = head;
  written.reserve(bytes);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step)
    written += (step == steps.rbegin() ? "" : ",\n") + *step;
  return written + std::string(kTail);
}

KeptState kept_state_from_json(std::string_view text, const std::string& file) {
  const Document document(text, file, newest_kept_format);
  KeptState state;
  document.fields().read_object("current", [&](const Fields& fields) { state.current = read_session(fields); });
  document.fields().read_list("past", max_kept_steps,
                              [&](const Fields& fields) { state.past.push_back(read_session(fields)); });
  return state;
}

}  // namespace regard
