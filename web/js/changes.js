/**
 * @import {
 *   ChangeMessage, Challenge, ExtendedMessage, Message, ReviewedMessage, StartedMessage,
 *   UnlockedMessage
 * } from './types/protocol.js'
 */
/** @import { HuntState, You } from './types/state.js' */
import { logged } from './history.js';

// What messages to the entrant alone change, but for what it earns.

/** @param {HuntState} hunt @param {Partial<You>} parts @returns {HuntState} */
function you(hunt, parts) {
  return hunt.you ? { ...hunt, you: { ...hunt.you, ...parts } } : hunt;
}

/** What became visible takes the place of what was there; what is new comes last. @param {HuntState} hunt @param {UnlockedMessage} m @returns {HuntState} */
function unlocked(hunt, m) {
  const definition = hunt.bare ?? hunt.definition;
  if (!definition) return hunt;
  const news = new Map(m.challenges.map((c) => [c.id, c]));
  const challenges = definition.challenges.map((c) => news.get(c.id) ?? c);
  for (const c of definition.challenges) news.delete(c.id);
  return {
    ...hunt,
    view: m.view,
    bare: null,
    definition: { ...definition, challenges: [...challenges, ...news.values()] },
  };
}

/** @param {HuntState} hunt @param {StartedMessage|ExtendedMessage} m @returns {HuntState} */
function timed(hunt, m) {
  const next = { ...hunt, starting: false };
  return m.ends ? you(next, { ends: m.ends }) : next;
}

/** @param {HuntState} hunt @param {ReviewedMessage} m @param {number} now @returns {HuntState} */
function reviewed(hunt, m, now) {
  if (!hunt.you) return hunt;
  const { [m.challenge]: waits, ...pending } = hunt.you.pending;
  const next = logged(waits?.id === m.claim ? you(hunt, { pending }) : hunt, m);
  const { claim: id, approved, reason = '' } = m;
  const answer = { id, outcome: /** @type {const} */ ('reviewed'), approved, reason, received: now };
  return { ...next, verdicts: { ...next.verdicts, [m.challenge]: answer } };
}

/** @param {HuntState} hunt @param {string} text Markdown @param {number} at @returns {HuntState} */
export function finished(hunt, text, at) {
  const definition = hunt.definition && { ...hunt.definition, finish: text };
  return you({ ...hunt, definition }, { finished: at });
}

/** @param {HuntState} hunt @param {string} id @param {Partial<Challenge>} parts @returns {HuntState} */
export function challengeWith(hunt, id, parts) {
  const { definition } = hunt;
  if (!definition) return hunt;
  const challenges = definition.challenges.map((c) => (c.id === id ? { ...c, ...parts } : c));
  return { ...hunt, definition: { ...definition, challenges } };
}

/** @param {HuntState} hunt @param {ChangeMessage} m @returns {HuntState} */
function altered(hunt, m) {
  const { challenge = '', name, division } = m;
  const skipped = (hunt.you?.skipped ?? []).filter((id) => id !== challenge);
  switch (m.type) {
    case 'renamed':
      return you(hunt, { name });
    case 'division':
      return you(hunt, { division }); // its rank follows, unless it is the same
    case 'skipped':
      return you(hunt, { skipped: [...skipped, challenge] });
    case 'unskipped':
      return you(hunt, { skipped });
  }
}

/** The hunt after a message of this kind; null for one of another kind. @param {HuntState} hunt @param {Message} m @param {number} now @returns {HuntState|null} */
export function changed(hunt, m, now) {
  switch (m.type) {
    case 'unlocked':
      return unlocked(hunt, m);
    case 'started':
      return timed(hunt, m);
    case 'extended':
      return logged(timed(hunt, m), m);
    case 'reviewed':
      return reviewed(hunt, m, now);
    case 'finished':
      return logged(finished(hunt, m.text, m.at), m);
    case 'renamed':
    case 'division':
    case 'skipped':
    case 'unskipped':
      return logged(altered(hunt, m), m);
    case 'team': {
      const team = hunt.you?.team;
      return team ? you(hunt, { team: { ...team, members: m.members, players: m.members.length } }) : hunt;
    }
    default:
      return null;
  }
}
