// SPDX-License-Identifier: Apache-2.0
// Prose with headings, lists, tables, code, bold and italic words, live numbers and links, wrapped into a column. It knows no
// Markdown: whoever has prose makes RichText of it. Letters of several fonts stand on one baseline; a short word or a dash is
// not left alone at a line's end. UI thread only. Probes "<id>.link.<target>",
// "<id>.picture.<name>".
#pragma once

#include <imgui.h>

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t kNoLink = std::numeric_limits<std::size_t>::max();

/// Letters that look alike.
struct RichRun {
  std::string text{};
  bool bold = false, italic = false, code = false;
  bool number = false;         ///< of the model that is shown now
  std::size_t link = kNoLink;  ///< index into RichText::links

  friend bool operator==(const RichRun&, const RichRun&) = default;
};
using RichLine = std::vector<RichRun>;

struct RichBlock {
  enum class Kind { paragraph, heading, item, table, code, rule, picture };
  Kind kind = Kind::paragraph;
  int quoted = 0;         ///< how many quotes it stands in
  int level = 0;          ///< of a heading (1 is the largest), of an item in lists of lists (from 0)
  std::string mark{};     ///< before an item: "•", "2."
  RichLine runs{};        ///< of all but tables; below a picture
  std::string picture{};  ///< its name
  std::vector<std::vector<RichLine>> rows{};  ///< of a table; the first one is its head

  friend bool operator==(const RichBlock&, const RichBlock&) = default;
};

struct RichLink {
  /// `term`: a dotted line under the words, a card about them. `quiet`: the same, told by the mouse alone.
  enum class Kind { go, term, quiet };
  Kind kind = Kind::go;
  std::string target{};

  friend bool operator==(const RichLink&, const RichLink&) = default;
};

struct RichText {
  std::vector<RichBlock> blocks{};
  std::vector<RichLink> links{};

  friend bool operator==(const RichText&, const RichText&) = default;
};

/// A picture as it is shown; no height: there is none, and its words stand alone.
struct RichPicture {
  ImTextureID texture = nullptr;  ///< null: it is not there yet, or hidden; an empty frame stands for it
  ImVec2 size{};                  ///< pixels
};

struct RichTextSpec {
  std::string_view id = "text";
  const RichText* text = nullptr;
  float width = 0.0F;    ///< pixels; 0 = what is left of the line
  bool compact = false;  ///< less space between lines and blocks: cards, tooltips
  std::function<RichPicture(const std::string& name, float width)> picture{};  ///< none: words alone
};

/// Where a link's words stand that the mouse or the keyboard is on.
struct RichPlace {
  std::size_t link = kNoLink;
  ImVec2 min{}, max{};
};

struct RichTextResult {
  std::optional<RichPlace> hovered{};
  std::optional<RichPlace> focused{};  ///< by the keyboard
  std::optional<std::size_t> clicked{};
};

/// Draws the text at the cursor, which goes below it.
RichTextResult rich_text(const RichTextSpec& spec);
/// Pixels it will take. Nothing is drawn.
[[nodiscard]] float rich_text_height(const RichTextSpec& spec);

/// The words of a block, without its looks.
[[nodiscard]] std::string plain_text(const RichLine& line);

}  // namespace regard
