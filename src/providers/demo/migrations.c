/* migrations: the live migrations that go on all the time on the demo site. In each lane a VM of
 * its ring moves, then the next one; where each is follows from the clock. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#define GAP_MS 4000 /* between two migrations of a lane */
#define PAGE   4096
#define GIB    1073741824.0

static const struct {
	int64_t cycle_ms;
	double turbulence;
} lanes[DEMO_LANES] = {{97000, 0.45}, {151000, 0.86}};

/* Which cycle of a lane it is, which VM of the ring moves in it, and since when. */
struct turn {
	int64_t cycle, since_ms;
	unsigned member;
	bool is_over; /* it arrived, or was cancelled */
};

static struct turn turn_at(const struct demo_site *s, unsigned lane, int64_t now_ms)
{
	int64_t cycle = now_ms / lanes[lane].cycle_ms, since = cycle * lanes[lane].cycle_ms;

	return (struct turn){.cycle = cycle,
	    .since_ms = since,
	    .member = (unsigned)(cycle % DEMO_RING),
	    .is_over = now_ms - since >= lanes[lane].cycle_ms - GAP_MS ||
		       s->rings[lane].cancelled == cycle};
}

/* On which of its two hosts a member of a ring is. */
static unsigned side_of(const struct demo_ring *ring, unsigned member, const struct turn *turn)
{
	int64_t moves = turn->cycle / DEMO_RING + (turn->member > member) +
			(turn->member == member && turn->is_over);

	return (unsigned)(moves & 1) ^ ring->is_turned[member];
}

uint32_t demo_ring_host(const struct demo_site *s, uint32_t vm, int64_t now_ms)
{
	if (!s->has_rings)
		return DEMO_NONE;
	for (unsigned lane = 0; lane < DEMO_LANES; lane++)
		for (unsigned i = 0; i < DEMO_RING; i++)
			if (s->rings[lane].vm[i] == vm) {
				struct turn turn = turn_at(s, lane, now_ms);
				return s->rings[lane].hosts[i][side_of(&s->rings[lane], i, &turn)];
			}
	return DEMO_NONE;
}

/* The VM that is on its way in a lane, or DEMO_NONE: it may have been stopped or moved by hand. */
static uint32_t mover(const struct demo_site *s, unsigned lane, const struct turn *turn)
{
	if (!s->has_rings || turn->is_over)
		return DEMO_NONE;
	uint32_t vm = s->rings[lane].vm[turn->member];
	return s->vms[vm].host || demo_vm_state(s, vm) != YG_VM_STATE_RUNNING ? DEMO_NONE : vm;
}

bool demo_vm_moves(const struct demo_site *s, uint32_t vm, int64_t now_ms)
{
	for (unsigned lane = 0; lane < DEMO_LANES && s->has_rings; lane++) {
		struct turn turn = turn_at(s, lane, now_ms);
		if (mover(s, lane, &turn) == vm)
			return true;
	}
	return false;
}

void demo_lane_cancel(struct demo_site *s, unsigned lane, int64_t now_ms)
{
	struct turn turn = turn_at(s, lane, now_ms);

	if (mover(s, lane, &turn) == DEMO_NONE)
		return;
	s->rings[lane].cancelled = turn.cycle;
	s->rings[lane].is_turned[turn.member] ^= true;
}

/* Memory is sent in passes: each sends what was changed during the one before, so that what is left
 * falls, jumps up, falls again, and what was sent passes the size of memory. */
void demo_migration_at(
    struct demo_migration *m, double turbulence, int64_t elapsed_ms, int64_t length_ms)
{
	double left = 1 - turbulence, at = (double)elapsed_ms / (double)length_ms, pass = 1,
	       begun = 0;
	int n = 1;

	while (begun + left * pass <= at && n < 40) {
		begun += left * pass;
		pass *= turbulence;
		n++;
	}
	double share = (at - begun) / (left * pass);
	share = share > 1 ? 1 : share;
	m->elapsed_ms = elapsed_ms;
	m->pass = n;
	m->rate = m->total / (left * (double)length_ms / 1000);
	m->sent = demo_round(m->rate * (double)elapsed_ms / 1000, PAGE);
	m->remaining = demo_round(m->total * pass * (1 - share), PAGE);
	m->changed = demo_round(m->total * pass * turbulence * share, PAGE);
	m->dirty = n > 1 ? m->rate * turbulence : 0;
	m->downtime_ms =
	    n > 1 ? (int64_t)(m->total * pass * turbulence / m->rate * 1000) + 20 : 300;
	m->throttle = turbulence > 0.8 && n > 3 ? YG_MIN(20 + 10 * (n - 4), 70) : 0;
	m->state = elapsed_ms < 400                ? YG_MIGRATION_STATE_SETUP
		   : at > 0.97                     ? YG_MIGRATION_STATE_FINISHING
		   : m->throttle >= 40 && at < 0.9 ? YG_MIGRATION_STATE_STUCK
						   : YG_MIGRATION_STATE_MEMORY;
}

bool demo_lane(const struct demo_site *s, unsigned lane, int64_t now_ms, struct demo_migration *out)
{
	int64_t when_ms = now_ms - now_ms % 1000;
	struct turn turn = turn_at(s, lane, when_ms);
	uint32_t vm = mover(s, lane, &turn);

	if (vm == DEMO_NONE)
		return false;
	const struct demo_role *role = demo_vm_role(s, vm);
	const struct demo_ring *ring = &s->rings[lane];
	unsigned side = side_of(ring, turn.member, &turn);
	*out = (struct demo_migration){.vm = vm,
	    .from = ring->hosts[turn.member][side],
	    .to = ring->hosts[turn.member][!side],
	    .total = role->cpus * role->mem_per_cpu * GIB + 17 * PAGE,
	    .started_ms = turn.since_ms};
	demo_migration_at(
	    out, lanes[lane].turbulence, when_ms - turn.since_ms, lanes[lane].cycle_ms - GAP_MS);
	return true;
}
