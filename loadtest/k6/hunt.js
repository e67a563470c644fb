// A player's hunt: joins, errs, claims everything, buys a hint on the way, and
// sends the last claim again. Afterwards the ledger is read.
//   TARGET, ORGANIZER_TOKEN, PLAYERS (50), CHALLENGES (20), THINK in ms (200), P99 in ms (1000)
import { check } from 'k6';
import { setTimeout } from 'k6/timers';
import {
  api,
  claim,
  closeHunt,
  metrics,
  newPlayer,
  number,
  openHunt,
  session,
  trendStats,
} from './veltrix.js';

const players = number('PLAYERS', 50);
const challenges = number('CHALLENGES', 20);
const think = number('THINK', 200);

export const options = {
  summaryTrendStats: trendStats,
  scenarios: {
    hunt: {
      executor: 'per-vu-iterations',
      vus: players,
      iterations: 1,
      maxDuration: `${Math.ceil((challenges * think) / 500) + 120}s`,
    },
  },
  thresholds: {
    checks: ['rate==1'],
    veltrix_verdict_duration: [`p(99)<${number('P99', 1000)}`],
    veltrix_answered_as_expected: ['rate==1'],
    veltrix_connections_lost: ['count==0'],
    veltrix_awards: [`count==${players * challenges}`],
  },
};

export const setup = () => ({ hunt: openHunt(challenges) });

export default function ({ hunt }) {
  let total = 0;
  const s = session(hunt, newPlayer(), { joined: () => soon(err) });
  const soon = (f) => setTimeout(f, think * 2 * Math.random());

  function err() {
    claim(s, hunt, 1, 'a wrong answer', 'wrong', () => soon(() => next(1)));
  }

  function hint(then) {
    s.ask({ type: 'hint', id: crypto.randomUUID(), hunt, challenge: `c-${challenges}`, hint: 'h' }, (m) => {
      metrics.answeredWell.add(m.type === 'hinted');
      total -= m.cost;
      then();
    });
  }

  function next(i) {
    claim(s, hunt, i, `answer ${i}`, 'awarded', (verdict, id) => {
      total += verdict.points;
      check(verdict, { 'the total is the sum of what was told': (v) => v.total === total });
      if (i === 1 && challenges > 1) hint(() => soon(() => next(2)));
      else if (i < challenges) soon(() => next(i + 1));
      else claim(s, hunt, i, `answer ${i}`, 'awarded', (again) => last(verdict, again), id);
    });
  }

  function last(verdict, again) {
    check(again, {
      'the same claim gets the same verdict': (v) =>
        v.replay === true && v.seq === verdict.seq && v.points === verdict.points,
    });
    claim(s, hunt, challenges, `answer ${challenges}`, 'already', () => s.close());
  }
}

export function teardown({ hunt }) {
  closeHunt(hunt);
  const lines = api('GET', `/hunts/${hunt}/ledger`).body.trim().split('\n').map(JSON.parse);
  const awards = lines.filter((e) => e.type === 'awarded');
  check(lines, {
    'the ledger has no gap': () => lines.every((e, i) => e.seq === i + 1),
    'nothing is awarded twice': () =>
      new Set(awards.map((e) => `${e.entrant} ${e.challenge}`)).size === awards.length,
    'everything is awarded': () => awards.length === players * challenges,
  });
}
