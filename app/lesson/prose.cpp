// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/prose.h"

#include "app/lesson/prose_spans.h"
#include "core/base/excerpt.h"
#include "core/text/unicode.h"

#include <md4c.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kDeepest = 16;         // blocks inside of blocks
constexpr std::size_t kLongestQuoted = 200;  // bytes of what a mistake quotes

/// Well-known names; others stay as they are written.
std::string character_of(std::string_view entity) {
  for (const auto& [name, text] : {std::pair{"&amp;", "&"},
                                   {"&lt;", "<"},
                                   {"&gt;", ">"},
                                   {"&quot;", "\""},
                                   {"&nbsp;", "\u00A0"},
                                   {"&mdash;", "—"},
                                   {"&ndash;", "–"},
                                   {"&laquo;", "«"},
                                   {"&raquo;", "»"}})
    if (entity == name) return text;
  if (!entity.starts_with("&#") || entity.size() < 4) return std::string(entity);
  const bool hexadecimal = entity[2] == 'x' || entity[2] == 'X';
  const std::string_view digits = entity.substr(hexadecimal ? 3 : 2, entity.size() - (hexadecimal ? 4 : 3));
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (error != std::errc() || end != digits.data() + digits.size() || code < 0x20 || code > 0x10FFFF || is_surrogate)
    return std::string(entity);
  std::string text;
  append_utf8(text, static_cast<char32_t>(code));
  return text;
}

/// What a link leads to; of more than longest_link bytes as much as shows that it is too long.
std::string text_of(const MD_ATTRIBUTE& attribute) {
  std::string text;
  if (attribute.text == nullptr) return text;
  for (std::size_t part = 0; attribute.substr_offsets[part] < attribute.size; ++part) {
    const std::string_view piece(attribute.text + attribute.substr_offsets[part],
                                 attribute.substr_offsets[part + 1] - attribute.substr_offsets[part]);
    text += attribute.substr_types[part] == MD_TEXT_ENTITY ? character_of(piece)
                                                           : std::string(piece.substr(0, longest_link + 1));
    if (text.size() > longest_link) break;
  }
  return text;
}

/// A picture and the span of its block that it stands before.
struct Picture {
  std::size_t before = 0;
  ProseBlock block{};
};
/// A block that is being filled.
struct OpenBlock {
  ProseBlock block{};
  std::vector<Picture> pictures{};
  std::size_t joins_from = 0;  ///< text is not joined to spans before this one: they stand before a picture
  [[nodiscard]] bool begins_here() const { return block.spans.empty() && block.blocks.empty() && pictures.empty(); }
};

bool is_blank(const ProseSpan& span) {
  return !span.number && span.text.find_first_not_of(' ') == std::string::npos;
}

/// What md4c calls while it reads, and the tree that grows from it.
class Tree {
public:
  Tree(std::string_view markdown, std::size_t first_line, LessonNotes& notes)
      : markdown_(markdown), line_(first_line), notes_(notes), finisher_(notes) {
    open_.push_back({});
  }

  [[nodiscard]] std::vector<ProseBlock> blocks() && {
    while (open_.size() > 1)
      close();
    return std::move(open_.front().block.blocks);
  }

  [[nodiscard]] bool count() { return ++notes_.parts <= most_prose_parts; }
  [[nodiscard]] std::size_t line() const { return line_; }

  void enter(MD_BLOCKTYPE type, void* detail) {
    if (type == MD_BLOCK_DOC || type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY) {
      in_head_ = type == MD_BLOCK_THEAD;
      return;
    }
    ProseBlock block;
    block.line = line_;
    switch (type) {
      case MD_BLOCK_QUOTE:
        block.kind = ProseKind::quote;
        break;
      case MD_BLOCK_UL:
      case MD_BLOCK_OL:
        block.kind = ProseKind::list;
        numbers_.push_back(type == MD_BLOCK_OL
                               ? std::optional<std::size_t>(static_cast<const MD_BLOCK_OL_DETAIL*>(detail)->start)
                               : std::nullopt);
        break;
      case MD_BLOCK_LI:
        block.kind = ProseKind::item;
        if (!numbers_.empty() && numbers_.back()) block.number = (*numbers_.back())++;
        break;
      case MD_BLOCK_HR:
        block.kind = ProseKind::rule;
        break;
      case MD_BLOCK_H:
        block.kind = ProseKind::heading;
        block.level = static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level;
        break;
      case MD_BLOCK_CODE:
        block.kind = ProseKind::code;
        break;
      case MD_BLOCK_TABLE:
        block.kind = ProseKind::table;
        break;
      case MD_BLOCK_TR:
        block.kind = ProseKind::row;
        block.head = in_head_;
        break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        block.kind = ProseKind::cell;
        block.head = type == MD_BLOCK_TH;
        break;
      default:
        block.kind = ProseKind::paragraph;
    }
    open_.push_back({std::move(block), {}, 0});
  }

  void leave(MD_BLOCKTYPE type) {
    if (type == MD_BLOCK_DOC || type == MD_BLOCK_THEAD || type == MD_BLOCK_TBODY) return;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) numbers_.pop_back();
    if (open_.size() > 1) close();
  }

  void enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_STRONG) ++strong_;
    if (type == MD_SPAN_EM) ++emphasis_;
    if (type == MD_SPAN_CODE) ++code_;
    if (type == MD_SPAN_A) target_ = target_of(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href);
    if (type == MD_SPAN_IMG && pictures_++ == 0) {  // one within another's caption is a part of it
      picture_ = target_of(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src);
      open_.back().joins_from = open_.back().block.spans.size();
    }
  }

  void leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_STRONG) --strong_;
    if (type == MD_SPAN_EM) --emphasis_;
    if (type == MD_SPAN_CODE) --code_;
    if (type == MD_SPAN_A) target_.reset();
    if (type == MD_SPAN_IMG && --pictures_ == 0) take_picture();
  }

  void text(MD_TEXTTYPE type, const char* bytes, std::size_t size) {
    const bool in_text = bytes >= markdown_.data() && bytes < markdown_.data() + markdown_.size();
    if (in_text) move_to(static_cast<std::size_t>(bytes - markdown_.data()));
    std::string piece(bytes, size);
    if (type == MD_TEXT_ENTITY) piece = character_of(piece);
    if (type == MD_TEXT_NULLCHAR) piece = "\uFFFD";
    if (type == MD_TEXT_SOFTBR) piece = stands_for_line_end;
    if (type == MD_TEXT_BR) return add({}, true);
    const bool escaped = type == MD_TEXT_NORMAL && in_text && bytes > markdown_.data() && bytes[-1] == '\\';
    if (escaped && piece.starts_with('{')) piece[0] = stands_for_brace;
    add(std::move(piece), false);
  }

private:
  /// A long one is defined once and may be named a hundred thousand times: it counts for as many parts as its length asks for.
  std::string target_of(const MD_ATTRIBUTE& attribute) {
    notes_.parts += attribute.size / longest_link;
    return text_of(attribute);
  }

  /// Lines are counted from where the last text was; md4c may go back a little.
  void move_to(std::size_t byte) {
    const auto from = markdown_.begin() + static_cast<std::ptrdiff_t>(std::min(byte, at_));
    const auto to = markdown_.begin() + static_cast<std::ptrdiff_t>(std::max(byte, at_));
    const auto lines = static_cast<std::size_t>(std::count(from, to, '\n'));
    line_ = byte < at_ ? line_ - lines : line_ + lines;
    at_ = byte;
    for (auto open = open_.rbegin(); open != open_.rend() && open->begins_here(); ++open)
      open->block.line = line_;  // it begins where its first text does
  }

  /// What stands in the block since the picture began is its caption.
  void take_picture() {
    OpenBlock& open = open_.back();
    std::vector<ProseSpan>& spans = open.block.spans;
    if (!picture_.starts_with("view:") || picture_.size() > longest_link) {
      notes_.add(line_, Error("lesson_link", {.expected = "view:weights", .found = picture_}));
      return;
    }
    Picture picture{open.joins_from, {}};
    picture.block.kind = ProseKind::picture;
    picture.block.view = picture_.substr(std::string_view("view:").size());
    picture.block.line = line_;
    const auto caption = spans.begin() + static_cast<std::ptrdiff_t>(open.joins_from);
    picture.block.spans.assign(std::make_move_iterator(caption), std::make_move_iterator(spans.end()));
    spans.erase(caption, spans.end());
    open.pictures.push_back(std::move(picture));
  }

  void add(std::string text, bool breaks) {
    std::vector<ProseSpan>& spans = open_.back().block.spans;
    ProseSpan span;
    span.text = std::move(text);
    span.strong = strong_ > 0;
    span.emphasis = emphasis_ > 0;
    span.code = code_ > 0;
    span.breaks = breaks;
    span.line = line_;
    span.target = target_.value_or("");
    span.link = target_ ? ProseLink::web : ProseLink::none;  // told apart when the block is closed
    const auto alike = [](const ProseSpan& a, const ProseSpan& b) {
      return a.strong == b.strong && a.emphasis == b.emphasis && a.code == b.code && a.target == b.target &&
             a.link == b.link;
    };
    if (!breaks && spans.size() > open_.back().joins_from && alike(spans.back(), span))
      spans.back().text += span.text;
    else
      spans.push_back(std::move(span));
  }

  std::vector<ProseSpan> finished(std::vector<ProseSpan>& given, std::size_t begin, std::size_t end, bool verbatim) {
    std::vector<ProseSpan> spans;
    for (std::size_t span = begin; span < end; ++span)
      if (notes_.parts <= most_prose_parts) finisher_.finish(std::move(given[span]), verbatim, spans);
    return spans;
  }

  /// The text of a block and the pictures in it, in their order, as blocks of their own.
  std::vector<ProseBlock> parts_of(OpenBlock& open) {
    std::vector<ProseBlock> parts;
    std::size_t from = 0;
    const auto add_text = [&](std::size_t end) {
      ProseBlock text;
      if (open.block.kind == ProseKind::heading) text.kind = ProseKind::heading;
      text.level = open.block.level;
      text.line = from < end ? open.block.spans[from].line : open.block.line;
      text.spans = finished(open.block.spans, from, end, false);
      from = end;
      if (std::all_of(text.spans.begin(), text.spans.end(), is_blank)) return;
      std::string &first = text.spans.front().text, &last = text.spans.back().text;
      first.erase(0, first.find_first_not_of(' '));
      last.erase(last.find_last_not_of(' ') + 1);
      parts.push_back(std::move(text));
    };
    for (Picture& picture : open.pictures) {
      add_text(picture.before);
      const std::size_t caption = picture.block.spans.size();
      picture.block.spans = finished(picture.block.spans, 0, caption, false);
      parts.push_back(std::move(picture.block));
    }
    add_text(open.block.spans.size());
    return parts;
  }

  void close() {
    OpenBlock open = std::move(open_.back());
    open_.pop_back();
    const ProseKind kind = open.block.kind;
    if (kind == ProseKind::cell)
      for (const Picture& picture : std::exchange(open.pictures, {}))
        notes_.add(picture.block.line, Error("lesson_picture", {.found = "view:" + picture.block.view}));
    const bool has_pictures = !open.pictures.empty();
    // Items of a tight list have their text without a paragraph.
    const bool in_parts = has_pictures || (kind == ProseKind::item && !open.block.spans.empty());
    std::vector<ProseBlock> parts = in_parts ? parts_of(open) : std::vector<ProseBlock>{};
    if (has_pictures && kind != ProseKind::item) return append(std::move(parts));
    ProseBlock block = std::move(open.block);
    block.spans =
        in_parts ? std::vector<ProseSpan>{} : finished(block.spans, 0, block.spans.size(), kind == ProseKind::code);
    block.blocks.insert(block.blocks.begin(), std::make_move_iterator(parts.begin()),
                        std::make_move_iterator(parts.end()));
    if (open_.size() > kDeepest) {  // too deep to be drawn: its parts become its neighbours
      append(std::exchange(block.blocks, {}));
      if (block.spans.empty()) return;
    }
    open_.back().block.blocks.push_back(std::move(block));
  }

  void append(std::vector<ProseBlock> blocks) {
    std::vector<ProseBlock>& to = open_.back().block.blocks;
    to.insert(to.end(), std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end()));
  }

  std::string_view markdown_;
  std::size_t line_;
  LessonNotes& notes_;
  SpanFinisher finisher_;
  std::vector<OpenBlock> open_{};                      ///< from the whole down to the one that is being filled
  std::vector<std::optional<std::size_t>> numbers_{};  ///< the next number of each open list
  std::optional<std::string> target_{};
  std::string picture_{};  ///< where the open picture leads
  std::size_t at_ = 0;
  int strong_ = 0, emphasis_ = 0, code_ = 0, pictures_ = 0;
  bool in_head_ = false;
};

/// Lines end as Unix ends them, and nothing in them is taken for a stand-in.
std::string plain_lines(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    const bool stray = text[at] == '\r' || text[at] == stands_for_brace || text[at] == stands_for_line_end;
    plain += stray ? ' ' : text[at];
  }
  return plain;
}

Tree& tree_of(void* data) {
  return *static_cast<Tree*>(data);
}

void append_words(const std::vector<ProseBlock>& blocks, std::string& text) {
  for (const ProseBlock& block : blocks) {
    if (!text.empty() && !text.ends_with(' ')) text += ' ';
    for (const ProseSpan& span : block.spans)
      text += (span.breaks ? " " : "") + span.text + (span.number ? "{" + written(*span.number) + "}" : "");
    append_words(block.blocks, text);
  }
}

}  // namespace

void add_mistake(std::vector<LessonMistake>& mistakes, LessonMistake mistake) {
  const auto before = [](const LessonMistake& a, const LessonMistake& b) { return a.line < b.line; };
  const auto place = std::upper_bound(mistakes.begin(), mistakes.end(), mistake, before);
  if (mistakes.size() >= max_lesson_mistakes && place == mistakes.end()) return;
  Error::Details told = mistake.error.details();
  for (std::string* quoted : {&told.item, &told.found})
    *quoted = excerpt(*quoted, kLongestQuoted);
  mistake.error = Error(mistake.error.code(), std::move(told));
  mistakes.insert(place, std::move(mistake));
  if (mistakes.size() > max_lesson_mistakes) mistakes.pop_back();
}

Prose parse_prose(std::string_view given, std::size_t first_line, LessonNotes& notes) {
  if (notes.parts > most_prose_parts) return {};  // what stood before has said so
  const std::string markdown = plain_lines(given);
  Tree tree(markdown, first_line, notes);
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_COLLAPSEWHITESPACE;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* data) {
    tree_of(data).enter(type, detail);
    return tree_of(data).count() ? 0 : -1;
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* data) {
    tree_of(data).leave(type);
    return 0;
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* data) {
    tree_of(data).enter_span(type, detail);
    return tree_of(data).count() ? 0 : -1;
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* data) {
    tree_of(data).leave_span(type);
    return 0;
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* data) {
    tree_of(data).text(type, text, size);
    return tree_of(data).count() ? 0 : -1;
  };
  const bool broken = md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &tree) != 0;
  const std::size_t line = tree.line();
  Prose prose{std::move(tree).blocks()};
  if (broken || notes.parts > most_prose_parts)
    notes.add(line, Error("lesson_markup", {.expected = std::to_string(most_prose_parts)}));
  return prose;
}

std::string plain_text(const Prose& prose) {
  std::string text;
  append_words(prose.blocks, text);
  while (text.ends_with(' '))
    text.pop_back();
  return text;
}

}  // namespace regard
