/* pulse: the curves of the demo site: hashes, waves, and which instant a row shows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#define DAY_MS 86400000

static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint64_t demo_hash(const struct demo_site *s, unsigned what, uint64_t number)
{
	return mix(s->spec.seed * 0x100000001b3u ^ mix((uint64_t)what << 56 ^ number));
}

double demo_unit(uint64_t hash)
{
	return (double)(hash >> 11) * 0x1p-53;
}

double demo_round(double value, double step)
{
	return (double)(int64_t)(value / step + 0.5) * step;
}

/* A wave of a period and phase (0..1), -1..1: two parabolas, which nobody tells from a sine. In
 * doubles: a division of integers takes longer than all the rest. */
static double sway(double when, double period, double phase)
{
	double x = when / period + phase;

	x -= (double)(int64_t)x;
	return x < 0.5 ? 16 * x * (0.5 - x) : -16 * (x - 0.5) * (1 - x);
}

double demo_wave(uint64_t hash, int64_t when_ms)
{
	double when = (double)when_ms, minutes = 40000 + (double)(hash & 0x1ffff);
	/* Busiest a quarter into the day of UTC: at three in the afternoon in Tokyo. */
	double day = sway(when, DAY_MS, 0);
	double slow = sway(when, minutes * 7, (double)(hash >> 20 & 0xff) / 256);
	double fast = sway(when, minutes, (double)(hash >> 28 & 0xff) / 256);
	double tremor = sway(when, 9000 + (double)(hash >> 36 & 0x3fff), 0);
	double noise = demo_unit(mix(hash ^ (uint64_t)when_ms)) - 0.5;
	double level = 0.5 + 0.16 * day + 0.14 * slow + 0.1 * fast + 0.05 * tremor + 0.08 * noise;

	return level < 0 ? 0 : level > 1 ? 1 : level;
}

int64_t demo_step(const struct demo_site *s, uint32_t living, int64_t now_ms)
{
	int64_t chunk = living % s->n_chunks, tick = now_ms / s->interval_ms;
	int64_t behind = (tick - chunk) % s->n_chunks;

	return (tick - (behind < 0 ? behind + s->n_chunks : behind)) * s->interval_ms;
}

int64_t demo_month(int64_t now_ms)
{
	return now_ms - now_ms % (30 * (int64_t)DAY_MS);
}

int64_t demo_quarter(int64_t now_ms)
{
	return now_ms - now_ms % (DAY_MS / 4);
}
