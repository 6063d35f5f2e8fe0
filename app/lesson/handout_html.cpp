// SPDX-License-Identifier: Apache-2.0
#include "app/export/text_fields.h"
#include "app/lesson/handout.h"
#include "app/style/locale.h"

#include <algorithm>
#include <string_view>

namespace regard {
namespace {

constexpr std::string_view kStyle = R"css(
:root { --ink: #1c1f26; --muted: #5b6270; --line: #c9ced8; --accent: #1f5fbf; }
* { box-sizing: border-box; }
body { margin: 2.5rem auto; max-width: 46rem; padding: 0 1.25rem; color: var(--ink); background: #fff;
  font: 1.0625rem/1.55 Inter, "DejaVu Sans", "Noto Sans", sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.4rem 0 .5rem; break-after: avoid; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; break-after: avoid; }
.about, figcaption, .aside h4 { color: var(--muted); }
code, pre { font-family: "JetBrains Mono", "DejaVu Sans Mono", monospace; font-size: .9em; }
pre { background: #f4f5f8; padding: .7rem .9rem; overflow-x: auto; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid var(--line); }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; }
figure { margin: 1.2rem 0; break-inside: avoid; text-align: center; }
figure svg { max-width: 100%; height: auto; }
figcaption { font-size: .92rem; }
.question { border: 1.5px solid var(--accent); border-radius: .5rem; padding: .9rem 1.1rem; margin: 1.2rem 0; break-inside: avoid; }
.options { list-style: none; padding: 0; }
.options li::before { content: ""; display: inline-block; width: .95em; height: .95em; border: 1.5px solid var(--ink);
  margin-right: .6em; vertical-align: -.12em; }
.row span { display: inline-block; border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .5rem; margin: .15rem; }
.room { height: 6.4rem; background: repeating-linear-gradient(#fff, #fff 2.1rem, var(--line) 2.1rem, var(--line) calc(2.1rem + 1px)); }
.aside { border-top: 1px solid var(--line); margin-top: 1.4rem; font-size: .95rem; }
.aside h4 { margin: .6rem 0 0; font-weight: 600; }
.answers { break-before: page; margin-top: 4rem; }
section.lesson + section.lesson { break-before: page; margin-top: 5rem; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 11pt; } .answers, section.lesson + section.lesson { margin-top: 0; } }
@page { size: A4; margin: 18mm; }
)css";

std::string element(const std::string& tag, const std::string& inside) {
  return "<" + tag + ">" + inside + "</" + tag.substr(0, tag.find(' ')) + ">\n";
}

/// The picture within the page, without the lines that begin a file of its own.
std::string inline_svg(const Figure& figure) {
  std::string svg = figure_as_svg(figure);
  svg.erase(0, std::min(svg.find("<svg"), svg.size()));
  return svg;
}

std::string html_of(const std::vector<ProseSpan>& spans) {
  std::string html;
  for (const ProseSpan& span : spans) {
    std::string text = markup_text(span.text);
    if (span.code) text = "<code>" + text + "</code>";
    if (span.emphasis) text = "<em>" + text + "</em>";
    if (span.strong) text = "<strong>" + text + "</strong>";
    if (span.link == ProseLink::web) text = "<a href=\"" + markup_text(span.target) + "\">" + text + "</a>";
    html += (span.breaks ? "<br>" : "") + text;
  }
  return html;
}

std::string html_of(const std::vector<ProseBlock>& blocks, const HandoutStep* step);

std::string html_of_list(const ProseBlock& block, const HandoutStep* step) {
  const std::optional<std::size_t> first = block.blocks.empty() ? std::nullopt : block.blocks.front().number;
  const std::string tag = first ? "ol start=\"" + std::to_string(*first) + "\"" : "ul";
  return element(tag, html_of(block.blocks, step));
}

std::string html_of_picture(const ProseBlock& block, const HandoutStep* step) {
  if (step == nullptr || step->views.count(block.view) == 0) return {};
  const std::string caption = block.spans.empty() ? "" : element("figcaption", html_of(block.spans));
  return element("figure", inline_svg(step->views.at(block.view)) + caption);
}

std::string html_of(const ProseBlock& block, const HandoutStep* step) {
  switch (block.kind) {
    case ProseKind::paragraph:
      return element("p", html_of(block.spans));
    case ProseKind::heading:
      return element("h3", html_of(block.spans));
    case ProseKind::list:
      return html_of_list(block, step);
    case ProseKind::item:
      return element("li", html_of(block.blocks, step));
    case ProseKind::quote:
      return element("blockquote", html_of(block.blocks, step));
    case ProseKind::code:
      return element("pre", html_of(block.spans));
    case ProseKind::table:
      return element("table", html_of(block.blocks, step));
    case ProseKind::row:
      return element("tr", html_of(block.blocks, step));
    case ProseKind::cell:
      return element(block.head ? "th" : "td", html_of(block.spans));
    case ProseKind::rule:
      return "<hr>\n";
    case ProseKind::picture:
      return html_of_picture(block, step);
  }
  return {};
}

std::string html_of(const std::vector<ProseBlock>& blocks, const HandoutStep* step) {
  std::string html;
  for (const ProseBlock& block : blocks)
    html += html_of(block, step);
  return html;
}

std::string figures_of(const HandoutStep& step) {
  std::string html;
  for (const Figure& figure : step.figures)
    html += element("figure", inline_svg(figure));
  return html;
}

std::string question_html(const HandoutQuestion& question, const HandoutStep& step) {
  std::string html = html_of(question.ask.blocks, &step);
  if (!question.options.empty()) {
    std::string options;
    for (const std::string& option : question.options)
      options += element("li", markup_text(option));
    html += element("ul class=\"options\"", options);
  }
  if (!question.row.empty()) {
    std::string row = question.query.empty() ? std::string() : "<b>" + markup_text(question.query) + " →</b> ";
    for (const std::string& word : question.row)
      row += "<span>" + markup_text(word) + "</span>";
    html += element("p class=\"row\"", row);
  }
  html += element("p", tr("lesson.print.prediction")) + "<div class=\"room\"></div>\n";
  return element("div class=\"question\"", html);
}

std::string step_html(const HandoutStep& step) {
  std::string html = element("h2", markup_text(step.title)) + html_of(step.prose.blocks, &step);
  if (step.question.empty())
    html += figures_of(step);
  else
    html += question_html(step.question.front(), step);
  if (!step.simplified.empty())
    html += element("div class=\"aside\"",
                    element("h4", tr("lesson.print.simplified")) + html_of(step.simplified.blocks, &step));
  return html;
}

std::string answers_html(const HandoutLesson& lesson) {
  std::string html;
  for (const HandoutStep& step : lesson.steps) {
    if (step.question.empty()) continue;
    const HandoutQuestion& question = step.question.front();
    html += element("h3", markup_text(step.title)) + html_of(question.ask.blocks, &step);
    std::string lines;
    for (const std::string& line : question.answer)
      lines += element("li", markup_text(line));
    html += element("ul", lines) + html_of(question.after.blocks, &step) + figures_of(step);
  }
  if (html.empty()) return {};
  return element("div class=\"answers\"",
                 element("h2", tr("lesson.print.answers", {{"title", markup_text(lesson.title)}})) + html);
}

}  // namespace

std::string handout_as_html(std::span<const HandoutLesson> lessons) {
  std::string body;
  for (const HandoutLesson& lesson : lessons) {
    const ScopedLanguage spoken(lesson.spoken);
    std::string html = element("h1", markup_text(lesson.title));
    if (lesson.minutes > 0) html += element("p class=\"about\"", tr_plural("lesson.print.minutes", lesson.minutes));
    html += html_of(lesson.introduction.blocks, nullptr);
    for (const HandoutStep& step : lesson.steps)
      html += step_html(step);
    const std::string tag = std::string("section class=\"lesson\" lang=\"") + language_code(lesson.spoken) + "\"";
    body += element(tag, html + answers_html(lesson));
  }
  const std::string title = lessons.empty() ? std::string() : markup_text(lessons.front().title);
  const Language spoken = lessons.empty() ? language() : lessons.front().spoken;
  return std::string("<!DOCTYPE html>\n<html lang=\"") + language_code(spoken) +
         "\">\n<head>\n<meta charset=\"utf-8\">\n" +
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" + element("title", title) +
         element("style", std::string(kStyle)) + "</head>\n<body>\n" + body + "</body>\n</html>\n";
}

}  // namespace regard
