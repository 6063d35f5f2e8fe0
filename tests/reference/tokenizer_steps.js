// SPDX-License-Identifier: Apache-2.0
// Writes tests/core/text/library/steps.json: tiny tokenizers of our own, each step of the library `tokenizers` in one of them,
// and the ids that the library gives. Needs Node.js and, in the folder it is run from, `npm install tokenizers@0.23.2`:
//   node …/tests/reference/tokenizer_steps.js …/tests/core/text/library/steps.json [texts]
// With a number, so many random texts a step instead of 24.
'use strict';
const fs = require('fs');
const path = require('path');
const {createRequire} = require('module');
const {Tokenizer} = createRequire(path.join(process.cwd(), 'x.js'))('tokenizers');

const BASE = {version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null,
  post_processor: null, decoder: null};
const COUNT = Number(process.argv[3] || 24);

// ---- texts ---------------------------------------------------------------------------------------------------------
const TEXTS = [
  '', ' ', 'Hello, world! It\'s 12,345.67 — ok?', 'Кошка, которая сидела на крыше; ёж и й', 'йод е\u0308ж и\u0306',
  'हिन्दी में', 'x² + y³ = ① ½ ٣', 'a\u200db a\u200cb a\u203fb', 'cafe\u0301 café Ångström ﬁ ﬀ ㎏ ™', '漢字かな、カナー 한국어 abc',
  'a\u000bb\u000cc\u0085d\u0000e\u0001f\ufffdg\u200bh\u00adi', '  two  spaces\t\ttabs\r\nlines\n\n end  ', 'İstanbul ẞ ΑΣ Σας',
  '«да», “no” … ‽ ¿qué? $5 <b>^~`|</b>', 'e\u0301\u0323\u0327 a\u0334\u0301 \u0e33 \u1100\u1161\u11a8', '👩‍👩‍👧 🇷🇺 👍🏽 🤣',
  'aaaa aaa aa a', 'Hello (a|b)!? [c] {d} e_f-g', 'נְקֻדּוֹת עברית العَرَبِيَّة', 'ไทย ภาษา ກຳ', 'ⅷ Ⅻ ⓐ ㋿ ꟲ',
  'don\'t I\'LL we\'Ve "s\'s"', '1234567 89 ٠١٢ 1a2b', '\u3000全角　１２３！', 'xX÷ſsSß', 'a. b, c', '\ufeffBOM', 'Ǆ ǅ ǆ ᾼ ῼ',
];
const POOL = [...' aАбcЖ12²½①_-.,!?\'"«»…$^|~()[]{}\n\r\t', '\u000b', '\u0085', '\u0000', '\u00a0', '\u00ad', '\u200b', '\u200c',
  '\u200d', '\u2028', '\u202f', '\u203f', '\u3000', '\ufeff', '\ufffd', '\u0301', '\u0306', '\u0308', '\u0323', '\u0327', '\u093f',
  '\u094d', '\u05b0', '\u064b', '\u0e33', '\u0e31', '\u20dd', '\u1ab0', '\u302e', '\u3099', 'й', 'ё', 'é', 'Å', 'İ', 'ß', 'ẞ', 'ﬁ',
  'Σ', 'Ǆ', '漢', 'か', 'ー', 'カ', 'ガ', 'ｶ', 'ﾞ', '한', '\u1100', '\u1161', '\u11a8', 'ก', 'ह', 'א', 'ب', '٣', 'Ⅻ', 'ⓐ', '㎏', '™', '℃',
  '🤣', '👍', '🏽', '𝒜', '𐐀', '𐍈', '😀', '‐', '₀', '⁺', 'ª', 'ʰ', '\u0f71', '\u0f72', '\u212b', '\u1e9b', '\ufb2a', '〇', '〆', '゛',
  '\u1734', '\u1715', '\u180e', '\u0378', '\ue000', '\u061d', '\u09fd', '\u{11938}', '\u{11930}', '\u{11935}', '\u1abf', '\ua7f3',
  '\u{1fbf3}', '\u{10d24}'];
const NEWER = ['\u1c89', '\ua7cb', '\u0897', '\u{1fae8}', '\u{31350}', '\u{10d50}', '\u0cf3', '\u{1e4f0}', '\u{11f50}', '\u{16d70}'];

let seed = 1;
const random = (bound) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor(seed / 65536) % bound;
};
function randomTexts(pool, count) {
  return Array.from({length: count}, () => Array.from({length: 1 + random(11)}, () => pool[random(pool.length)]).join(''));
}

// ---- one step at a time ----------------------------------------------------------------------------------------------
const cases = [];
const tokenizer = (parts) => Tokenizer.fromString(JSON.stringify({...BASE, ...parts}));
const WORDS = (vocab) => ({type: 'WordLevel', vocab, unk_token: '<unk>'});
const numbered = (words) => Object.fromEntries(['<unk>', ...new Set(words)].map((word, id) => [word, id]));

async function add(name, parts, texts) {
  const library = tokenizer(parts);
  const ids = [];
  for (const text of texts) ids.push((await library.encode(text, null, {addSpecialTokens: false})).getIds());
  const slim = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null));
  cases.push({name, tokenizer: slim, texts, ids});
}

// Every normalised text is a word of the vocabulary, so an id tells whether it came out to the last byte.
async function normalizer(name, step, pool = POOL) {
  const texts = [...TEXTS, ...randomTexts(pool, COUNT)];
  const run = tokenizer({model: WORDS({'<unk>': 0}), normalizer: step}).getNormalizer();
  const model = WORDS(numbered(texts.map((text) => run.normalizeString(text))));
  await add('normalizer ' + name, {normalizer: step, model}, texts);
}

// Every word that the library cuts is in the vocabulary.
async function preTokenizer(name, step, pool = POOL) {
  const texts = [...TEXTS, ...randomTexts(pool, COUNT)];
  const run = tokenizer({model: WORDS({'<unk>': 0}), pre_tokenizer: step}).getPreTokenizer();
  const model = WORDS(numbered(texts.flatMap((text) => run.preTokenizeString(text).map(([word]) => word))));
  await add('pre-tokenizer ' + name, {pre_tokenizer: step, model}, texts);
}

const bert = (clean, chinese, strip, lower) => ({type: 'BertNormalizer', clean_text: clean, handle_chinese_chars: chinese,
  strip_accents: strip, lowercase: lower});
const sequence = (...normalizers) => ({type: 'Sequence', normalizers});
const steps = (...pretokenizers) => ({type: 'Sequence', pretokenizers});
const replace = (pattern, content) => ({type: 'Replace', pattern, content});
const split = (regex, behavior = 'Isolated', invert = false) => ({type: 'Split', pattern: {Regex: regex}, behavior, invert});
const BYTES = {type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false};

const GPT2 = '\'s|\'t|\'re|\'ve|\'m|\'ll|\'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+';
const LLAMA3 = '(?i:\'s|\'t|\'re|\'ve|\'m|\'ll|\'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|' +
  '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const LETTERS = '\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅ' +
  'ὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛ' +
  'Ꜣ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ\u{10400}-\u{1044f}\u{104b0}-\u{104d3}\u{104d8}-\u{104fb}\u{10c80}-\u{10cb2}' +
  '\u{10cc0}-\u{10cf2}\u{118a0}-\u{118df}\u{1e900}-\u{1e943}]+';
const OTHERS = '[一-龥\u0800-一가-\ud7ff]+';
const DIGITS = {type: 'Digits', individual_digits: true};
const FALCON = steps({type: 'Punctuation', behavior: 'Contiguous'}, {...BYTES, use_regex: true},
  {type: 'Digits', individual_digits: false}, split('[0-9][0-9][0-9]'));
const DEEPSEEK_LLM = steps(split('[\r\n]'), split(LETTERS), split('\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+'), split('\\s+$'),
  split(OTHERS), DIGITS, BYTES);
const DEEPSEEK_CODER = steps(split('[\r\n]'), split('\\s?\\p{L}+'), split('\\s?\\p{P}+'), split(OTHERS), DIGITS, BYTES);

const PATTERNS = {
  bloom: ' ?[^(\\s|[.,!?…。，、।۔،])]+', gpt2: GPT2, llama3: LLAMA3,
  qwen2: LLAMA3.replace('\\p{N}{1,3}', '\\p{N}'),
  o200k: '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:\'s|\'t|\'re|\'ve|\'m|\'ll|\'d)?|' +
    '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:\'s|\'t|\'re|\'ve|\'m|\'ll|\'d)?|' +
    '\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  'deepseek v3': '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|' +
    '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  'class in a class': '[a-c[x-z]]+', 'intersection': '[\\p{L}&&[^aeiouаеё]]+', 'hexadecimal': '\\h+', 'up to three': 'a{,3}',
  'long names': '\\p{Letter}+|\\p{Number}', 'punctuation bracket': '[[:punct:]]+', 'no punctuation': '[[:^punct:]]+',
  'escaped bracket': '\\[[[:punct:]]', 'word': '\\w+', 'no word': '[^\\W\\d]+', 'grapheme': '\\X', 'newline': '\\R|\\N',
  'absent': '(?~ab)', 'kept out': 'a\\Kb', 'possessive': 'a++|\\s++', 'named': '(?<n>[a-z])\\k<n>', 'case': '(?i:SS|ſ|ё)',
  'script': '\\p{Han}+|\\p{Cyrillic}+', 'lines': '^.', 'ends': '$|\\Z|\\b', 'behind': '(?<=\\d)(?=(?:\\d{3})+(?!\\d))',
  'nothing': '', 'star': 'x*',
};

const added = (id, content, how = {}) => ({id, content, single_word: false, lstrip: false, rstrip: false, normalized: false,
  special: false, ...how});

async function stepCases() {
  const both = [...POOL, ...NEWER];
  await normalizer('BERT', bert(true, true, null, true), both);
  await normalizer('BERT, cased', bert(true, true, null, false), both);
  await normalizer('BERT, stripped only', bert(false, false, true, false), both);
  await normalizer('StripAccents', {type: 'StripAccents'}, both);
  await normalizer('NFD, StripAccents', sequence({type: 'NFD'}, {type: 'StripAccents'}), both);
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) await normalizer(form, {type: form}, both);
  await normalizer('Nmt', {type: 'Nmt'}, both);
  await normalizer('Lowercase', {type: 'Lowercase'}, both);
  await normalizer('ByteLevel', {type: 'ByteLevel'}, both);
  await normalizer('Strip', {type: 'Strip', strip_left: true, strip_right: true}, both);
  await normalizer('Strip left', {type: 'Strip', strip_left: true, strip_right: false});
  await normalizer('Strip right', {type: 'Strip', strip_left: false, strip_right: true});
  await normalizer('Prepend', {type: 'Prepend', prepend: '▁'});
  await normalizer('Replace, as XLNet has it', sequence(replace({String: '``'}, '"'), {type: 'NFKD'}, {type: 'StripAccents'},
    {type: 'Lowercase'}, replace({Regex: ' {2,}'}, ' ')));
  await normalizer('Replace before', replace({Regex: '(?=[xаa])'}, '-'));
  await normalizer('Replace nothing', replace({Regex: 'a*'}, '$1'));
  await normalizer('Replace an empty text', replace({String: ''}, '-'));
  await preTokenizer('Whitespace', {type: 'Whitespace'}, both);
  await preTokenizer('WhitespaceSplit', {type: 'WhitespaceSplit'}, both);
  await preTokenizer('BertPreTokenizer', {type: 'BertPreTokenizer'}, both);
  for (const behavior of ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'])
    await preTokenizer('Punctuation ' + behavior, {type: 'Punctuation', behavior}, both);
  for (const individual of [false, true])
    await preTokenizer('Digits ' + individual, {type: 'Digits', individual_digits: individual}, both);
  await preTokenizer('UnicodeScripts', {type: 'UnicodeScripts'}, both);
  await preTokenizer('UnicodeScripts, Whitespace', steps({type: 'UnicodeScripts'}, {type: 'WhitespaceSplit'}), both);
  await preTokenizer('FixedLength', {type: 'FixedLength', length: 3}, both);
  await preTokenizer('CharDelimiterSplit', {type: 'CharDelimiterSplit', delimiter: 'a'}, both);
  for (const scheme of ['always', 'first', 'never'])
    await preTokenizer('Metaspace ' + scheme, {type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: true}, both);
  await preTokenizer('Metaspace whole', {type: 'Metaspace', replacement: '_', prepend_scheme: 'always', split: false}, both);
  await preTokenizer('ByteLevel', {...BYTES, use_regex: true});
  await preTokenizer('ByteLevel with a space', {...BYTES, add_prefix_space: true, use_regex: true});
  for (const [name, pattern] of Object.entries(PATTERNS)) await preTokenizer('Split ' + name, split(pattern));
  for (const behavior of ['Removed', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'])
    for (const invert of [false, true]) {
      await preTokenizer(`Split signs ${behavior} ${invert}`, split('[^\\s\\p{L}\\p{N}]', behavior, invert));
      await preTokenizer(`Split nothing ${behavior} ${invert}`, split('(?=[aб])', behavior, invert));
    }
  await preTokenizer('Split text', {type: 'Split', pattern: {String: '.'}, behavior: 'Isolated', invert: false});
  await preTokenizer('Falcon', FALCON);
  await preTokenizer('DeepSeek LLM', DEEPSEEK_LLM);
  await preTokenizer('DeepSeek Coder', DEEPSEEK_CODER);
}

// ---- models and added tokens -----------------------------------------------------------------------------------------
const PIECES = {'[UNK]': 0, c: 1, '##o': 2, '##v': 3, '##i': 4, '##d': 5, '##x': 6, '##s': 7, '[MASK]': 8, co: 9, s: 10, ab: 11,
  a: 12, '##b': 13, b: 14};
const WORDPIECE = {type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: PIECES};
const untyped = ({type, ...model}) => model;
const UNIGRAM = {type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0], ['▁', -1], ['a', -1], ['b', -2], ['▁a', -2.5], ['<', -3], ['e', -3],
  ['x', -3], ['t', -3], ['r', -3], ['>', -3], ['ab', -2.75]]};

async function modelCases() {
  const spaced = {pre_tokenizer: {type: 'Whitespace'}};
  const texts = ['covidxs', 'covidx s', 'covidx', 'xcovidx covidx', 'covid covi', 'co vi d', '[MASK]', 'a[MASK]b', 'ab abb cos', 'я co'];
  await add('WordLevel', {...spaced, model: {type: 'WordLevel', vocab: PIECES, unk_token: '[UNK]'}}, texts);
  await add('WordLevel untyped', {...spaced, model: {vocab: PIECES, unk_token: '[UNK]'}}, texts);
  await add('WordPiece untyped', {...spaced, model: untyped(WORDPIECE)}, texts);
  await add('WordPiece half untyped', {...spaced, model: {vocab: PIECES, unk_token: '[UNK]', continuing_subword_prefix: '##'}}, texts);
  await add('Unigram untyped', {model: untyped(UNIGRAM)}, ['abba', 'a b', 'q', '']);
  await add('BPE untyped', {model: {vocab: PIECES, merges: ['a b']}}, ['abba', 'cab']);
  const word = {...spaced, model: WORDPIECE};
  await add('added, single word', {...word, added_tokens: [added(15, 'covidx', {single_word: true})]}, texts);
  await add('added, longest first', {...word,
    added_tokens: [added(15, 'co'), added(16, 'covi', {single_word: true}), added(17, 'vid')]}, texts);
  await add('added, numbers', {...word, added_tokens: [added(30, 'covi'), added(20, 'dx'), added(40, '[MASK]', {special: true})]}, texts);
  await add('added, twice', {...word, added_tokens: [added(15, 'dx'), added(16, 'dx', {single_word: true})]}, [...texts, 'dx']);
  await add('added, spaces', {...word, added_tokens: [added(15, 'co', {rstrip: true}), added(16, ' v'), added(17, 'd', {lstrip: true}),
    added(18, ' ')]}, ['co  vid', 'co v v', 'co  d', 'c  d', 'co vd', 'co ', 'd  co  d']);
  await add('added, joined', {...word, added_tokens: [added(15, 'dx', {single_word: true})]},
    ['dx', 'dx\u0301', 'dx\u200d', 'dx²', 'dx_', '²dx', '-dx-', 'йdx', 'हिdx', 'dx‿']);
  const marks = sequence({type: 'Prepend', prepend: '▁'}, replace({String: ' '}, '▁'));
  const spots = ['a<ext>b', '<ext>', 'a <ext>b', 'a <ext> b', 'a  <ext>', 'at rb', 'a<EXT>b', 'tr TR', 'b  b', 'b a b', '<ext><ext>'];
  for (const normalized of [true, false])
    for (const special of [true, false])
      await add(`added, normalized ${normalized}, special ${special}`, {model: UNIGRAM, normalizer: marks,
        added_tokens: [added(12, '<ext>', {normalized, special}), added(13, 't r', {normalized})]}, spots);
  await add('added, replaced space', {model: UNIGRAM, normalizer: replace({String: ' '}, '▁'),
    added_tokens: [added(12, '<ext>', {normalized: true, lstrip: true}), added(13, 't r', {normalized: true})]}, spots);
  await add('added, lower case', {model: UNIGRAM, normalizer: {type: 'Lowercase'},
    added_tokens: [added(12, '<EXT>', {normalized: true}), added(13, 'Tr', {normalized: true}), added(14, 'TR')]}, spots);
  await add('added, stripped', {model: UNIGRAM, normalizer: {type: 'Strip', strip_left: true, strip_right: true},
    added_tokens: [added(12, ' b', {normalized: true}), added(13, ' a ', {normalized: true})]}, spots);
  // Not here: two tokens that the normaliser makes alike (the library takes either, by chance) and one that it empties.
}

// ---- byte-level vocabularies as GGUF files have them -------------------------------------------------------------------
const alphabet = Array.from({length: 256}, (_, byte) => byte).map((byte) =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae ? byte : null);
let next = 0x100;
const BYTE = alphabet.map((code) => String.fromCodePoint(code === null ? next++ : code));

async function gguf(pre, step) {
  const texts = [...TEXTS.filter((text) => !text.includes('\u0000')), ...randomTexts(POOL.filter((c) => c !== '\u0000'), COUNT)];
  const vocab = Object.fromEntries(BYTE.map((letter, id) => [letter, id]));
  const merges = [];
  const learn = (left, right) => {  // every two neighbours of the texts, so that a cut at another place gives other ids
    if (left + right in vocab) return;
    vocab[left + right] = Object.keys(vocab).length;
    merges.push(`${left} ${right}`);
  };
  for (const text of texts) {
    const bytes = [...Buffer.from(text)].map((byte) => BYTE[byte]);
    for (let at = 0; at + 1 < bytes.length; ++at) learn(bytes[at], bytes[at + 1]);
  }
  const model = {type: 'BPE', vocab, merges, dropout: null, unk_token: null, continuing_subword_prefix: null,
    end_of_word_suffix: null, fuse_unk: false, byte_fallback: false};
  await add('gguf ' + pre, {pre_tokenizer: step, model}, texts);
  cases[cases.length - 1].pre = pre;
}

(async () => {
  await stepCases();
  await modelCases();
  await gguf('gpt-2', {...BYTES, use_regex: true});
  await gguf('llama-bpe', steps(split(LLAMA3), BYTES));
  await gguf('falcon', FALCON);
  await gguf('deepseek-llm', DEEPSEEK_LLM);
  await gguf('deepseek-coder', DEEPSEEK_CODER);
  fs.writeFileSync(process.argv[2], '{"cases": [\n' + cases.map((each) => JSON.stringify(each)).join(',\n') + '\n]}\n');
  console.log(cases.length, 'cases', cases.reduce((sum, each) => sum + each.texts.length, 0), 'texts');
})();
