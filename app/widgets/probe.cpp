// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/probe.h"

#include <algorithm>
#include <cstdio>

namespace regard {
namespace {

bool enabled = false;
std::vector<ProbeItem> items;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string field(std::string_view name, float value) {
  char text[64];
  std::snprintf(text, sizeof text, ",\"%.*s\":%.2f", static_cast<int>(name.size()), name.data(),
                static_cast<double>(value));
  return text;
}

void record(std::string_view id, ImVec2 min, ImVec2 max, std::optional<ProbeRange> range) {
  const ImVec2 clip_min = ImGui::GetWindowDrawList()->GetClipRectMin();
  const ImVec2 clip_max = ImGui::GetWindowDrawList()->GetClipRectMax();
  const ImVec2 low(std::max(min.x, clip_min.x), std::max(min.y, clip_min.y));
  const ImVec2 high(std::min(max.x, clip_max.x), std::min(max.y, clip_max.y));
  if (high.x <= low.x || high.y <= low.y) return;
  items.push_back({std::string(id), low, high, range});
}

}  // namespace

void probe_enable(bool on) {
  enabled = on;
}
bool probe_enabled() {
  return enabled;
}
void probe_clear() {
  items.clear();
}

void probe(std::string_view id, ImVec2 min, ImVec2 max) {
  if (enabled) record(id, min, max, std::nullopt);
}

void probe(std::string_view id, ImVec2 min, ImVec2 max, const ProbeRange& range) {
  if (enabled) record(id, min, max, range);
}

void probe_last_item(std::string_view id) {
  if (enabled) record(id, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), std::nullopt);
}

std::span<const ProbeItem> probe_items() {
  return items;
}

std::string probe_json() {
  std::string json = "{\"items\":[";
  for (const ProbeItem& item : items) {
    if (&item != &items.front()) json += ",\n";
    json += "{\"id\":" + quoted(item.id) + field("x", item.min.x) + field("y", item.min.y) +
            field("w", item.max.x - item.min.x) + field("h", item.max.y - item.min.y);
    if (item.range) {
      const std::string range = field("left", item.range->left) + field("top", item.range->top) +
                                field("cols", item.range->cols) + field("rows", item.range->rows);
      json += ",\"range\":{" + range.substr(1) + "}";
    }
    json += "}";
  }
  return json + "]}\n";
}

}  // namespace regard
