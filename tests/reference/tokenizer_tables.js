// SPDX-License-Identifier: Apache-2.0
// Writes code_tables.cpp, pattern_tables.cpp and script_table.cpp of core/text: which characters the steps of the library `tokenizers`
// remove, strip, cut at or lower otherwise than a table of today's Unicode would. Every character is asked of the library.
// Needs Node.js and, in the folder it is run from, `npm install tokenizers@0.23.2`:
//   node …/tests/reference/tokenizer_tables.js …/core/text
'use strict';
const fs = require('fs');
const path = require('path');
const {createRequire} = require('module');
const library = createRequire(path.join(process.cwd(), 'x.js'))('tokenizers');

const LAST = 0x10ffff;
const text = (code) => String.fromCodePoint(code);
const codes = [];
for (let code = 0; code <= LAST; ++code)
  if (code < 0xd800 || code > 0xdfff) codes.push(code);

function rangesOf(wanted) {
  const ranges = [];
  for (const code of codes) {
    if (!wanted(code)) continue;
    const last = ranges[ranges.length - 1];
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

// Normalisers are asked about the character between two letters, pre-tokenizers likewise.
const between = (step) => (code) => step.normalizeString('x' + text(code) + 'y').slice(1, -1);
const cuts = (step) => (code) => step.preTokenizeString('x' + text(code) + 'y').length;
const bert = (which) =>
  library.bertNormalizer({cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false, ...which});

const cleaned = between(bert({cleanText: true}));
const accents = between(bert({stripAccents: true}));
const marks = between(library.stripAccentsNormalizer());
const nmt = between(library.nmt());
const lower = between(library.lowercase());
const words = library.whitespacePreTokenizer();
const decomposed = library.nfdNormalizer();

// What has a combining class in the library: it changes places with U+0334 (class 1) or with U+0301 (class 230).
const combines = (code) => {
  const swaps = (pair) => pair.normalize('NFD') !== pair && decomposed.normalizeString(pair) !== pair;
  return swaps(text(code) + '\u0334') || swaps('\u0301' + text(code));
};
const combinesToday = (code) => {
  const swaps = (pair) => pair.normalize('NFD') !== pair;
  return /\p{M}/u.test(text(code)) && (swaps(text(code) + '\u0334') || swaps('\u0301' + text(code)));
};
const sameForms = (code) =>
  [['NFD', decomposed], ['NFKD', library.nfkdNormalizer()]].every(
    ([form, step]) => text(code).normalize(form) === step.normalizeString(text(code)));
// The first of the few pairs that compose today and not in the library.
const composesToday = new Set();
for (const code of codes) {
  const parts = [...text(code).normalize('NFD')];
  if (parts.length > 1 && decomposed.normalizeString(text(code)) === text(code))
    composesToday.add(parts[0].codePointAt(0));
}
const word = (code) => {
  const found = words.preTokenizeString('x' + text(code) + 'y');
  return found.length === 1 && found[0][0].length > 2;
};

const tables = {
  removed_by_cleaning: ['Removed by BERT\'s clean-up: control, format and private characters of Unicode 8.',
                        rangesOf((code) => code !== 0 && code !== 0xfffd && cleaned(code) === '')],
  accents: ['Dropped by BERT behind NFD.', rangesOf((code) => accents(code) === '')],
  combining_marks: ['Dropped by StripAccents.', rangesOf((code) => marks(code) === '')],
  nmt_removed: ['Dropped by Nmt.', rangesOf((code) => nmt(code) === '')],
  nmt_spaces: ['Spaces for Nmt.', rangesOf((code) => nmt(code) === ' ' && code !== 32)],
  punctuation: ['Cut out by Punctuation and BertPreTokenizer.',
                rangesOf((code) => cuts(library.punctuationPreTokenizer())(code) === 3)],
  numbers: ['Cut out by Digits.', rangesOf((code) => cuts(library.digitsPreTokenizer(false))(code) === 3)],
  word_characters: ['\\w of Whitespace and of added tokens that are single words.', rangesOf(word)],
  newer_than_forms: ['Have a normal form or a combining class today and none in the library, whose normal forms are older.',
                     rangesOf((code) => !sameForms(code) || composesToday.has(code) ||
                                        (combinesToday(code) && !combines(code)))],
};

function lines(items) {
  const result = [];
  let line = '   ';
  for (const item of items) {
    if (line.length + item.length + 2 > 119) {
      result.push(line);
      line = '   ';
    }
    line += ' ' + item + ',';
  }
  return result.concat(line).join('\n');
}
const hex = (code) => '0x' + code.toString(16).toUpperCase();
const HEAD = '// SPDX-License-Identifier: Apache-2.0\n' +
  '// Written by tests/reference/tokenizer_tables.js: what the library `tokenizers` 0.23.2 does with every character.\n' +
  '#include "core/text/code_tables.h"\n\n// clang-format off\nnamespace regard::code_tables {\n';
const TAIL = '\n}  // namespace regard::code_tables\n// clang-format on\n';

function written(tables) {
  let out = HEAD;
  for (const [name, [comment, ranges]] of Object.entries(tables)) {
    console.log(name, ranges.length);
    out += `\n// ${comment}\nstatic constexpr CodeRange k_${name}[] = {\n` +
      lines(ranges.map(([first, last]) => `{${hex(first)}, ${hex(last)}}`)) + `\n};\n` +
      `const std::span<const CodeRange> ${name}(k_${name});\n`;
  }
  return out;
}

let out = written(tables);
const lowered = codes.filter((code) => lower(code) !== text(code));
out += '\n// Lower case of the capitals that are newer than Unicode 14.\nstatic constexpr CodePair k_newer_capitals[] = {\n';
const NEWER = [[0x1c89, 0x1c89], [0xa7cb, 0xa7dc], [0x10d50, 0x10d65], [0x16ea0, 0x16eb8]];
out += lines(lowered.filter((code) => NEWER.some(([first, last]) => code >= first && code <= last))
  .map((code) => `{${hex(code)}, ${hex(lower(code).codePointAt(0))}}`)) +
  '\n};\nconst std::span<const CodePair> newer_capitals(k_newer_capitals);\n';
fs.writeFileSync(path.join(process.argv[2], 'code_tables.cpp'), out + TAIL);

// Classes of the patterns: what of all characters a pattern leaves when it takes away all it matches.
const base = {version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, post_processor: null,
  decoder: null, model: {type: 'WordLevel', vocab: {'<unk>': 0}, unk_token: '<unk>'}};
function matched(pattern) {
  const step = library.Tokenizer.fromString(JSON.stringify(
    {...base, normalizer: {type: 'Replace', pattern: {Regex: pattern}, content: ''}})).getNormalizer();
  const left = new Set(step.normalizeString(codes.map(text).join('')));
  return rangesOf((code) => !left.has(text(code)));
}
fs.writeFileSync(path.join(process.argv[2], 'pattern_tables.cpp'), written({
  pattern_letters: ['\\p{L} of a pattern.', matched('\\p{L}')],
  pattern_numbers: ['\\p{N} of a pattern.', matched('\\p{N}')],
}) + TAIL);

// Scripts: numbers in the order in which they first appear; a character that counts as any script is in no range.
const scripts = library.Tokenizer.fromString(JSON.stringify({...base, pre_tokenizer: {type: 'UnicodeScripts'}}))
  .getPreTokenizer();
const together = (a, b) => scripts.preTokenizeString(text(a) + text(b)).length === 1;
const ranges = [];
let open = false;
for (const code of codes) {
  if (scripts.preTokenizeString(text(code)).length === 0) {
    open = false;
    continue;
  }
  const last = ranges[ranges.length - 1];
  if (open && last[1] === code - 1 && together(code - 1, code)) last[1] = code;
  else ranges.push([code, code]);
  open = true;
}
const first = [];
for (const range of ranges) {
  let script = first.findIndex((code) => together(code, range[0]));
  if (script < 0) script = first.push(range[0]) - 1;
  range.push(script);
}
console.log('scripts', ranges.length, first.length);
fs.writeFileSync(path.join(process.argv[2], 'script_table.cpp'), HEAD +
  '\n// Scripts as UnicodeScripts tells them apart; numbers mean nothing but "the same" and "another".\n' +
  'static constexpr ScriptRange k_scripts[] = {\n' +
  lines(ranges.map(([begin, end, script]) => `{${hex(begin)}, ${hex(end)}, ${script}}`)) +
  '\n};\nconst std::span<const ScriptRange> scripts(k_scripts);\n' + TAIL);
