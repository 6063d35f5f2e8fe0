// SPDX-License-Identifier: Apache-2.0
#include "app/shell/instruments.h"

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/grids_state.h"
#include "app/panels/common/message.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/presenter.h"
#include "app/session/preferences.h"
#include "app/session/session_file.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/picture_text.h"
#include "app/widgets/probe.h"
#include "core/analysis/difference.h"
#include "core/base/text_file.h"

#include <nlohmann/json.hpp>

#include <imgui.h>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace regard::shell {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(WorkerState state) {
  static constexpr std::array<const char*, 5> kNames{"idle", "loading_model", "running", "generating", "resting"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* name_of(AttentionKind kind) {
  static constexpr std::array<const char*, 3> kNames{"self", "cross", "encoder"};
  return kNames[static_cast<std::size_t>(kind)];
}

Json token_list(const Encoding& encoding) {
  constexpr std::size_t kMost = 2048;
  Json list = Json::array();
  for (const Token& token : encoding.tokens) {
    if (list.size() == kMost) break;
    list.push_back(token.piece);
  }
  return list;
}

const char* name_of(Shown shown) {
  static constexpr std::array<const char*, 3> kNames{"live", "baseline", "difference"};
  return kNames[static_cast<std::size_t>(shown)];
}

Json pairs_of(const Alignment& alignment) {
  Json list = Json::array();
  for (const AlignedPair& pair : alignment.pairs)
    list.push_back({pair.first, pair.second});
  return list;
}

/// What the live text is compared with, the partners among the tokens, and how far each head moved.
Json comparison_of(const Comparison& comparison, AttentionKind kind) {
  Json json;
  json["name"] = comparison.name;
  json["error"] = comparison.error ? comparison.error->what() : "";
  json["tokens"] = comparison.baseline ? token_list(comparison.baseline->encoding) : Json::array();
  json["pairs"] = pairs_of(comparison.alignment);
  json["pending"] = comparison.movements_pending;
  json["movements"] = Json::array();
  for (const HeadMovement& each : comparison.movements[static_cast<std::size_t>(kind)])
    json["movements"].push_back({{"layer", each.head.layer},
                                 {"head", each.head.head},
                                 {"movement", each.movement},
                                 {"lost", each.lost},
                                 {"gained", each.gained}});
  return json;
}

/// Where the item is that keys press; null without one.
Json focus_of_keys() {
  const std::optional<FocusBox> box = focus_box();
  return box ? Json{box->min.x, box->min.y, box->max.x, box->max.y} : Json();
}

Json state_of(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  const Preferences& preferences = context.preferences;
  const PanelState& state = context.state;
  const GridView& grid = context.views.grid;
  Json json;
  json["snapshot"] = snapshot.number;
  json["worker"] = name_of(context.world.worker);
  json["text_shown"] = snapshot.source_text;
  json["image_shown"] = snapshot.source_image;
  json["model_shown"] = snapshot.model ? snapshot.model->folder.string() : "";
  json["tokens"] = token_list(snapshot.encoding);
  json["encoder_tokens"] = token_list(snapshot.encoder_encoding);
  json["attention"] = name_of(shown_kind(snapshot, context.session));
  json["decoder_text"] = has_two_texts(snapshot) ? snapshot.encoding.text : "";
  json["decoder_written"] = snapshot.decoder_written;
  json["shown"] = name_of(context.shown);
  if (snapshot.comparison)
    json["comparison"] = comparison_of(*snapshot.comparison, shown_kind(snapshot, context.session));
  json["query"] = context.views.query;
  json["key"] = context.views.key;
  json["grid_units"] = grid.rows.size();
  json["grid_columns"] = grid.cols.size();
  json["score_limit"] = grid.score_limit;
  json["weight_limit"] = grid.weight_limit;
  json["renormalised"] = grid.renormalised;
  if (!grid.sinks.empty()) json["sinks"] = {{"score", grid.sink_score}, {"shares", grid.sinks}};
  if (const MapState& map = state.of<GridsState>().map; context.views.all_rows && map.drawn != nullptr) {
    json["map"] = {{"block", map.drawn->block}, {"score_limit", map.score_limit}, {"weight_limit", map.weight_limit}};
    if (map.told)
      json["map"]["hovered"] = {{"row", map.told->row},
                                {"col", map.told->col},
                                {"score", map.told->numbers.score},
                                {"weight", map.told->numbers.weight}};
  }
  json["language"] = preferences.language == Language::ru ? "ru" : "en";
  json["theme"] = preferences.theme == ThemeChoice::dark ? "dark" : "light";
  json["text_scale"] = text_scale_of(preferences);
  json["overlay"] = state.of<PathDialog>().kind != PathDialog::Kind::closed  ? "dialog"
                    : state.of<WindowState>().overlay == Overlay::help       ? "help"
                    : state.of<WindowState>().overlay == Overlay::log        ? "log"
                    : state.of<WindowState>().overlay == Overlay::palette    ? "palette"
                    : state.of<WindowState>().overlay == Overlay::exporting  ? "exporting"
                    : state.of<WindowState>().overlay == Overlay::model_card ? "card"
                                                                             : "none";
  json["menu_open"] = menu_is_open(state);
  json["typing"] = ImGui::GetIO().WantTextInput;
  json["focus"] = focus_of_keys();
  json["classroom"] = preferences.classroom;
  json["keys_shown"] = state.of<PresenterState>().keys;
  json["can_undo"] = context.world.can_undo;
  json["can_redo"] = context.world.can_redo;
  json["messages"] = Json::array();
  if (context.world.log != nullptr)
    for (const Message& message : *context.world.log)
      json["messages"].push_back(text_of(message));
  return json;
}

/// What a person can read in the picture.
Json texts_of_picture() {
  Json list = Json::array();
  for (const PictureText& text : text_of_picture(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts))
    list.push_back(text.text);
  return list;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Instruments::Instruments(std::filesystem::path probe_file, std::filesystem::path session_dump, bool with_texts)
    : probe_file_(std::move(probe_file)), session_dump_(std::move(session_dump)), with_texts_(with_texts) {
  probe_enable(!probe_file_.empty());
}

void Instruments::write(std::filesystem::path& path, const std::string& text, std::string& last) {
  if (text == last) return;
  last = text;
  try {
    write_file_atomically(path, text);
  } catch (const Error&) {
    path.clear();
    throw;
  }
}

void Instruments::record(const PanelContext& context, std::uint64_t frame) {
  if (!session_dump_.empty()) write(session_dump_, to_json(context.session), last_session_);
  if (probe_file_.empty()) return;
  // The frame number changes always: it is added behind the comparison of everything else.
  const std::string items = probe_json();
  const std::string body = items.substr(0, items.rfind('}')) + ",\"session\":" + to_json(context.session) +
                           ",\"state\":" + dump(state_of(context)) +
                           (with_texts_ ? ",\"texts\":" + dump(texts_of_picture()) : std::string());
  if (body == last_probe_) return;
  last_probe_ = body;
  std::string ignored;
  write(probe_file_, body + ",\"frame\":" + std::to_string(frame) + "}\n", ignored);
}

}  // namespace regard::shell
