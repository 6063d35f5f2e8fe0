// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/prose_spans.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace regard {
namespace {

constexpr const char* kLinks = "term:…, show:…, step:1, lesson:…, https://…";
constexpr const char* kShows = "show:next, show:back, show: panel=question key=\"…\"";

std::string without_stand_ins(std::string text) {
  std::replace(text.begin(), text.end(), stands_for_brace, '{');
  std::replace(text.begin(), text.end(), stands_for_line_end, ' ');
  return text;
}

/// How many lines end in the bytes [begin, end) of a text.
std::size_t lines_in(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view part = text.substr(begin, end - begin);
  return static_cast<std::size_t>(std::count(part.begin(), part.end(), stands_for_line_end));
}

bool set(ProseSpan& span, ProseLink link, std::string target) {
  span.link = link;
  span.target = std::move(target);
  return true;
}

}  // namespace

bool SpanFinisher::count(std::size_t more) {
  notes_.parts += more;
  return notes_.parts <= most_prose_parts;
}

void SpanFinisher::finish(ProseSpan span, bool verbatim, std::vector<ProseSpan>& spans) {
  line_ = span.line;
  if (span.link != ProseLink::none && !read_link(span)) span.link = ProseLink::none;
  if (span.link == ProseLink::none) span.target.clear();
  if (verbatim || span.code || span.text.find('{') == std::string::npos) {
    span.text = without_stand_ins(std::move(span.text));
    if (!span.text.empty() || span.breaks) spans.push_back(std::move(span));
    return;
  }
  const std::string whole = std::move(span.text);
  line_ = span.line;
  for (std::size_t at = 0; at < whole.size();) {
    const std::size_t open = whole.find('{', at), close = whole.find('}', open);
    if (open != std::string::npos && !count(1 + span.show.size())) return;
    line_ += lines_in(whole, at, std::min(open, whole.size()));
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
    number.line = line_;
    read_number(without_stand_ins(whole.substr(open + 1, close - open - 1)), number);
    spans.push_back(std::move(number));
    span.breaks = false;
    line_ += lines_in(whole, open, close);
    at = close + 1;
  }
}

void SpanFinisher::read_number(const std::string& inside, ProseSpan& span) {
  try {
    span.number = parse_lesson_expression(inside, span.line);
  } catch (const Error& error) {
    complain(error);
    span.text = "{" + inside + "}";
  }
}

bool SpanFinisher::read_link(ProseSpan& span) {
  const std::string target = std::exchange(span.target, {});
  if (target.size() > longest_link) {
    complain(Error("lesson_link", {.expected = kLinks, .found = target}));
    return false;
  }
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

bool SpanFinisher::read_show(const std::string& target, const std::string& rest, ProseSpan& span) {
  if (rest == "next" || rest == "back") return set(span, ProseLink::show, rest);
  try {
    span.show = parse_lesson_arguments(rest);
    const bool whole = std::all_of(span.show.begin(), span.show.end(), [](const auto& a) { return !a.values.empty(); });
    if (whole && !span.show.empty()) return count(span.show.size()) && set(span, ProseLink::show, {});
    span.show.clear();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): told below, with the whole link
  }
  complain(Error("lesson_link", {.expected = kShows, .found = target}));
  return false;
}

}  // namespace regard
