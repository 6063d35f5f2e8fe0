// SPDX-License-Identifier: Apache-2.0
#include "app/panels/write/kv_cache.h"

#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/write/kv_pictures.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace regard {
namespace {

std::string short_number(std::uint64_t count, std::uint64_t unit) {
  const double value = static_cast<double>(count) / static_cast<double>(unit);
  return number(static_cast<float>(value), value < 100.0 ? 1 : 0);
}

/// 466944 -> "466 944"
std::string grouped_digits(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, 1, ' ');
  return digits;
}

void section(const char* key) {
  gap(0.6F);
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text, tr(key));
  ImGui::PopTextWrapPos();
}

void mono_line(const std::string& text) {
  const ScopedFont font(fonts().mono_small);
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text_muted, text);
  ImGui::PopTextWrapPos();
}

/// A share of the most, as a bar behind its name and number.
void weight_bar(const char* id, const std::string& name, std::uint64_t bytes, std::uint64_t most, bool ours) {
  const ScopedFont font(fonts().small);
  const float height = ImGui::GetTextLineHeight() + em(0.3F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 max{min.x + width, min.y + height};
  ImGui::Dummy({width, height});
  const std::string shown = readable_bytes(bytes);
  const float number_width = ImGui::CalcTextSize(shown.c_str()).x;
  const float share = most > 0 ? static_cast<float>(static_cast<double>(bytes) / static_cast<double>(most)) : 0.0F;
  const float inset = em(0.1F);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec4 ground = mix(theme().panel, theme().accent, ours ? 0.45F : 0.2F);
  list.AddRectFilled({min.x, min.y + inset}, {min.x + std::max(2.0F, width * share), max.y - inset}, colour_u32(ground),
                     em(0.15F));
  const float top = min.y + em(0.15F);
  const std::string label = fitted(name, width - number_width - em(1.5F));
  list.AddText({min.x + em(0.4F), top}, colour_u32(theme().text), label.c_str());
  list.AddText({max.x - number_width - em(0.2F), top}, colour_u32(theme().text), shown.c_str());
  probe(id, min, max);
  hint(tr("labelled", {{"name", name}, {"value", tr("kv_cache.bytes", {{"bytes", grouped_digits(bytes)}})}}));
}

/// What is kept of a token in a layer, in letters and in numbers.
std::string kept_numbers(const KvCacheView& view) {
  const auto text = [](std::size_t number) { return std::to_string(number); };
  if (view.latent)
    return "L·(r+s)·T·4 = " + text(view.layers) + "·(" + text(view.latent->rank) + "+" +
           text(view.latent->shared_dims) + ")";
  if (!view.heads_alike) return "2·Σ(G·d)·T·4 = 2·" + text(view.numbers_of_keys);
  return "2·L·G·d·T·4 = 2·" + text(view.layers) + "·" + text(view.kv_heads) + "·" + text(view.head_dim);
}

std::string name_of_ungrouped(const KvCacheView& view) {
  if (view.latent) return tr("kv_cache.of_heads");
  if (!view.heads_alike) return tr("kv_cache.ungrouped_layers");
  return tr_plural("kv_cache.ungrouped", view.heads, {{"kv_heads", view.kv_heads}});
}

void draw_memory(const KvCacheView& view) {
  section("kv_cache.memory");
  const std::string state = view.state_numbers > 0 ? "+ " + grouped_digits(view.state_numbers) + "·4 = " : "= ";
  mono_line(kept_numbers(view) + "·" + std::to_string(view.last.tokens) + "·4 " + state +
            tr("kv_cache.bytes", {{"bytes", grouped_digits(view.bytes)}}));
  if (view.latent)
    wrapped_caption(tr("kv_cache.latent", {{"rank", view.latent->rank}, {"shared", view.latent->shared_dims}}));
  if (view.layers_without > 0) wrapped_caption(tr_plural("kv_cache.layers_without", view.layers_without));
  if (view.layers_of_one_projection > 0)
    wrapped_caption(tr_plural("kv_cache.one_projection", view.layers_of_one_projection));
  const std::uint64_t most = std::max({view.bytes, view.bytes_ungrouped, view.bytes_cross});
  weight_bar("kv_cache.bytes", tr("kv_cache.float32"), view.bytes, most, true);
  weight_bar("kv_cache.bytes_half", tr("kv_cache.float16"), view.bytes_half, most, false);
  if (view.bytes_cross > 0)
    weight_bar("kv_cache.bytes_cross", tr("kv_cache.cross_kept"), view.bytes_cross, most, false);
  if (view.bytes_in_windows != view.bytes)
    weight_bar("kv_cache.bytes_windows", tr("kv_cache.in_windows"), view.bytes_in_windows, most, false);
  if (view.bytes == view.bytes_ungrouped && !view.latent) return wrapped_caption(tr("kv_cache.no_groups"));
  weight_bar("kv_cache.bytes_ungrouped", name_of_ungrouped(view), view.bytes_ungrouped, most, false);
}

struct Work {
  const char* name;
  std::string formula;
  std::uint64_t made;
  std::uint64_t from_scratch;
};

void cell(std::uint64_t count, const ImVec4& ink) {
  const std::string text = readable_count(count);
  const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.c_str()).x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room));
  coloured(ink, text);
  hint(grouped_digits(count));
}

void work_row(const Work& work, bool strong) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  const ImVec4& ink = strong ? theme().text : theme().text_muted;
  ImGui::PushTextWrapPos(0.0F);
  coloured(ink, tr(work.name));
  if (!work.formula.empty()) {
    const ScopedFont font(fonts().mono_small);
    coloured(mix(theme().text_muted, theme().panel, 0.15F), work.formula);
  }
  ImGui::PopTextWrapPos();
  ImGui::TableNextColumn();
  cell(work.made, strong ? theme().accent : theme().text);
  ImGui::TableNextColumn();
  cell(work.from_scratch, theme().text_muted);
}

void right_heading(const char* key) {
  ImGui::TableNextColumn();
  const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(tr(key)).x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room));
  coloured(theme().text_muted, tr(key));
}

/// Nothing where layers differ: no short formula tells of all of them.
std::string feed_forward_formula(const KvCacheView& view) {
  const std::string m = view.gated ? "3" : "2";
  if (!view.blocks_alike) return {};
  if (!view.experts) return "n·L·" + m + "·D·F";
  const std::string gate = view.experts->shared_is_gated ? " + 1" : "";
  const std::string shared = view.experts->shared_width > 0 ? " + " + m + "·W" + gate : "";
  return "n·L·D·(E + k·" + m + "·F" + shared + ")";
}

/// Nothing where the formulas sum over layers that differ.
std::string head_sizes(const KvCacheView& view) {
  if (!view.heads_alike) return {};
  return "H = " + std::to_string(view.heads) + ", G = " + std::to_string(view.kv_heads) +
         ", d = " + std::to_string(view.head_dim) + ", ";
}

/// What the letters of that formula stand for, besides D.
std::string feed_forward_sizes(const KvCacheView& view) {
  if (!view.blocks_alike) return {};
  std::string sizes = ", F = " + std::to_string(view.feed_forward);
  if (!view.experts) return sizes;
  sizes += ", E = " + std::to_string(view.experts->count) + ", k = " + std::to_string(view.experts->chosen);
  return view.experts->shared_width > 0 ? sizes + ", W = " + std::to_string(view.experts->shared_width) : sizes;
}

/// Layers that keep a state are counted in another way than the others.
bool mixes_kinds(const KvCacheView& view) {
  return view.state_numbers > 0;
}

/// The formula of projections tells of them alone.
bool projects_more(const KvCacheView& view) {
  return mixes_kinds(view) || view.streams > 1;
}

std::string projections_formula(const KvCacheView& view) {
  if (projects_more(view)) return {};
  if (!view.latent) return view.heads_alike ? "n·L·2·D·(H+G)·d" : "n·2·D·Σ(H+G)·d";
  const std::string queries = view.latent->query_rank > 0 ? "R·(D + H·d)" : "D·H·d";
  return "n·L·(" + queries + " + D·(r+s) + r·H·(d−s+v) + D·H·v)";
}

std::string attention_formula(const KvCacheView& view) {
  if (mixes_kinds(view)) return {};
  if (!view.heads_alike) return view.windows.empty() ? "2·Σ(H·d)·Σ(i+1)" : "2·Σ H·d·Σ min(i+1, w)";
  const std::string heads = view.value_dim == view.head_dim ? "2·H·d" : "H·(d+v)";
  return view.windows.empty() ? (view.latent ? "L·" + heads : "2·L·H·d") + "·Σ(i+1)" : heads + "·Σ min(i+1, w)";
}

/// What the letters of the latent rows stand for.
std::string latent_sizes(const KvCacheView& view) {
  if (!view.latent) return {};
  const std::string rank = view.latent->query_rank > 0 ? ", R = " + std::to_string(view.latent->query_rank) : "";
  return "v = " + std::to_string(view.value_dim) + ", r = " + std::to_string(view.latent->rank) +
         ", s = " + std::to_string(view.latent->shared_dims) + rank + ", ";
}

void draw_table(const KvCacheView& view) {
  std::vector<Work> works{
      {"kv_cache.projections", projections_formula(view), view.made.projections, view.from_scratch.projections},
      {"kv_cache.attention", attention_formula(view), view.made.attention, view.from_scratch.attention},
      {"kv_cache.feed_forward", feed_forward_formula(view), view.made.feed_forward, view.from_scratch.feed_forward},
      {"kv_cache.unembedding", "D·V", view.made.unembedding, view.from_scratch.unembedding},
      {"kv_cache.total", "", view.made.total(), view.from_scratch.total()},
  };
  if (view.encoded > 0)
    works.insert(works.begin() + 2,
                 {"kv_cache.cross", view.last.reused == 0 ? "2·L·H·d·(n·D + n·S + S·D)" : "2·L·H·d·(n·D + n·S)",
                  view.made.cross, view.from_scratch.cross});
  float number_column = 0.0F;  // no wider than what stands in it: names and formulas have the rest
  const auto make_room = [&](const std::string& text) {
    number_column = std::max(number_column, ImGui::CalcTextSize(text.c_str()).x);
  };
  make_room(tr("kv_cache.made"));
  make_room(tr("kv_cache.from_scratch"));
  for (const Work& work : works) {
    make_room(readable_count(work.made));
    make_room(readable_count(work.from_scratch));
  }
  if (!ImGui::BeginTable("work", 3, ImGuiTableFlags_None)) return;
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch);
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, number_column);
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, number_column);
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  right_heading("kv_cache.made");
  right_heading("kv_cache.from_scratch");
  for (const Work& work : works)
    work_row(work, work.name == works.back().name);
  ImGui::EndTable();
}

std::string times(std::uint64_t more, std::uint64_t less) {
  const double ratio = less > 0 ? static_cast<double>(more) / static_cast<double>(less) : 1.0;
  return number(static_cast<float>(ratio), ratio < 9.95 ? 1 : 0);
}

void draw_arithmetic(const KvCacheView& view) {
  section("kv_cache.arithmetic");
  const ScopedFont font(fonts().small);
  draw_table(view);
  if (view.last.computed() == 0) return wrapped_caption(tr("kv_cache.nothing"));
  std::string saved;
  if (view.last.reused > 0)
    saved = tr("kv_cache.saved", {{"times", times(view.from_scratch.total(), view.made.total())}}) + " ";
  if (view.steps.size() > 1)
    saved += tr_plural("kv_cache.saved_all", view.steps.size(),
                       {{"made", readable_count(view.all_made)},
                        {"from_scratch", readable_count(view.all_from_scratch)},
                        {"times", times(view.all_from_scratch, view.all_made)}});
  if (!saved.empty()) {
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().text, saved);
    ImGui::PopTextWrapPos();
  }
  const auto size = [](const char* letter, std::size_t value) {
    return letter + std::string(" = ") + std::to_string(value);
  };
  wrapped_caption(tr(
      "kv_cache.letters",
      {{"n", view.last.computed()},
       {"sizes", size("L", view.layers) + ", " + head_sizes(view) + latent_sizes(view) + size("D", view.hidden) +
                     feed_forward_sizes(view) + ", " + size("V", view.vocabulary) + ", " + size("T", view.last.tokens) +
                     (view.encoded > 0 ? ", " + size("S", view.encoded) : std::string())}}));
}

const char* obstacle_key(KvCacheView::Obstacle obstacle) {
  switch (obstacle) {
    case KvCacheView::Obstacle::model:
      return "kv_cache.bidirectional";
    case KvCacheView::Obstacle::mask:
      return "kv_cache.mask";
    case KvCacheView::Obstacle::no_text:
    case KvCacheView::Obstacle::none:
      break;
  }
  return "kv_cache.no_text";
}

}  // namespace

std::string readable_bytes(std::uint64_t bytes) {
  constexpr std::uint64_t kibi = 1024;
  if (bytes < kibi) return tr("kv_cache.bytes", {{"bytes", bytes}});
  if (bytes < kibi * kibi) return tr("kv_cache.kib", {{"size", short_number(bytes, kibi)}});
  if (bytes < kibi * kibi * kibi) return tr("kv_cache.mib", {{"size", short_number(bytes, kibi * kibi)}});
  return tr("kv_cache.gib", {{"size", short_number(bytes, kibi * kibi * kibi)}});
}

std::string readable_count(std::uint64_t count) {
  constexpr std::uint64_t thousand = 1000;
  constexpr std::uint64_t million = thousand * thousand;
  if (count < thousand) return std::to_string(count);
  if (count < million) return tr("kv_cache.thousand", {{"count", short_number(count, thousand)}});
  if (count < thousand * million) return tr("kv_cache.million", {{"count", short_number(count, million)}});
  return tr("kv_cache.billion", {{"count", short_number(count, thousand * million)}});
}

void draw_kv_cache(PanelContext& context) {
  const KvCacheView& view = context.views.kv_cache;
  if (!context.tabbed) heading(tr("kv_cache.title"));
  tell_live_shown(context);
  if (view.obstacle != KvCacheView::Obstacle::none) {
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().text, tr(obstacle_key(view.obstacle)));
    ImGui::PopTextWrapPos();
    return;
  }
  wrapped_caption(tr("kv_cache.about"));
  section("kv_cache.last_step");
  draw_cache_rows(context, view);
  if (view.steps.size() > 1) {
    section("kv_cache.steps");
    draw_cache_steps(view);
  }
  draw_memory(view);
  draw_arithmetic(view);
}

}  // namespace regard
