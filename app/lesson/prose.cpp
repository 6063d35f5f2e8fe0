// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/prose.h"

#include "core/text/unicode.h"

#include <md4c.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kDeepest = 16;        // blocks inside of blocks
constexpr std::size_t kMostParts = 50'000;  // blocks, spans and texts: the most a lesson of 1 MB is drawn with
constexpr const char* kLinks = "term:…, show:…, step:1, lesson:…, https://…";
constexpr const char* kShows = "show:next, show:back, show: panel=question key=\"…\"";
// Stand-ins until a block is whole: a brace that was written \{ (text, not a number's beginning), and where a line ended.
constexpr char kBrace = '\x02', kLineEnd = '\x03';

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
  if (error != std::errc() || end != digits.data() + digits.size() || code < 0x20 || code > 0x10FFFF)
    return std::string(entity);
  std::string text;
  append_utf8(text, static_cast<char32_t>(code));
  return text;
}

std::string without_stand_ins(std::string text) {
  std::replace(text.begin(), text.end(), kBrace, '{');
  std::replace(text.begin(), text.end(), kLineEnd, ' ');
  return text;
}

/// How many lines end before a byte.
std::size_t lines_in(const std::string& text, std::size_t byte) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
  return static_cast<std::size_t>(std::count(text.begin(), end, kLineEnd));
}

std::string text_of(const MD_ATTRIBUTE& attribute) {
  std::string text;
  if (attribute.text == nullptr) return text;
  for (std::size_t part = 0; attribute.substr_offsets[part] < attribute.size; ++part) {
    const std::string_view piece(attribute.text + attribute.substr_offsets[part],
                                 attribute.substr_offsets[part + 1] - attribute.substr_offsets[part]);
    text += attribute.substr_types[part] == MD_TEXT_ENTITY ? character_of(piece) : std::string(piece);
  }
  return text;
}

/// What md4c calls while it reads, and the tree that grows from it.
class Tree {
public:
  Tree(std::string_view markdown, std::size_t first_line, std::vector<LessonMistake>& mistakes)
      : markdown_(markdown), line_(first_line), mistakes_(mistakes) {
    open_.push_back({});
  }

  [[nodiscard]] std::vector<ProseBlock> blocks() && {
    while (open_.size() > 1)
      close();
    return std::move(open_.front().blocks);
  }

  [[nodiscard]] bool count() { return ++parts_ <= kMostParts; }
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
    open_.push_back(std::move(block));
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
    if (type == MD_SPAN_A) target_ = text_of(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href);
    if (type == MD_SPAN_IMG) picture_ = text_of(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src);
  }

  void leave_span(MD_SPANTYPE type) {
    if (type == MD_SPAN_STRONG) --strong_;
    if (type == MD_SPAN_EM) --emphasis_;
    if (type == MD_SPAN_CODE) --code_;
    if (type == MD_SPAN_A) target_.reset();
    if (type == MD_SPAN_IMG) {
      if (picture_->starts_with("view:"))
        open_.back().view = picture_->substr(5);
      else
        mistake("lesson_link", {.expected = "view:weights", .found = *picture_});
      picture_.reset();
    }
  }

  void text(MD_TEXTTYPE type, const char* bytes, std::size_t size) {
    const bool in_text = bytes >= markdown_.data() && bytes < markdown_.data() + markdown_.size();
    if (in_text) move_to(static_cast<std::size_t>(bytes - markdown_.data()));
    std::string piece(bytes, size);
    if (type == MD_TEXT_ENTITY) piece = character_of(piece);
    if (type == MD_TEXT_NULLCHAR) piece = "\uFFFD";
    if (type == MD_TEXT_SOFTBR) piece = kLineEnd;
    if (type == MD_TEXT_BR) return add({}, true);
    const bool escaped = type == MD_TEXT_NORMAL && in_text && bytes > markdown_.data() && bytes[-1] == '\\';
    if (escaped && piece.starts_with('{')) piece[0] = kBrace;
    add(std::move(piece), false);
  }

private:
  /// Lines are counted from where the last text was; md4c may go back a little.
  void move_to(std::size_t byte) {
    const auto from = markdown_.begin() + static_cast<std::ptrdiff_t>(std::min(byte, at_));
    const auto to = markdown_.begin() + static_cast<std::ptrdiff_t>(std::max(byte, at_));
    const auto lines = static_cast<std::size_t>(std::count(from, to, '\n'));
    line_ = byte < at_ ? line_ - lines : line_ + lines;
    at_ = byte;
    for (auto block = open_.rbegin(); block != open_.rend() && block->spans.empty() && block->blocks.empty(); ++block)
      block->line = line_;  // it begins where its first text does
  }

  void mistake(std::string_view code, Error::Details details) {
    mistakes_.push_back({line_, Error(code, std::move(details))});
  }

  void add(std::string text, bool breaks) {
    std::vector<ProseSpan>& spans = open_.back().spans;
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
    if (!breaks && !spans.empty() && alike(spans.back(), span))
      spans.back().text += span.text;
    else
      spans.push_back(std::move(span));
  }

  void close() {
    ProseBlock block = std::move(open_.back());
    open_.pop_back();
    std::vector<ProseSpan> spans;
    for (ProseSpan& span : block.spans)
      finish(std::move(span), block.kind == ProseKind::code, spans);
    block.spans = std::move(spans);
    if (!block.view.empty()) block.kind = ProseKind::picture;
    const bool tight = block.kind == ProseKind::item && !block.spans.empty();
    if (tight) {  // items of a tight list have their text without a paragraph
      ProseBlock paragraph;
      paragraph.line = block.line;
      paragraph.spans = std::move(block.spans);
      block.spans.clear();
      block.blocks.insert(block.blocks.begin(), std::move(paragraph));
    }
    if (open_.size() > kDeepest) {  // too deep to be drawn: its parts become its neighbours
      for (ProseBlock& inner : block.blocks)
        open_.back().blocks.push_back(std::move(inner));
      block.blocks.clear();
      if (block.spans.empty()) return;
    }
    open_.back().blocks.push_back(std::move(block));
  }

  /// Tells links apart and takes the numbers out of the text.
  void finish(ProseSpan span, bool verbatim, std::vector<ProseSpan>& spans) {
    line_of_mistakes_ = span.line;
    if (span.link != ProseLink::none && !read_link(span)) span.link = ProseLink::none;
    if (span.link == ProseLink::none) span.target.clear();
    if (verbatim || span.code || span.text.find('{') == std::string::npos) {
      span.text = without_stand_ins(std::move(span.text));
      if (!span.text.empty() || span.breaks) spans.push_back(std::move(span));
      return;
    }
    const std::string whole = std::move(span.text);
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t open = whole.find('{', at), close = whole.find('}', open);
      line_of_mistakes_ = span.line + lines_in(whole, open);
      if (open != std::string::npos && close == std::string::npos)
        complain(Error("lesson_brace", {.expected = "\\{", .found = without_stand_ins(whole.substr(open))}));
      const std::size_t end = close == std::string::npos ? whole.size() : open;
      if (end > at) {
        ProseSpan text = span;
        text.text = without_stand_ins(whole.substr(at, end - at));
        spans.push_back(std::move(text));
        span.breaks = false;
      }
      if (close == std::string::npos) return;
      ProseSpan number = span;
      number.line = line_of_mistakes_;
      read_number(without_stand_ins(whole.substr(open + 1, close - open - 1)), number);
      spans.push_back(std::move(number));
      span.breaks = false;
      at = close + 1;
    }
  }

  void read_number(const std::string& inside, ProseSpan& span) {
    try {
      span.number = parse_lesson_expression(inside, span.line);
    } catch (const Error& error) {
      complain(error);
      span.text = "{" + inside + "}";
    }
  }

  void complain(const Error& error) { mistakes_.push_back({line_of_mistakes_, error}); }

  bool read_link(ProseSpan& span) {
    const std::string target = std::exchange(span.target, {});
    const auto after = [&](std::string_view scheme) { return std::string(target.substr(scheme.size())); };
    if (target.starts_with("term:") && target.size() > 5) return set(span, ProseLink::term, after("term:"));
    if (target.starts_with("lesson:") && target.size() > 7) return set(span, ProseLink::lesson, after("lesson:"));
    if (target.starts_with("http://") || target.starts_with("https://")) return set(span, ProseLink::web, target);
    if (target.starts_with("step:")) {
      const std::string number = after("step:");
      const bool counts = !number.empty() && number.size() < 5 && number[0] != '0' &&
                          std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (counts) return set(span, ProseLink::step, number);
    }
    if (target.starts_with("show:")) return read_show(target, after("show:"), span);
    complain(Error("lesson_link", {.expected = kLinks, .found = target}));
    return false;
  }

  bool read_show(const std::string& target, const std::string& rest, ProseSpan& span) {
    if (rest == "next" || rest == "back") return set(span, ProseLink::show, rest);
    try {
      span.show = parse_lesson_arguments(rest);
      const bool whole =
          std::all_of(span.show.begin(), span.show.end(), [](const auto& a) { return !a.values.empty(); });
      if (whole && !span.show.empty()) return set(span, ProseLink::show, {});
      span.show.clear();
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): told below, with the whole link
    }
    complain(Error("lesson_link", {.expected = kShows, .found = target}));
    return false;
  }

  static bool set(ProseSpan& span, ProseLink link, std::string target) {
    span.link = link;
    span.target = std::move(target);
    return true;
  }

  std::string_view markdown_;
  std::size_t line_;
  std::vector<LessonMistake>& mistakes_;
  std::vector<ProseBlock> open_{};                     ///< from the whole down to the one that is being filled
  std::vector<std::optional<std::size_t>> numbers_{};  ///< the next number of each open list
  std::optional<std::string> target_{}, picture_{};
  std::size_t at_ = 0, parts_ = 0, line_of_mistakes_ = 0;
  int strong_ = 0, emphasis_ = 0, code_ = 0;
  bool in_head_ = false;
};

/// Lines end as Unix ends them, and nothing in them is taken for a stand-in.
std::string plain_lines(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    const bool stray = text[at] == '\r' || text[at] == kBrace || text[at] == kLineEnd;
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

Prose parse_prose(std::string_view given, std::size_t first_line, std::vector<LessonMistake>& mistakes) {
  const std::string markdown = plain_lines(given);
  Tree tree(markdown, first_line, mistakes);
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
  if (md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &tree) != 0)
    mistakes.push_back({tree.line(), Error("lesson_markup", {.expected = std::to_string(kMostParts)})});
  return {std::move(tree).blocks()};
}

std::string plain_text(const Prose& prose) {
  std::string text;
  append_words(prose.blocks, text);
  while (text.ends_with(' '))
    text.pop_back();
  return text;
}

}  // namespace regard
