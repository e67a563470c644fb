/** @import { Page } from '@playwright/test' */
/** @import { Server } from './server.js' */

/**
 * Many players behind one page: sockets without a view. They make things happen;
 * other tests open pages to see what a player sees.
 * @param {Page} page any page of the server @param {Server} server @param {string} hunt @param {string[]} names
 */
export async function crowd(page, server, hunt, names) {
  await page.goto(`${server.url}/`);
  const tokens = await Promise.all(names.map((name) => makePlayer(server, name)));
  await page.evaluate(joinAll, { hunt, tokens });
  return {
    /** Claims and waits for the verdict. @param {number} who @param {string} challenge @param {string|number} answer @returns {Promise<string>} its outcome */
    claim: (who, challenge, answer) =>
      page.evaluate(
        (claim) => /** @type {any} */ (globalThis).claims(claim.who, claim.challenge, claim.proof),
        { who, challenge, proof: typeof answer === 'number' ? { number: answer } : { text: answer } },
      ),
  };
}

/** @param {Server} server @param {string} name @returns {Promise<string>} */
async function makePlayer(server, name) {
  const response = await fetch(`${server.url}/api/v1/players`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`player ${name}: ${response.status}`);
  return (await response.json()).token;
}

/** Runs in the page. @param {{hunt: string, tokens: string[]}} _ */
async function joinAll({ hunt, tokens }) {
  /** @type {Map<string, (message: any) => void>} */
  const waiting = new Map();
  const ask = (/** @type {WebSocket} */ socket, /** @type {any} */ message) =>
    new Promise((resolve, reject) => {
      waiting.set(message.id, (answer) =>
        answer.type === 'error' ? reject(new Error(answer.message)) : resolve(answer),
      );
      socket.send(JSON.stringify(message));
    });
  const sockets = await Promise.all(
    tokens.map(async (token) => {
      const socket = new WebSocket(`ws://${location.host}/ws`, 'veltrix.v1');
      await new Promise((resolve) => {
        socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token }));
        socket.onmessage = ({ data }) => {
          for (const message of [JSON.parse(data)].flat()) {
            if (message.type === 'welcome') resolve(null);
            waiting.get(message.id)?.(message);
            waiting.delete(message.id);
          }
        };
      });
      await ask(socket, { type: 'join', id: crypto.randomUUID(), hunt });
      return socket;
    }),
  );
  Object.assign(globalThis, {
    claims: async (
      /** @type {number} */ who,
      /** @type {string} */ challenge,
      /** @type {object} */ proof,
    ) => {
      const id = crypto.randomUUID();
      const verdict = await ask(sockets[who], { type: 'claim', id, hunt, challenge, proof });
      return /** @type {any} */ (verdict).outcome;
    },
  });
}
