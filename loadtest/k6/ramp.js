// A connection ramp: players join at a steady rate, stay, and leave.
//   TARGET, ORGANIZER_TOKEN, PLAYERS (200), RAMP and HOLD in seconds (10, 10), P99 in ms (2000)

import { Counter } from 'k6/metrics';
import { setTimeout } from 'k6/timers';
import { closeHunt, newPlayer, number, openHunt, session, trendStats } from './veltrix.js';

const players = number('PLAYERS', 200);
const ramp = number('RAMP', 10);
const hold = number('HOLD', 10);
const stayed = new Counter('veltrix_players_stayed');

export const options = {
  summaryTrendStats: trendStats,
  scenarios: {
    ramp: { executor: 'per-vu-iterations', vus: players, iterations: 1, maxDuration: `${ramp + hold + 60}s` },
  },
  thresholds: {
    veltrix_join_duration: [`p(99)<${number('P99', 2000)}`],
    veltrix_connections_lost: ['count==0'],
    veltrix_players_stayed: [`count==${players}`],
  },
};

export const setup = () => ({ hunt: openHunt(5), begins: Date.now() + 2000 });

export default function ({ hunt, begins }) {
  const mine = begins + (1000 * ramp * (__VU - 1)) / players;
  const end = begins + 1000 * (ramp + hold);
  setTimeout(
    () => {
      const token = newPlayer();
      const s = session(hunt, token, {
        joined: () =>
          setTimeout(
            () => {
              stayed.add(1);
              s.close();
            },
            Math.max(0, end - Date.now()),
          ),
      });
    },
    Math.max(0, mine - Date.now()),
  );
}

export const teardown = ({ hunt }) => closeHunt(hunt);
