// SPDX-License-Identifier: Apache-2.0
#include "app/panels/lesson/glossary_card.h"

#include "app/lesson/expression.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/redraw.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/word_search.h"
#include "app/widgets/nav.h"
#include "app/widgets/probe.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr double kWordRest = 0.45, kLabelRest = 0.9;  ///< seconds on a word of a text, on a label of the window
constexpr float kCardWidth = 23.0F;                   ///< ems

struct GlossaryState {
  // The card.
  std::optional<LabelledTerm> wanted{};  ///< in this frame
  std::optional<LabelledTerm> at{};      ///< what the card is about, or will be
  double since = 0.0;
  double rest = kWordRest;
  bool pressed = false;  ///< who clicks wants something else than a card, until the mouse leaves the place
  ImVec2 pressed_min{}, pressed_max{};
  bool open = false;
  ImVec2 min{}, max{};  ///< of the card in the last frame
  // The list.
  std::string search{};
  std::string chosen{};  ///< a term
  bool appearing = false;
  bool scroll = false;
  // Texts whose terms are links, too.
  std::shared_ptr<const Glossary> linked_of{};
  std::map<std::string, RichText> linked{};
};

GlossaryState& glossary_state(const PanelContext& context) {
  return context.state.of<GlossaryState>();
}

const Glossary* glossary_of(const PanelContext& context) {
  return context.world.lessons != nullptr ? context.world.lessons->glossary.get() : nullptr;
}

/// A term's text with links to the others.
const RichText& linked_text(const PanelContext& context, const GlossaryTerm& term) {
  GlossaryState& state = glossary_state(context);
  if (state.linked_of != context.world.lessons->glossary) {
    state.linked_of = context.world.lessons->glossary;
    state.linked.clear();
  }
  const auto found = state.linked.find(term.id);
  if (found != state.linked.end()) return found->second;
  RichText text = term.text;
  link_terms(text, *state.linked_of, term.id);
  return state.linked.emplace(term.id, std::move(text)).first->second;
}

void show_term(PanelContext& context, const GlossaryTerm& term) {
  try {
    context.command(ShowState{parse_lesson_arguments(term.show)});
    glossary_state(context).open = false;
    context.state.of<WindowState>().overlay = Overlay::none;
  } catch (const Error& error) {
    context.state.of<FilesState>().notice = make_message(error);
  }
}

/// The text; another term that is clicked in it.
void draw_term_text(PanelContext& context, const GlossaryTerm& term, float width) {
  const RichTextResult result =
      rich_text({.id = "card.text", .text = &linked_text(context, term), .width = width, .compact = true});
  if (!result.clicked) return;
  const std::string target = linked_text(context, term).links[*result.clicked].target;
  if (target.starts_with("term:")) open_glossary(context, target.substr(5));
}

bool is_in(ImVec2 point, ImVec2 min, ImVec2 max, float around) {
  return inside(point, {min.x - around, min.y - around}, {max.x + around, max.y + around});
}

/// Stays while the mouse is on the words, on the card or on the way between them.
bool is_held(const GlossaryState& state) {
  if (!state.open || !state.at) return false;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  return is_in(mouse, state.min, state.max, em(0.5F)) || is_in(mouse, state.at->min, state.at->max, em(0.3F));
}

/// Keys and the wheel move words under a mouse that rests: it does not point at them. Where keys go from item to item, they do.
bool moves_words() {
  const ImGuiIO& io = ImGui::GetIO();
  const bool keys = std::any_of(std::begin(io.KeysDownDuration), std::end(io.KeysDownDuration),
                                [](float seconds) { return seconds == 0.0F; });
  return io.MouseWheel != 0.0F || (keys && !io.NavVisible);
}

void follow_pointer(GlossaryState& state) {
  if (auto label = take_term_under_mouse()) {
    state.wanted = std::move(label);
    state.rest = kLabelRest;
  } else {
    state.rest = kWordRest;
  }
  const std::optional<LabelledTerm> wanted = std::exchange(state.wanted, std::nullopt);
  const double now = ImGui::GetTime();
  const bool in_card = state.open && is_in(ImGui::GetIO().MousePos, state.min, state.max, 0.0F);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  if (!in_card && (clicked || moves_words())) {
    state.pressed = true;
    state.pressed_min = wanted && clicked ? wanted->min : mouse;
    state.pressed_max = wanted && clicked ? wanted->max : mouse;
  }
  state.pressed = state.pressed && is_in(mouse, state.pressed_min, state.pressed_max, em(0.3F));
  if (state.pressed) {
    state.open = false;
    return;
  }
  if (wanted && !in_card) {
    if (!state.at || state.at->term != wanted->term) {
      state.since = now;
      state.open = false;
    }
    state.at = wanted;
    if (now - state.since >= state.rest)
      state.open = true;
    else
      draw_again_within(static_cast<float>(state.rest - (now - state.since)) + 0.01F);
    return;
  }
  if (is_held(state)) return;
  state.open = false;
  state.at.reset();
}

/// Below the words where there is room, else above them.
void place_card(const GlossaryState& state, float width) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float margin = em(0.5F), away = em(0.2F), height = state.max.y - state.min.y;
  const float left = std::clamp(state.at->min.x - em(0.5F), margin, std::max(margin, screen.x - margin - width));
  const bool below = state.at->max.y + away + height <= screen.y - margin || state.at->min.y < 0.5F * screen.y;
  ImGui::SetNextWindowPos({std::round(left), std::round(below ? state.at->max.y + away : state.at->min.y - away)},
                          ImGuiCond_Always, {0.0F, below ? 0.0F : 1.0F});
  const float room = below ? screen.y - state.at->max.y - away - margin : state.at->min.y - away - margin;
  ImGui::SetNextWindowSizeConstraints({width, 0.0F}, {width, std::max(em(6.0F), room)});
}

void draw_card_buttons(PanelContext& context, const GlossaryTerm& term) {
  const ScopedRaisedFrames frames;
  const ScopedFont font(fonts().small);
  if (!term.show.empty()) {
    if (framed_button("card.show", tr("glossary.show"))) show_term(context, term);
    ImGui::SameLine(0.0F, em(0.4F));
  }
  const ScopedTextColour muted(theme().text_muted);
  if (quiet_button("card.all", tr("glossary.all"))) open_glossary(context, term.id);
}

void draw_card(PanelContext& context, GlossaryState& state, const GlossaryTerm& term) {
  const float width = std::min(em(kCardWidth), ImGui::GetIO().DisplaySize.x - em(1.0F));
  place_card(state, width);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{em(1.0F), em(0.75F)});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().raised);
  ImGui::Begin("term_card", nullptr,
               ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                   ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize);
  if (ImGui::IsWindowAppearing()) draw_again_within(0.001F);  // it is measured before it can be seen
  const float inner = width - em(2.0F);
  heading(term.name);
  gap(0.35F);
  draw_term_text(context, term, inner);
  gap(0.5F);
  draw_card_buttons(context, term);
  state.min = ImGui::GetWindowPos();
  state.max = {state.min.x + ImGui::GetWindowWidth(), state.min.y + ImGui::GetWindowHeight()};
  probe("card", state.min, state.max);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

// --- all terms ---

std::vector<const GlossaryTerm*> found_terms(const Glossary& glossary, const std::string& typed) {
  const WordSearch search(typed);
  std::vector<std::pair<int, const GlossaryTerm*>> ranked;
  for (const GlossaryTerm& term : glossary.terms) {
    std::string words = term.name;
    for (const std::string& form : term.forms)
      words += " " + form;
    if (const auto rank = search.rank(folded(words + " " + term.id))) ranked.emplace_back(*rank, &term);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& one, const auto& other) { return one.first < other.first; });
  std::vector<const GlossaryTerm*> found;
  for (const auto& each : ranked)
    found.push_back(each.second);
  return found;
}

/// Arrows choose while the field is typed in.
void choose_by_keys(GlossaryState& state, const std::vector<const GlossaryTerm*>& found) {
  if (found.empty()) return;
  const auto at =
      std::find_if(found.begin(), found.end(), [&](const GlossaryTerm* term) { return term->id == state.chosen; });
  auto index = at == found.end() ? std::ptrdiff_t{-1} : at - found.begin();
  std::ptrdiff_t steps = 0;
  if (ImGui::IsKeyPressed(GLFW_KEY_DOWN)) ++steps;
  if (ImGui::IsKeyPressed(GLFW_KEY_UP)) --steps;
  if (steps == 0 && index >= 0) return;
  index = std::clamp<std::ptrdiff_t>(index + (index < 0 ? 1 : steps), 0, static_cast<std::ptrdiff_t>(found.size()) - 1);
  state.chosen = found[static_cast<std::size_t>(index)]->id;
  state.scroll = true;
}

void draw_list(GlossaryState& state, const std::vector<const GlossaryTerm*>& found, ImVec2 size) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0.0F, 0.0F});
  ImGui::BeginChild("terms", size, false, ImGuiWindowFlags_NoNavInputs);
  const float height = std::round(em(1.65F));
  for (const GlossaryTerm* term : found) {
    const ScopedId scope(term->id);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 max{min.x + ImGui::GetContentRegionAvail().x, min.y + height};
    if (ImGui::InvisibleButton("term", {max.x - min.x, height})) state.chosen = term->id;
    const bool chosen = term->id == state.chosen;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (chosen || ImGui::IsItemHovered())
      list.AddRectFilled(min, max, colour_u32(chosen ? theme().selection : theme().frame_hovered), em(0.25F));
    const Face face = text_face();
    paint_text(list, face, {min.x + em(0.5F), min.y + 0.5F * (height - face.size)}, colour_u32(theme().text),
               shortened(face, term->name, max.x - min.x - em(1.0F)));
    if (chosen && std::exchange(state.scroll, false)) ImGui::SetScrollHereY();
    if (probe_enabled()) probe("glossary.term." + term->id, min, max);
  }
  ImGui::EndChild();
  ImGui::PopStyleVar();
}

void draw_chosen(PanelContext& context, const GlossaryTerm* term, ImVec2 size, bool entered) {
  ImGui::BeginChild("chosen", size, false, child_nav_flags());
  if (term == nullptr) {
    coloured(theme().text_muted, tr("palette.none"));
  } else {
    heading(term->name);
    gap(0.4F);
    draw_term_text(context, *term, std::min(em(32.0F), ImGui::GetContentRegionAvail().x - em(0.5F)));
    gap(0.6F);
    const bool pressed = !term->show.empty() && framed_button("card.show", tr("glossary.show_enter"));
    if (!term->show.empty() && (pressed || entered)) show_term(context, *term);
  }
  ImGui::EndChild();
}

}  // namespace

void want_term_card(PanelContext& context, const LabelledTerm& term) {
  glossary_state(context).wanted = term;
}

void draw_term_card(PanelContext& context) {
  GlossaryState& state = glossary_state(context);
  const Glossary* glossary = glossary_of(context);
  const WindowState& window = context.state.of<WindowState>();
  const bool covered = window.overlay != Overlay::none || window.popup_open ||
                       context.state.of<PathDialog>().kind != PathDialog::Kind::closed;
  follow_pointer(state);
  if (glossary == nullptr || covered || !state.open || !state.at) return;
  const GlossaryTerm* term = term_named(*glossary, state.at->term);
  if (term != nullptr) draw_card(context, state, *term);
}

bool has_glossary(const PanelContext& context) {
  const Glossary* glossary = glossary_of(context);
  return glossary != nullptr && !glossary->terms.empty();
}

void open_glossary(PanelContext& context, const std::string& term) {
  GlossaryState& state = glossary_state(context);
  if (!term.empty())
    state.chosen = term;
  else if (state.at)
    state.chosen = state.at->term;
  state.search.clear();
  state.appearing = state.scroll = true;
  state.open = false;
  context.state.of<WindowState>().overlay = Overlay::glossary;
}

void draw_glossary(PanelContext& context) {
  GlossaryState& state = glossary_state(context);
  const Glossary* glossary = glossary_of(context);
  if (glossary == nullptr) return;
  const ScopedRaisedFrames frames;
  if (std::exchange(state.appearing, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(-1.0F);
  const bool entered =
      ImGui::InputTextWithHint("##search", tr("glossary.search"), &state.search, ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("glossary.search");
  gap(0.4F);
  const std::vector<const GlossaryTerm*> found = found_terms(*glossary, state.search);
  choose_by_keys(state, found);
  const auto chosen =
      std::find_if(found.begin(), found.end(), [&](const GlossaryTerm* term) { return term->id == state.chosen; });
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool beside = room.x >= em(36.0F);
  const ImVec2 list = beside ? ImVec2{em(14.0F), 0.0F} : ImVec2{0.0F, 0.35F * room.y};
  draw_list(state, found, list);
  if (beside) ImGui::SameLine(0.0F, em(1.25F));
  draw_chosen(context, chosen == found.end() ? nullptr : *chosen, {0.0F, 0.0F}, entered);
}

}  // namespace regard
