// What the scripts share: the HTTP API, and a session that keeps what the
// protocol asks of a client (docs/protocol.md).

import { fail, sleep } from 'k6';
import http from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { clearInterval, setInterval, setTimeout } from 'k6/timers';
import { WebSocket } from 'k6/websockets';

const target = (__ENV.TARGET || 'http://127.0.0.1:8080').replace(/\/$/, '');
const organizer = __ENV.ORGANIZER_TOKEN;

export const metrics = {
  joined: new Trend('veltrix_join_duration', true), // from dialling to joined
  verdict: new Trend('veltrix_verdict_duration', true), // from a claim to its verdict
  awards: new Counter('veltrix_awards'),
  answeredWell: new Rate('veltrix_answered_as_expected'),
  retried: new Counter('veltrix_retried'), // the server asked to come again
  lost: new Counter('veltrix_connections_lost'), // ended by the other side
  boards: new Counter('veltrix_boards'),
  boardAge: new Trend('veltrix_board_age', true), // from the newest entry to its arrival: needs clocks in step
  boardFits: new Rate('veltrix_board_fits'), // a change follows a board that was sent
};

export const trendStats = ['min', 'med', 'p(95)', 'p(99)', 'max'];

/** number reads a setting from the environment. */
export function number(name, otherwise) {
  const value = __ENV[name] === undefined ? otherwise : Number(__ENV[name]);
  if (!(value > 0)) fail(`${name}=${__ENV[name]} is not a number above 0`);
  return value;
}

/** api makes a request, again while the answer says to come later. */
export function api(method, path, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (organizer) headers.Authorization = `Bearer ${organizer}`;
  for (let tries = 0; tries < 100; tries++) {
    const r = http.request(method, `${target}/api/v1${path}`, body && JSON.stringify(body), {
      headers,
      tags: { name: `${method} api` },
    });
    if (r.status >= 200 && r.status < 300) return r;
    const again = r.status === 429 || r.status === 503 ? r.json('retry_after') : 0;
    if (!again) fail(`${method} ${path}: ${r.status} ${r.body || r.error}`);
    sleep(again / 1000);
  }
  return fail(`${method} ${path}: told to come again 100 times`);
}

/** openHunt makes a hunt for one run, and opens it. */
export function openHunt(challenges) {
  if (!organizer) fail('ORGANIZER_TOKEN is not set: the server prints it as …/organizer#token=TOKEN');
  const hunt = `k6-${Math.floor(Date.now()).toString(36)}`;
  const list = [];
  for (let i = 1; i <= challenges; i++) {
    list.push({
      id: `c-${i}`,
      title: `Challenge ${i}`,
      points: 10,
      proof: { text: `answer ${i}` },
      hints: [{ id: 'h', text: 'It is in the name.', cost: 1 }],
    });
  }
  api('PUT', `/hunts/${hunt}`, { hunt, title: 'Load by k6', challenges: list });
  api('POST', `/hunts/${hunt}/phase`, { id: crypto.randomUUID(), phase: 'open' });
  return hunt;
}

export function closeHunt(hunt) {
  api('POST', `/hunts/${hunt}/phase`, { id: crypto.randomUUID(), phase: 'closed' });
}

export function newPlayer() {
  return api('POST', '/players', { name: `Player ${__VU}` }).json('token');
}

/**
 * session connects and joins, or watches when there is no token. It comes back
 * with `since` when the connection is lost, and sends what is unanswered again.
 * on.joined(message) is called at the first join, on.push(message) for what is
 * not an answer.
 */
export function session(hunt, token, on) {
  const open = new Map(); // request id → {frame, answered}
  let socket, heartbeat, since;
  let over = false;
  let inside = false; // joined, on this connection
  let away = 0; // ms that the server asked to stay away
  let wait = 50;
  const s = {
    /** ask sends a request; answered(message) gets its final answer. */
    ask(message, answered) {
      const frame = JSON.stringify(message);
      open.set(message.id, { frame, answered });
      if (inside) socket.send(frame);
    },
    close() {
      over = true;
      clearInterval(heartbeat);
      socket.close();
    },
  };

  function connect() {
    const begun = Date.now();
    socket = new WebSocket(`${target.replace(/^http/, 'ws')}/ws`, 'veltrix.v1');
    socket.onopen = () => {
      const join = { type: token ? 'join' : 'watch', id: 'j', hunt };
      if (since && token) join.since = since;
      socket.send(JSON.stringify([token ? { type: 'hello', token } : { type: 'hello' }, join]));
    };
    socket.onmessage = (event) => {
      for (const m of [].concat(JSON.parse(event.data))) hear(m);
    };
    socket.onclose = () => {
      clearInterval(heartbeat);
      inside = false;
      if (over) return;
      metrics.lost.add(1);
      setTimeout(connect, away + wait * Math.random());
      away = 0;
      wait = Math.min(2 * wait, 5000);
    };

    function hear(m) {
      if (m.type === 'welcome') {
        heartbeat = setInterval(() => socket.send('{"type":"ping"}'), m.heartbeat / 2);
      } else if (m.type === 'joined' || m.type === 'watching') {
        metrics.joined.add(Date.now() - begun);
        const first = !since;
        since = { epoch: m.epoch, seq: m.seq };
        inside = true;
        wait = 50;
        for (const r of open.values()) socket.send(r.frame);
        if (first && on.joined) on.joined(m);
        else if (on.push) on.push(m);
      } else if (m.type === 'bye') {
        away = m.after || 0;
      } else if (m.type === 'error' && m.retry_after > 0) {
        metrics.retried.add(1);
        const again = open.get(m.id);
        setTimeout(
          () => (again ? inside && socket.send(again.frame) : socket.close()),
          m.retry_after * (1 + Math.random()),
        );
      } else if (open.has(m.id)) {
        const r = open.get(m.id);
        open.delete(m.id);
        r.answered(m);
      } else if (m.type === 'error' && !inside) {
        over = true;
        socket.close();
        fail(`join: ${m.code} ${m.message}`);
      } else if (on.push) {
        on.push(m);
      }
    }
  }
  connect();
  return s;
}

/**
 * claim makes a claim and measures; then(verdict, id) is called when it was
 * answered. With an id it is one that was made before.
 */
export function claim(s, hunt, challenge, answer, expected, then, before) {
  const id = before || crypto.randomUUID();
  const begun = Date.now();
  s.ask({ type: 'claim', id, hunt, challenge: `c-${challenge}`, proof: { text: answer } }, (m) => {
    metrics.verdict.add(Date.now() - begun, { outcome: m.outcome || m.code });
    const well = m.outcome === expected;
    metrics.answeredWell.add(well);
    if (!well) console.error(`claim ${id} of c-${challenge}: ${JSON.stringify(m)}, expected ${expected}`);
    if (m.outcome === 'awarded' && !before) metrics.awards.add(1);
    then(m, id);
  });
}
