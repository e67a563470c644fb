// A wall of displays: screens watch one hunt while players claim. Each screen
// puts changes on the board that it holds, as a real one does.
//   TARGET, ORGANIZER_TOKEN, SCREENS (50), PLAYERS (10), SECONDS (15), P99 in ms (1000)
import { setTimeout } from 'k6/timers';
import { claim, closeHunt, metrics, newPlayer, number, openHunt, session, trendStats } from './veltrix.js';

const screens = number('SCREENS', 50);
const players = number('PLAYERS', 10);
const seconds = number('SECONDS', 15);
const challenges = 100;
const enter = 2; // seconds in which the screens come, one after the other
const pause = Math.ceil((1000 * seconds) / challenges);

const each = (vus, exec) => ({
  executor: 'per-vu-iterations',
  vus,
  iterations: 1,
  exec,
  maxDuration: `${seconds + enter + 60}s`,
});

export const options = {
  summaryTrendStats: trendStats,
  scenarios: { screens: each(screens, 'screen'), players: each(players, 'player') },
  thresholds: {
    veltrix_board_age: [`p(99)<${number('P99', 1000)}`],
    veltrix_board_fits: ['rate==1'],
    veltrix_boards: [`count>=${screens * seconds}`], // one a second at the least; ten are sent at the most
    veltrix_connections_lost: ['count==0'],
    veltrix_answered_as_expected: ['rate==1'],
  },
};

export const setup = () => ({ hunt: openHunt(challenges), end: Date.now() + 1000 * (seconds + enter) });

export function screen(run) {
  setTimeout(() => watch(run), 1000 * enter * Math.random());
}

function watch({ hunt, end }) {
  let held; // seq of the board
  const s = session(hunt, '', {
    joined: (m) => {
      held = m.board.seq;
      setTimeout(() => s.close(), Math.max(0, end - Date.now()));
    },
    push: (m) => {
      if (m.type === 'watching') {
        held = m.board.seq;
      } else if (m.type === 'board') {
        metrics.boards.add(1);
        metrics.boardAge.add(Math.max(0, Date.now() - m.at));
        const fits = m.base === undefined || m.base === held;
        metrics.boardFits.add(fits);
        if (!fits) console.error(`a change of the board at ${m.base}, and ${held} is what was sent`);
        held = m.seq;
      }
    },
  });
}

export function player({ hunt, end }) {
  const s = session(hunt, newPlayer(), { joined: () => next(1) });
  const next = (i) => {
    if (i > challenges || Date.now() + pause > end) return s.close();
    return claim(s, hunt, i, `answer ${i}`, 'awarded', () => setTimeout(() => next(i + 1), pause));
  };
}

export const teardown = ({ hunt }) => closeHunt(hunt);
