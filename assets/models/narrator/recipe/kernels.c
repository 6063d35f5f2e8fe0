// SPDX-License-Identifier: Apache-2.0
// What lies between the matrix products of a training step, one pass each, in bfloat16 with float32
// inside. Needs AVX-512 with BF16. All row widths are multiples of 16; heads are 32 wide.
// Names: N rows (tokens) of width D; batch B, length T; KV key-value heads, each shared by 2 query heads.
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t bf16;
enum { HEAD = 32, SHARED = 2 };

static inline __m512 ld(const bf16* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16));
}
static inline void st(bf16* p, __m512 v) {
  _mm256_storeu_si256((__m256i*)p, (__m256i)_mm512_cvtneps_pbh(v));
}
static inline __m512 exp16(__m512 x) {
  x = _mm512_max_ps(x, _mm512_set1_ps(-87.0f));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 8);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 y = _mm512_set1_ps(1.0f / 120);
  y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 24));
  y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f / 6));
  y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(0.5f));
  y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f));
  y = _mm512_fmadd_ps(y, r, _mm512_set1_ps(1.0f));
  return _mm512_scalef_ps(y, n);
}

// x += add (when given); unit = x / rms(x); r = 1 / rms(x)
void add_norm(float* x, const bf16* add, bf16* unit, float* r, long N, long D, float eps) {
  for (long n = 0; n < N; ++n, x += D, unit += D) {
    __m512 sum = _mm512_setzero_ps();
    for (long d = 0; d < D; d += 16) {
      __m512 v = _mm512_loadu_ps(x + d);
      if (add) {
        v = _mm512_add_ps(v, ld(add + n * D + d));
        _mm512_storeu_ps(x + d, v);
      }
      sum = _mm512_fmadd_ps(v, v, sum);
    }
    r[n] = 1.0f / sqrtf(_mm512_reduce_add_ps(sum) / D + eps);
    for (long d = 0; d < D; d += 16) st(unit + d, _mm512_mul_ps(_mm512_loadu_ps(x + d), _mm512_set1_ps(r[n])));
  }
}

// dx += r (dunit − unit · mean(dunit · unit)); low = dx in bfloat16
void norm_back(const bf16* dunit, const bf16* unit, const float* r, float* dx, bf16* low, long N, long D) {
  for (long n = 0; n < N; ++n, dunit += D, unit += D, dx += D, low += D) {
    __m512 sum = _mm512_setzero_ps();
    for (long d = 0; d < D; d += 16) sum = _mm512_fmadd_ps(ld(dunit + d), ld(unit + d), sum);
    const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum) / D), scale = _mm512_set1_ps(r[n]);
    for (long d = 0; d < D; d += 16) {
      const __m512 g = _mm512_fnmadd_ps(ld(unit + d), mean, ld(dunit + d));
      const __m512 v = _mm512_fmadd_ps(g, scale, _mm512_loadu_ps(dx + d));
      _mm512_storeu_ps(dx + d, v);
      st(low + d, v);
    }
  }
}

// One head's row: normalised, scaled by the gain, turned by its place.
static inline void turn(const bf16* in, const float* gain, const float* cosine, const float* sine, float scale, float eps,
                        bf16* out, float* r) {
  const __m512 a = ld(in), b = ld(in + 16);
  *r = 1.0f / sqrtf(_mm512_reduce_add_ps(_mm512_fmadd_ps(a, a, _mm512_mul_ps(b, b))) / HEAD + eps);
  const __m512 s = _mm512_set1_ps(*r * scale);
  const __m512 u = _mm512_mul_ps(_mm512_mul_ps(a, s), _mm512_loadu_ps(gain));
  const __m512 v = _mm512_mul_ps(_mm512_mul_ps(b, s), _mm512_loadu_ps(gain + 16));
  const __m512 c = _mm512_loadu_ps(cosine), t = _mm512_loadu_ps(sine);
  st(out, _mm512_fmsub_ps(u, c, _mm512_mul_ps(v, t)));
  st(out + 16, _mm512_fmadd_ps(v, c, _mm512_mul_ps(u, t)));
}

static inline void turn_back(const bf16* dout, const bf16* in, const float* gain, const float* cosine, const float* sine,
                             float scale, float r, bf16* din, float* dgain) {
  const __m512 c = _mm512_loadu_ps(cosine), t = _mm512_loadu_ps(sine);
  const __m512 p = ld(dout), q = ld(dout + 16), s = _mm512_set1_ps(scale), rr = _mm512_set1_ps(r);
  const __m512 du = _mm512_mul_ps(_mm512_fmadd_ps(p, c, _mm512_mul_ps(q, t)), s);
  const __m512 dv = _mm512_mul_ps(_mm512_fmsub_ps(q, c, _mm512_mul_ps(p, t)), s);
  const __m512 a = _mm512_mul_ps(ld(in), rr), b = _mm512_mul_ps(ld(in + 16), rr);
  _mm512_storeu_ps(dgain, _mm512_fmadd_ps(du, a, _mm512_loadu_ps(dgain)));
  _mm512_storeu_ps(dgain + 16, _mm512_fmadd_ps(dv, b, _mm512_loadu_ps(dgain + 16)));
  const __m512 da = _mm512_mul_ps(du, _mm512_loadu_ps(gain)), db = _mm512_mul_ps(dv, _mm512_loadu_ps(gain + 16));
  const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(_mm512_fmadd_ps(da, a, _mm512_mul_ps(db, b))) / HEAD);
  st(din, _mm512_mul_ps(rr, _mm512_fnmadd_ps(a, mean, da)));
  st(din + 16, _mm512_mul_ps(rr, _mm512_fnmadd_ps(b, mean, db)));
}

// qkv [B,T,(2·KV + KV + KV)·32] → q [B,KV,2,T,32] times scale, k, v [B,KV,T,32]; r [B·T, 3·KV] for the way back.
void split_heads(const bf16* qkv, const float* gain_q, const float* gain_k, const float* cosine, const float* sine, bf16* q,
                 bf16* k, bf16* v, float* r, long B, long T, long KV, float scale, float eps) {
  const long H = SHARED * KV;
  for (long b = 0; b < B; ++b)
    for (long t = 0; t < T; ++t) {
      const bf16* row = qkv + (b * T + t) * 4 * KV * HEAD;
      float* rr = r + (b * T + t) * 3 * KV;
      for (long h = 0; h < H; ++h)
        turn(row + h * HEAD, gain_q, cosine + t * 16, sine + t * 16, scale, eps, q + ((b * H + h) * T + t) * HEAD, rr + h);
      for (long h = 0; h < KV; ++h) {
        turn(row + (H + h) * HEAD, gain_k, cosine + t * 16, sine + t * 16, 1.0f, eps, k + ((b * KV + h) * T + t) * HEAD,
             rr + H + h);
        memcpy(v + ((b * KV + h) * T + t) * HEAD, row + (H + KV + h) * HEAD, HEAD * sizeof(bf16));
      }
    }
}

void split_back(const bf16* dq, const bf16* dk, const bf16* dv, const bf16* qkv, const float* gain_q, const float* gain_k,
                const float* cosine, const float* sine, const float* r, bf16* dqkv, float* dgain_q, float* dgain_k, long B,
                long T, long KV, float scale) {
  const long H = SHARED * KV;
  for (long b = 0; b < B; ++b)
    for (long t = 0; t < T; ++t) {
      const long at = (b * T + t) * 4 * KV * HEAD;
      const float* rr = r + (b * T + t) * 3 * KV;
      for (long h = 0; h < H; ++h)
        turn_back(dq + ((b * H + h) * T + t) * HEAD, qkv + at + h * HEAD, gain_q, cosine + t * 16, sine + t * 16, scale,
                  rr[h], dqkv + at + h * HEAD, dgain_q);
      for (long h = 0; h < KV; ++h) {
        turn_back(dk + ((b * KV + h) * T + t) * HEAD, qkv + at + (H + h) * HEAD, gain_k, cosine + t * 16, sine + t * 16,
                  1.0f, rr[H + h], dqkv + at + (H + h) * HEAD, dgain_k);
        memcpy(dqkv + at + (H + KV + h) * HEAD, dv + ((b * KV + h) * T + t) * HEAD, HEAD * sizeof(bf16));
      }
    }
}

// Causal softmax in place over `rows` rows of T scores; row i of every block of T looks at keys 0…i.
void softmax(bf16* scores, long rows, long T) {
  for (long n = 0; n < rows; ++n, scores += T) {
    const long i = n % T, end = (i / 16 + 1) * 16;
    const __mmask16 last = (__mmask16)((1u << (i % 16 + 1)) - 1);
    float e[2048];
    __m512 most = _mm512_set1_ps(-1e30f), sum = _mm512_setzero_ps();
    for (long j = 0; j < end; j += 16)
      most = _mm512_mask_max_ps(most, j + 16 == end ? last : 0xFFFF, most, ld(scores + j));
    const __m512 top = _mm512_set1_ps(_mm512_reduce_max_ps(most));
    for (long j = 0; j < end; j += 16) {
      const __m512 v =
          _mm512_maskz_mov_ps(j + 16 == end ? last : 0xFFFF, exp16(_mm512_sub_ps(ld(scores + j), top)));
      _mm512_storeu_ps(e + j, v);
      sum = _mm512_add_ps(sum, v);
    }
    const __m512 scale = _mm512_set1_ps(1.0f / _mm512_reduce_add_ps(sum));
    for (long j = 0; j < end; j += 16) st(scores + j, _mm512_mul_ps(_mm512_loadu_ps(e + j), scale));
    memset(scores + end, 0, (T - end) * sizeof(bf16));
  }
}

// grad = p (grad − Σ p grad), in place.
void softmax_back(const bf16* p, bf16* grad, long rows, long T) {
  for (long n = 0; n < rows; ++n, p += T, grad += T) {
    const long end = (n % T / 16 + 1) * 16;
    __m512 sum = _mm512_setzero_ps();
    for (long j = 0; j < end; j += 16) sum = _mm512_fmadd_ps(ld(p + j), ld(grad + j), sum);
    const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum));
    for (long j = 0; j < end; j += 16) st(grad + j, _mm512_mul_ps(ld(p + j), _mm512_sub_ps(ld(grad + j), mean)));
    memset(grad + end, 0, (T - end) * sizeof(bf16));
  }
}

// [B,H,T,32] → [B,T,H·32] and back.
void merge_heads(const bf16* in, bf16* out, long B, long H, long T) {
  for (long b = 0; b < B; ++b)
    for (long h = 0; h < H; ++h)
      for (long t = 0; t < T; ++t)
        memcpy(out + ((b * T + t) * H + h) * HEAD, in + ((b * H + h) * T + t) * HEAD, HEAD * sizeof(bf16));
}
void part_heads(const bf16* in, bf16* out, long B, long H, long T) {
  for (long b = 0; b < B; ++b)
    for (long h = 0; h < H; ++h)
      for (long t = 0; t < T; ++t)
        memcpy(out + ((b * H + h) * T + t) * HEAD, in + ((b * T + t) * H + h) * HEAD, HEAD * sizeof(bf16));
}

// both [N, 2F] = gate | up → out [N, F] = silu(gate) · up
void swiglu(const bf16* both, bf16* out, long N, long F) {
  const __m512 one = _mm512_set1_ps(1.0f);
  for (long n = 0; n < N; ++n, both += 2 * F, out += F)
    for (long d = 0; d < F; d += 16) {
      const __m512 g = ld(both + d);
      const __m512 s = _mm512_div_ps(one, _mm512_add_ps(one, exp16(_mm512_sub_ps(_mm512_setzero_ps(), g))));
      st(out + d, _mm512_mul_ps(_mm512_mul_ps(g, s), ld(both + F + d)));
    }
}
void swiglu_back(const bf16* both, const bf16* dout, bf16* dboth, long N, long F) {
  const __m512 one = _mm512_set1_ps(1.0f);
  for (long n = 0; n < N; ++n, both += 2 * F, dout += F, dboth += 2 * F)
    for (long d = 0; d < F; d += 16) {
      const __m512 g = ld(both + d), u = ld(both + F + d), o = ld(dout + d);
      const __m512 s = _mm512_div_ps(one, _mm512_add_ps(one, exp16(_mm512_sub_ps(_mm512_setzero_ps(), g))));
      const __m512 gs = _mm512_mul_ps(g, s);
      st(dboth + F + d, _mm512_mul_ps(o, gs));
      st(dboth + d, _mm512_mul_ps(_mm512_mul_ps(o, u), _mm512_fmadd_ps(gs, _mm512_sub_ps(one, s), s)));
    }
}

// Logits [n, V] become their gradient weight · (softmax − wanted), in place; loss[n] = −ln p(wanted).
void cross_entropy(bf16* logits, const long* wanted, const float* weight, float* loss, long rows, long V) {
  for (long n = 0; n < rows; ++n, logits += V) {
    __m512 most = _mm512_set1_ps(-1e30f), sum = _mm512_setzero_ps();
    for (long j = 0; j < V; j += 16) most = _mm512_max_ps(most, ld(logits + j));
    const float top = _mm512_reduce_max_ps(most);
    const __m512 shift = _mm512_set1_ps(top);
    const float mine = _mm512_cvtss_f32(_mm512_castsi512_ps(
        _mm512_set1_epi32((int)((uint32_t)logits[wanted[n]] << 16))));
    for (long j = 0; j < V; j += 16) sum = _mm512_add_ps(sum, exp16(_mm512_sub_ps(ld(logits + j), shift)));
    const float total = _mm512_reduce_add_ps(sum);
    loss[n] = logf(total) + top - mine;
    const float scale = weight[n] / total;
    const __m512 s = _mm512_set1_ps(scale);
    for (long j = 0; j < V; j += 16) st(logits + j, _mm512_mul_ps(exp16(_mm512_sub_ps(ld(logits + j), shift)), s));
    const float right = weight[n] * (expf(mine - top) / total - 1.0f);
    uint32_t bits;
    memcpy(&bits, &right, 4);
    logits[wanted[n]] = (bf16)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }
}
