/* fuzzy: how well a text fits a few letters that were typed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fuzzy.h"

#include "base/text.h"

/* The weights are those of fzf (its algo.go), so that the order is the one that people expect. */
#define MATCH       16
#define GAP_START   (-3)
#define GAP_MORE    (-1)
#define WORD_BONUS  8  /* at the beginning of a word */
#define START_BONUS 10 /* at the beginning of all, or behind a blank */
#define CAMEL_BONUS 7  /* aB, a1 */
#define ROW_BONUS   4  /* behind another one that was found: as much as a gap costs */
#define NONE        INT16_MIN

/* A text made ready: its code points as they are and without case, and what a match is worth. */
struct text {
	uint32_t raw[YG_FUZZY_TEXT], folded[YG_FUZZY_TEXT];
	int8_t bonus[YG_FUZZY_TEXT];
	int count;
};

static uint32_t half_width(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		return cp - 0xFF01 + '!';
	return cp == 0x3000 ? ' ' : cp;
}

/* Simple folding of the scripts that have case and that names are written in. */
static uint32_t fold(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
	if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) ||
	    (cp >= 0x410 && cp <= 0x42F))
		return cp + 32;
	if (cp >= 0x400 && cp <= 0x40F)
		return cp + 80;
	if (cp >= 0x100 && cp <= 0x137)
		return cp | 1;
	return cp;
}

enum letter { BLANK, SIGN, DIGIT, SMALL, CAPITAL };

static enum letter class_of(uint32_t cp)
{
	if (cp == ' ' || cp == '\t')
		return BLANK;
	if (cp >= '0' && cp <= '9')
		return DIGIT;
	if (cp >= 0x80)
		return fold(cp) != cp ? CAPITAL : SMALL;
	if (cp >= 'A' && cp <= 'Z')
		return CAPITAL;
	return cp >= 'a' && cp <= 'z' ? SMALL : SIGN;
}

static int bonus_of(enum letter before, enum letter now)
{
	if (now <= SIGN)
		return now == SIGN ? ROW_BONUS : 0;
	if (before == BLANK)
		return START_BONUS;
	if (before == SIGN)
		return WORD_BONUS;
	if ((before == SMALL && now == CAPITAL) || (before != DIGIT && now == DIGIT))
		return CAMEL_BONUS;
	return 0;
}

static void prepare(struct text *t, const char *s)
{
	const char *end = s + strlen(s);
	enum letter before = BLANK;

	for (t->count = 0; s < end && t->count < YG_FUZZY_TEXT; t->count++) {
		uint32_t cp = half_width(yg_utf8_next(&s, end));
		enum letter now = class_of(cp);
		t->raw[t->count] = cp;
		t->folded[t->count] = fold(cp);
		t->bonus[t->count] = (int8_t)bonus_of(before, now);
		before = now;
	}
}

void yg_fuzzy_parse(struct yg_fuzzy *f, const char *text)
{
	const char *end = text + strlen(text);
	struct yg_fuzzy_term *term = NULL;

	f->count = 0;
	while (text < end) {
		uint32_t cp = half_width(yg_utf8_next(&text, end));
		if (cp == ' ') {
			term = NULL;
			continue;
		}
		if (!term && f->count < YG_FUZZY_TERMS) {
			term = &f->terms[f->count++];
			*term = (struct yg_fuzzy_term){0};
		}
		if (!term || term->count == YG_FUZZY_LETTERS)
			continue;
		term->has_case |= fold(cp) != cp;
		term->letters[term->count++] = cp;
	}
}

/* Where each letter of the term can stand at the earliest; false: they are not there in order. */
static bool find_first(
    const struct yg_fuzzy_term *term, const uint32_t *text, int count, int first[YG_FUZZY_LETTERS])
{
	int at = 0;

	for (int i = 0; i < term->count; i++, at++) {
		while (at < count && text[at] != term->letters[i])
			at++;
		if (at == count)
			return false;
		first[i] = at;
	}
	return true;
}

/* The best sums so far with a letter at each place, where the one before it stood then, and what
 * the first of the letters in a row was worth. */
struct sums {
	int16_t score[YG_FUZZY_TEXT], run[YG_FUZZY_TEXT];
};

/* One letter more: from the sums of the letter before (NULL for the first) to its own. */
static void add_letter(const struct text *t, const uint32_t *text, uint32_t letter, int from,
    const struct sums *before, struct sums *now, uint8_t *came_from)
{
	int gap = NONE, gap_at = 0;

	for (int j = 0; j < t->count; j++) {
		now->score[j] = NONE;
		if (before && j >= 2) {
			gap += GAP_MORE;
			if (before->score[j - 2] != NONE &&
			    before->score[j - 2] + GAP_START > gap) {
				gap = before->score[j - 2] + GAP_START;
				gap_at = j - 2;
			}
		}
		if (j < from || text[j] != letter)
			continue;
		int bonus = t->bonus[j], best = NONE;
		now->run[j] = (int16_t)bonus;
		if (!before)
			best = MATCH + 2 * bonus;
		else {
			if (gap > NONE / 2) {
				best = gap + MATCH + bonus;
				came_from[j] = (uint8_t)gap_at;
			}
			if (j && before->score[j - 1] != NONE) {
				int row = YG_MAX(YG_MAX(bonus, before->run[j - 1]), ROW_BONUS);
				if (before->score[j - 1] + MATCH + row >= best) {
					best = before->score[j - 1] + MATCH + row;
					came_from[j] = (uint8_t)(j - 1);
					now->run[j] = (int16_t)row;
				}
			}
		}
		now->score[j] = (int16_t)YG_MAX(best, NONE);
	}
}

static int term_score(const struct yg_fuzzy_term *term, const struct text *t, bool *marks)
{
	static _Thread_local uint8_t came_from[YG_FUZZY_LETTERS][YG_FUZZY_TEXT];
	const uint32_t *text = term->has_case ? t->raw : t->folded;
	int first[YG_FUZZY_LETTERS], best = 0;
	struct sums sums[2];

	if (!find_first(term, text, t->count, first))
		return -1;
	for (int i = 0; i < term->count; i++)
		add_letter(t, text, term->letters[i], first[i], i ? &sums[(i + 1) % 2] : NULL,
		    &sums[i % 2], came_from[i]);
	const int16_t *last = sums[(term->count + 1) % 2].score;
	for (int j = 1; j < t->count; j++)
		if (last[j] > last[best])
			best = j;
	int score = last[best];
	for (int i = term->count - 1; marks && i >= 0; best = came_from[i--][best])
		marks[best] = true;
	return YG_MAX(score, 1);
}

int yg_fuzzy_score(const struct yg_fuzzy *f, const char *text, bool *marks)
{
	struct text t;
	int sum = 0;

	if (marks)
		memset(marks, 0, YG_FUZZY_TEXT * sizeof(*marks));
	if (!f->count)
		return 0;
	prepare(&t, text);
	for (size_t i = 0; i < f->count; i++) {
		int score = term_score(&f->terms[i], &t, marks);
		if (score < 0)
			return -1;
		sum += score;
	}
	return sum;
}
